/** The words of {@link runElection}: what a service gives and gets. They name nothing of xstate or of the gRPC stack. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Keys } from "../../models/dialect.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { KeyValue, RangeRequest, RangeResponse, Revision, TxnOp } from "../../models/etcd-api.ts";
import type { WriteResult } from "../election/member.ts";
import type { ElectionNotice } from "./notice.ts";
import type { EtcdSeam } from "./etcd-seam.ts";
import type { EtcdOptions } from "../kv/etcd/options.ts";

/** What {@link runElection} needs to know. */
export interface ElectionOptions {
  /** What is competed for: any word. Coordinators of one role under one `metaRoot` compete. */
  readonly role: string;
  /** `host:port` where clients reach this service; others read it from the active key. */
  readonly address: string;
  readonly etcd: EtcdOptions | EtcdSeam;
  /** The lease's time to live, whole seconds, at least 2. Default: 60. A crash is noticed this late. */
  readonly ttlSeconds?: number;
  /** False: if the role is taken, try for about 81 s, then give up. Default: true, wait as standby. */
  readonly activeStandby?: boolean;
  /** With `activeStandby` false: how often a taken role is tried for. Default: 30, which makes the 81 s. */
  readonly retryTimes?: number;
  /** After a lost lease or key: end, or register anew under a new server id (the default). */
  readonly afterLoss?: "exit" | "registerAnew";
  /**
   * Whoever has won loads and prepares within this, seconds, or gives the role back and lets others try. Default: three TTLs. One
   * that gave it back campaigns again after a quarter of a TTL, twice that the next time, up to four TTLs.
   */
  readonly activationLimitSeconds?: number;
  /**
   * Asked while this process serves: is it of use? False, throwing, or no answer for `unhealthyAfterSeconds` gives the role up,
   * and this process stays away for four TTLs.
   */
  healthy?(): Promise<boolean> | boolean;
  /** From one answer to the next question. Default: a sixth of the TTL. */
  readonly healthyEverySeconds?: number;
  /** Default: the TTL. */
  readonly unhealthyAfterSeconds?: number;
  /** Where all keys are. Default: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
  readonly hostName?: string;
  /** Semantic version of the service, for others to read. */
  readonly version?: string;
  /** Aborting it is {@link Election.resign}. */
  readonly signal?: AbortSignal;
  /**
   * Gets ready to serve: the role is won, `term.metadata` is what stands in etcd. Throwing means not able to serve: the
   * role is given up. So does not returning within the activation limit; `term.signal` aborts then.
   */
  prepare?(term: Term): Promise<void> | void;
  /**
   * Serves. `term.signal` aborts when the term ends; stop at once then. Returning or throwing earlier resigns, and
   * {@link Election.ended} rejects with what was thrown. While one is still at work no other term begins in this process; one that has not
   * returned when the next activation reaches its limit ends the election with a {@link ServeStuckError}.
   */
  serve(term: Term): Promise<void>;
  /** Milestones as they happen, for logs. What it throws goes to `onProblem`. */
  onMilestone?(milestone: Milestone, reason: LossReason | undefined): void;
  /**
   * Everything that happens, milestones among it, just after it has: for logs, metrics and, by `traceElection` of
   * `leasehold/opentelemetry`, for spans. What it throws goes to `onProblem`.
   */
  onNotice?(notice: ElectionNotice): void;
  /**
   * What went wrong and did not end the election: `prepare` threw, `healthy` said no, a hook threw, a certificate file was replaced
   * by one that cannot be used. Default: a warning of the process.
   */
  onProblem?(problem: Error): void;
}

/** One term of office: from winning the role to losing it. */
export interface Term {
  /** The fencing token: grows from term to term. Show it to every store that can look at it. */
  readonly token: Revision;
  readonly serverId: number;
  /** The role's metadata as it stood when the role was won. */
  readonly metadata: readonly KeyValue[];
  /** The prefix of metadata keys, a byte string. */
  readonly metadataPrefix: string;
  /** Aborts when the term ends, however it does. */
  readonly signal: AbortSignal;
  /**
   * Whether it may serve at this instant. Asks the clock, so that a process that wakes from a pause knows before its signal
   * does; ask before each answer that must be the active one's.
   */
  isCurrent(): boolean;
  /**
   * Applies `operations` in one transaction if and only if this term is still the one in etcd. Keys and values are byte strings;
   * rejects with a RangeError where a text is none.
   */
  write(operations: readonly TxnOp[]): Promise<WriteResult>;
  /** Reads from etcd, linearizably unless asked otherwise. Throws if there is no answer. */
  read(range: Omit<RangeRequest, "type">): Promise<RangeResponse>;
}

/** `serve` has not returned since its term ended, and this process won the role again: it must not serve twice at once. */
export class ServeStuckError extends Error {
  override readonly name = "ServeStuckError";
}

/** How an election ended: asked to, after a loss, or because the role was taken and HA is off. */
export type TermEnding = "stopped" | "lost" | "gave up";

/** How an election stands for this service just now. */
export interface Status {
  readonly phase: Phase;
  readonly serverId: number;
  readonly leaseId: string;
  /** 0: no role is held. */
  readonly token: Revision;
  /** What is left of the claim to the lease by the own clock; 0: none. */
  readonly claimLeftMs: number;
  /** The session found on the active key when last asked for, as text; undefined: none, or it is ours. */
  readonly holder: string | undefined;
}

/** An election that a service has joined. */
export interface Election {
  readonly status: Status;
  readonly keys: Keys;
  /** Resolves when the election is over; rejects with what `serve` threw. */
  readonly ended: Promise<TermEnding>;
  /** Stops serving, gives the lease back so that another takes over at once, and ends. */
  resign(): Promise<TermEnding>;
}
