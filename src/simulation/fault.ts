/**
 * The large cruelties of a scenario, as people write and read them. Instants and spans are true milliseconds.
 */
import type { Purpose } from "../kv/kv.ts";

/** A message on its way: to etcd, back, or down a watch. */
export type Leg = "request" | "reply" | "watch";

interface At {
  readonly atMs: number;
}
interface On extends At {
  /** A coordinator's name. */
  readonly on: string;
}

/** The process dies at once and says nothing more. `restartAfterMs` absent: for ever. */
export interface Crash extends On {
  readonly type: "crash";
  readonly restartAfterMs?: number;
}
/** The operator stops the process in the ordinary way (SIGTERM). */
export interface Stop extends On {
  readonly type: "stop";
  readonly restartAfterMs?: number;
}
/** The process stands still (SIGSTOP, a long collection, a starved CPU); `clockStops`: its clock too (a suspended machine). */
export interface Pause extends On {
  readonly type: "pause";
  readonly forMs: number;
  readonly clockStops?: boolean;
}
/** The coordinator's clock runs at `rate` (1 is true). */
export interface Drift extends On {
  readonly type: "drift";
  readonly rate: number;
  readonly forMs: number;
}
/** The coordinator's clock jumps, forward or back. */
export interface ClockStep extends On {
  readonly type: "clockStep";
  readonly byMs: number;
}
/** Messages between the coordinator and etcd do not pass. */
export interface Partition extends On {
  readonly type: "partition";
  readonly forMs: number;
  readonly direction: "both" | "toEtcd" | "fromEtcd";
}
/** The next `count` messages of this kind are lost. A lost `reply` is one whose request was applied. */
export interface Lose extends On {
  readonly type: "lose";
  readonly leg: Leg;
  readonly purpose?: Purpose;
  readonly count: number;
}
/** The next `count` messages of this kind come `byMs` later than they should. */
export interface Delay extends On {
  readonly type: "delay";
  readonly leg: Leg;
  readonly purpose?: Purpose;
  readonly count: number;
  readonly byMs: number;
}
/** The next `count` requests of this kind arrive twice. */
export interface Duplicate extends On {
  readonly type: "duplicate";
  readonly purpose?: Purpose;
  readonly count: number;
}
/** etcd loses its leader and elects another; leases start again with their full TTL. */
export interface LeaderChange extends At {
  readonly type: "leaderChange";
  readonly electionMs: number;
}
/**
 * etcd's leader loses touch with the other members and does not know it, with the coordinator connected to it; they elect
 * another one. Before 3.4.31 and 3.5.13 the old one goes on renewing leases that run out with the others.
 */
export interface Strand extends On {
  readonly type: "strand";
  readonly forMs: number;
}
/** etcd takes requests and answers none: a stuck disk, a lost quorum. */
export interface Stall extends At {
  readonly type: "stall";
  readonly forMs: number;
}
/** etcd is down and comes back with what it had stored. */
export interface EtcdRestart extends At {
  readonly type: "etcdRestart";
  readonly downMs: number;
}
/** etcd's history is compacted up to `keep` revisions before now. */
export interface Compact extends At {
  readonly type: "compact";
  readonly keep: number;
}
/** An operator deletes a key by hand: the active key of a role, or a coordinator's session key. */
export interface DeleteKey extends At {
  readonly type: "deleteKey";
  readonly key: "role" | "session";
  /** The coordinator whose role or session it is. */
  readonly on: string;
}
/** Somebody else writes other keys, one each `everyMs`. */
export interface Hammer extends At {
  readonly type: "hammer";
  readonly forMs: number;
  readonly everyMs: number;
}

export type Fault =
  | Crash
  | Stop
  | Pause
  | Drift
  | ClockStep
  | Partition
  | Lose
  | Delay
  | Duplicate
  | LeaderChange
  | Strand
  | Stall
  | EtcdRestart
  | Compact
  | DeleteKey
  | Hammer;

export type FaultType = Fault["type"];

/** How long a fault lasts by itself, ms; 0 for those that happen at one instant. */
export function lastsMs(fault: Fault): number {
  switch (fault.type) {
    case "pause":
    case "drift":
    case "partition":
    case "strand":
    case "stall":
    case "hammer":
      return fault.forMs;
    case "leaderChange":
      return fault.electionMs;
    case "etcdRestart":
      return fault.downMs;
    case "crash":
    case "stop":
      return fault.restartAfterMs ?? 0;
    case "clockStep":
    case "lose":
    case "delay":
    case "duplicate":
    case "compact":
    case "deleteKey":
      return 0;
  }
}

/** The coordinator that a fault strikes, by name; undefined: etcd. */
export function struckBy(fault: Fault): string | undefined {
  return "on" in fault && fault.type !== "deleteKey" && fault.type !== "strand" ? fault.on : undefined;
}
