/**
 * What is seen of an election from outside: protocol-level facts with true time. Properties are folds over these, the
 * same for a simulated run, an explored one and a production log.
 */
import type { LossReason, Milestone } from "./election-vocabulary.ts";
import type { LeaseId, Revision, StoreEvent } from "./etcd-api.ts";

/** Milliseconds of true time since the run began. */
type TrueMs = number;

/** A process, by its place in the scenario; it keeps the place when it restarts. */
export type NodeIndex = number;

/** One thing that was seen of a run, from outside. */
export type Observation =
  /** A process began. Each begin is a new incarnation. */
  | { readonly type: "started"; readonly at: TrueMs; readonly node: NodeIndex; readonly role: string }
  /** A process is gone: killed, or it left by itself (`exited`, `stopped` or `gaveUp` was announced before). */
  | {
      readonly type: "ended";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly cause: "crash" | "exit";
    }
  /** The chart announced something. */
  | {
      readonly type: "milestone";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly role: string;
      readonly milestone: Milestone;
      readonly reason: LossReason | undefined;
      readonly serverId: number;
      readonly leaseId: LeaseId;
      readonly token: Revision;
      /** Store revision at which the metadata was read, 0 before. */
      readonly loadedRevision: Revision;
      /** Store revision at which the active key was last read, 0 before. */
      readonly roleRevision: Revision;
    }
  /** Serves, and may go on until `until` (true time) by its own clock; told again whenever `until` moves. */
  | {
      readonly type: "claim";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly role: string;
      readonly token: Revision;
      readonly until: TrueMs;
    }
  /** Serves no more: deposed, ended, or dead. */
  | { readonly type: "claimEnded"; readonly at: TrueMs; readonly node: NodeIndex; readonly role: string }
  /** The store applied a change. `node`: whose request it was; -1: etcd itself (expiry) or an outsider. */
  | {
      readonly type: "change";
      readonly at: TrueMs;
      readonly event: StoreEvent;
      /** `unknown`: who tells of the change does not say (logs, etcd's watch). */
      readonly cause: "request" | "expiry" | "revoke" | "restore" | "unknown";
      readonly node: NodeIndex;
    }
  /** A fenced write of the active service ended. */
  | {
      readonly type: "written";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly outcome: "applied" | "superseded" | "refused" | "unknown";
      /** The fencing token that it bore; absent: a real service's. */
      readonly token?: Revision;
      /** What it puts, and no other write does; absent: a real service's, which may be anything. */
      readonly value?: string;
    }
  /** Of a run told by logs: from here on they say nothing of this process. */
  | { readonly type: "unseen"; readonly at: TrueMs; readonly node: NodeIndex }
  /** A process said something of its own, for people. */
  | { readonly type: "note"; readonly at: TrueMs; readonly node: NodeIndex; readonly text: string }
  /** A process sent a request; `watch`: it opened a watch. */
  | {
      readonly type: "request";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly purpose: string;
      /** Where etcd has several: the member that it was sent to, from 1 on. */
      readonly member?: number;
    }
  /**
   * A message did not simply arrive; `refused`: etcd's door does not let the request in. `until`: when the last of it is over, its own
   * arrival or, if lost, its sending.
   */
  | {
      readonly type: "message";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly leg: "request" | "reply" | "watch";
      readonly purpose: string;
      readonly fate: "lost" | "late" | "doubled" | "refused";
      readonly until: TrueMs;
    }
  /** A fault of the scenario begins or ends; `node` -1: it strikes etcd. `index`: its place in the scenario. */
  | {
      readonly type: "fault";
      readonly at: TrueMs;
      readonly node: NodeIndex;
      readonly index: number;
      readonly kind: string;
      readonly phase: "begins" | "ends";
      /** The member of etcd that it strikes, from 1 on; absent: none. */
      readonly member?: number;
    }
  /** The run is over; nothing is known beyond. */
  | { readonly type: "end"; readonly at: TrueMs };

/** The kinds of observations, by name. */
export type ObservationType = Observation["type"];
