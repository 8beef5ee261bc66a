/** What a service may hear of its election as it goes: the words of `onNotice`. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { LeaseId, Revision } from "../../models/etcd-api.ts";
import type { WriteOutcome } from "../election/driver.ts";

/** One thing that happened in an election; for logs, metrics and spans. Nothing in it need be kept or answered. */
export type ElectionNotice = MilestoneNotice | PhaseNotice | RequestNotice | WriteNotice;

/** It got somewhere, or lost something. */
export interface MilestoneNotice {
  readonly type: "milestone";
  readonly milestone: Milestone;
  /** With `lost`: why. */
  readonly reason: LossReason | undefined;
  /** 0: it has none yet. */
  readonly serverId: number;
  /** `0`: none. */
  readonly leaseId: LeaseId;
  /** The fencing token of the role that it holds, or held last under this server id; 0: none. */
  readonly token: Revision;
}

/** It went from one phase to another. */
export interface PhaseNotice {
  readonly type: "phase";
  readonly phase: Phase;
  readonly before: Phase;
}

/** A request to etcd has ended; or a watch has: `ok` is one that was opened. */
export interface RequestNotice {
  readonly type: "request";
  /** What it was for: `grant`, `renew`, `campaign`, `write`, `watch` and so on. */
  readonly kind: string;
  /**
   * `refused`: certainly not applied. `unknown`: it may have been, or may still be. `unusable`: answered, and the answer means
   * nothing to the election.
   */
  readonly result: "ok" | "refused" | "unknown" | "unusable";
  /** Etcd's or the connection's own words; undefined: it is ok. */
  readonly reason: string | undefined;
  /** From sending to end, ms; undefined: of a watch. */
  readonly tookMs: number | undefined;
  /** The member it was sent to, as a URL; of a watch, the one in use now. */
  readonly member: string;
}

/** A guarded write has ended; `superseded`: the guard refused it, and the term is over. */
export interface WriteNotice {
  readonly type: "write";
  readonly outcome: WriteOutcome;
}
