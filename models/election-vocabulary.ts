/**
 * The words of the election chart: what it asks for, what can happen to it, what it tells, and what an operator decides.
 */

/** What the chart asks the driver to send. Each is answered by one of the events that begin with its subject. */
export type RequestKind =
  | "readId" // read the server id counter
  | "claimId" // compare-and-swap it to the next
  | "grant" // a lease
  | "enroll" // put `<role>-<server id>` under the lease, unless it is there
  | "campaign" // put `<role>` under the lease, unless it is there; else tell whose it is
  | "confirm" // is `<role>` still ours?
  | "reload" // read the metadata, the next page of it
  | "renew" // keep the lease alive
  | "revoke"; // give the lease back

export const REQUEST_KINDS = [
  "readId",
  "claimId",
  "grant",
  "enroll",
  "campaign",
  "confirm",
  "reload",
  "renew",
  "revoke",
] as const satisfies readonly RequestKind[];

/** `role` watches the active key, `session` one's own session key; each from the revision after the one last read. */
export type WatchKind = "role" | "session";

/** Milestones the chart tells its surroundings; the driver adds who and which. */
export type Milestone =
  | "starting"
  | "identified"
  | "registered"
  | "standby"
  | "campaigning"
  | "outrun"
  | "watching"
  | "vacancy"
  | "won"
  | "prepare"
  | "active"
  | "deposed"
  | "lost"
  | "stopping"
  | "stopped"
  | "exited"
  | "gaveUp"
  /** Stopped without having given the lease back: it stays until it runs out. */
  | "leaseKept";

/** The chart's delays, and what each means to the driver beyond its length. */
export const DELAYS = {
  renewDue: {},
  /** The membership may be relied on until then: the claim of whoever serves ends with this timer. */
  claimEnds: { endsClaim: true },
  renewRetry: {},
  recheck: {},
  /** Longer by chance, up to `timing.backOffJitterMs`, so that rivals do not march in step. */
  backOff: { jittered: true },
  /** The same, and twice as long for each refusal in a row: what etcd refuses now, for want of space, it refuses in a second too. */
  askAgain: { jittered: true, grows: true },
  exclusiveRetry: {},
  activationLimit: {},
  /** Jittered as well: whoever failed together must not come back together. */
  setbackPause: { jittered: true },
} as const satisfies Readonly<Record<string, DelayMeaning>>;

export interface DelayMeaning {
  readonly endsClaim?: true;
  readonly jittered?: true;
  readonly grows?: true;
}

/** Why a membership ended. */
export type LossReason =
  | "claim ended"
  | "lease gone"
  | "session key deleted"
  | "server id taken"
  | "active key lost"
  | "write refused"
  | "activation failed"
  | "activation timed out"
  | "unhealthy"
  | "handed over";

/** What can happen to a coordinator. `elapsedMs` on lease replies is the time since the request was *sent*. */
export type ElectionEvent =
  | { readonly type: "stop" }
  | { readonly type: "id.read" | "id.claimed" | "id.contested" | "id.failed" }
  | { readonly type: "lease.granted" | "lease.renewed"; readonly elapsedMs: number }
  | { readonly type: "lease.refused" | "lease.unanswered" | "lease.gone" | "lease.released" | "lease.kept" }
  | {
      readonly type:
        | "session.registered"
        | "session.taken"
        | "session.failed"
        | "session.deleted"
        | "session.unwatched";
    }
  | { readonly type: "role.won" | "role.held" | "role.unknown" | "role.refused" }
  | { readonly type: "role.deleted" | "role.unwatched" }
  | { readonly type: "role.confirmed" | "role.lost" | "role.unconfirmed" }
  | { readonly type: "metadata.page" | "metadata.loaded" | "metadata.failed" }
  | { readonly type: "handover.asked" }
  | { readonly type: "prepared" | "unprepared" | "fenced" | "unhealthy" };

export type EventType = ElectionEvent["type"];

/** Small counters only: attempts at something that must end some day. */
export interface ElectionContext {
  readonly attempts: number;
  /** Roles in a row that were given back, though they could be kept: each makes the pause before the next campaign longer, up to `MOST_SETBACKS`. */
  readonly setbacks: number;
}

/** Milvus' `common.session.retryTimes` (pkg/util/retry: 200 ms doubling, at most 3 s, about 81 s in all). */
export const RETRY_TIMES = 30;
/** More tries than this are for ever: 999 999 take a month. */
export const MOST_TRIES = 999_999;

/** What an operator decides. */
export interface ElectionSettings {
  /** `activeStandby.enabled`: off, a coordinator whose role is taken retries and then gives up. */
  readonly activeStandby: boolean;
  /** After a loss: leave the process to its supervisor, or register again under a new server id. */
  readonly afterLoss: "exit" | "registerAnew";
  /** With HA off: how often a taken role is tried for before giving up. Absent: `RETRY_TIMES`. */
  readonly retryTimes?: number;
}
