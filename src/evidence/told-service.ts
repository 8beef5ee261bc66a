/**
 * Service of a role, as lines tell of it: stretches of time in which somebody certainly served, and whoever may have served besides, for
 * some line hints at it. Two stretches that overlapped are a violation; that nobody served beside another can be said only where nothing
 * that is hinted at may have.
 */
import type { LogSource, RecordingSource } from "./fact.ts";
import type { EvidencePoint } from "./order.ts";

/** It served at `from`, at `last`, and all the time between. */
export interface ServiceStretch {
  /** Who, as people call it. */
  readonly name: string;
  readonly role: string;
  readonly serverId?: number;
  readonly token?: number;
  readonly origin: LogSource | RecordingSource;
  readonly from: EvidencePoint;
  /** `from` is its first line in a part of a recording: it may have served long before. */
  readonly begunBefore?: true;
  readonly last: EvidencePoint;
  /** By then it served no more, as it says itself; absent: its lines end, or have a gap, before. */
  readonly ended?: EvidencePoint;
}

/** Somebody who may have served. */
export interface PossibleService {
  readonly name: string;
  /** Absent: no line tells. */
  readonly role?: string;
  readonly serverId?: number;
  /** Absent: only the store tells of it. */
  readonly origin?: LogSource | RecordingSource;
  /** The line that hints at it. */
  readonly hint: EvidencePoint;
  /** It says that somebody has registered, as those do who never are elected. */
  readonly mayBeNone?: true;
  /** Not before; absent: nobody knows since when. */
  readonly from?: EvidencePoint;
  /** Not after; absent: nobody knows until when. */
  readonly ended?: EvidencePoint;
}

/** Everything that lines tell of service. */
export interface ToldService {
  readonly stretches: readonly ServiceStretch[];
  readonly possible: readonly PossibleService[];
}
