/** What an action of the control is, and what it acts on. */
import type { ServedRecording } from "./recording.ts";
import type { GrpcServer } from "./grpc-server.ts";
import type { Guests } from "./guests.ts";
import type { LiveEtcd } from "./live-etcd.ts";
import { ManualTime } from "./live-time.ts";
import type { StoreSpace } from "./space.ts";
import type { Tampers } from "./tampers.ts";

/** What an action is told. Durations are ms. */
export interface ActionField {
  readonly name: string;
  readonly type: "duration" | "text" | "count";
  readonly meaning: string;
  /** What a text may be; absent: anything. */
  readonly choices?: readonly string[];
  /** Absent: it must be given. */
  readonly otherwise?: number | string;
  /** One that would do, of a field that must be given. */
  readonly example?: number | string;
}

/** Where another one, in the same state, can be asked and held. */
export interface ForkedEtcd {
  readonly endpoints: readonly string[];
  readonly control: string;
}

/** A served etcd, as its actions have it in their hands. */
export interface Served {
  readonly etcd: LiveEtcd;
  readonly tampers: Tampers;
  readonly space: StoreSpace;
  readonly guests: Guests;
  readonly server: GrpcServer;
  readonly recording?: ServedRecording | undefined;
  /** States that were kept by name. */
  readonly marks: Map<string, Kept>;
  readonly fork: () => Promise<ForkedEtcd>;
}

/** A state and its instant. */
export interface Kept {
  readonly nowMs: number;
  readonly etcd: LiveEtcd["state"];
}

export interface Action {
  readonly name: string;
  readonly does: string;
  readonly fields: readonly ActionField[];
  /** It may be given fields that are not listed: a whole dump. */
  readonly open?: true;
  /** Throws an {@link ActionError}. */
  run(served: Served, given: Readonly<Record<string, unknown>>): unknown;
}

/** It cannot be done: what, and what to do instead. */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly remedy: string;

  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}

export function manual({ time }: LiveEtcd): ManualTime {
  if (time instanceof ManualTime) return time;
  throw new ActionError("its time runs by itself", "start it with --time manual");
}

/** Throws where there is none of that number. */
export function knownMember({ state }: LiveEtcd, number: number): number {
  const count = state.cluster?.members.length ?? 1;
  if (number >= 1 && number <= count) return number;
  throw new ActionError(
    `there is no member ${number}`,
    count === 1 ? "it is one server; start it with --members 3" : `they are numbered 1 to ${count}`,
  );
}

/** What acts on members alone. */
export function severalMembers(etcd: LiveEtcd): void {
  if (etcd.state.cluster === null)
    throw new ActionError("it is one server, which has nobody to lose", "start it with --members 3");
}
