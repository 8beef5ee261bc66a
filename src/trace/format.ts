/**
 * The trace file: what its three kinds of line say. JSON Lines: a header, a line for each thing that happened, an end.
 * docs/trace-format.md explains it field by field. Events stand in it by meaning, never by a number that belongs to one
 * process or one version, so that a trace can be replayed after the code changed.
 */
import type { LossReason, Milestone, RequestKind, WatchKind } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import type { ViolationFacts, Undecided } from "../../properties/violation.ts";
import type { Revision, KvReply, KvRequest, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";
import type { Task } from "../simulation/task.ts";
import type { TracedKind } from "./own-kinds.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { MeantDecision } from "../simulation/meant-decisions.ts";

/** What a trace file calls itself, in its header. */
export const FORMAT = "leasehold-trace";
/** Counts up when an old reader would misread a new file. A field that may be left out is no reason. */
export const SCHEMA_VERSION = 2;

/** A broken promise as data; `tell-verdict.ts` makes its sentence. */
export interface TraceViolation {
  /** Absent: the line says elsewhere what promise it is about. */
  readonly property?: string;
  /** One of the property's kinds; `unknown` with {@link recordedText}. */
  readonly kind: string;
  readonly at: number;
  /** Names of the coordinators concerned. */
  readonly nodes: readonly string[];
  readonly facts: ViolationFacts;
  /** A file of version 1 has the sentence alone. */
  readonly recordedText?: string;
}

/** Why a run says nothing about a promise. */
export interface TraceUndecided extends Undecided {
  /** A file of version 1 has the sentence alone. */
  readonly recordedText?: string;
}

/** The kind of what is known by a recorded sentence alone. */
export const UNKNOWN = "unknown";

/** Where a recorded run ends: at the scenario's horizon, or at the first violation of the header's property. */
export type StopsAt = "horizon" | "violation";

/** The first line of a trace: everything that is needed to run it again. */
export interface TraceHeader {
  readonly type: "header";
  readonly format: typeof FORMAT;
  readonly schemaVersion: number;
  /** Version of the package that wrote the file. */
  readonly package: string;
  readonly variant: string;
  /**
   * It was not simulated. `production`: recorded by a running coordinator, whose settings the scenario names. `logs`: told by logs
   * and recordings of several (`leasehold validate`); the scenario only names who is in them. `served`: what clients asked of a served
   * etcd, whose side alone can be run again.
   */
  readonly recorded?: "production" | "logs" | "served";
  readonly scenario: Scenario;
  readonly decisions: readonly MeantDecision[];
  readonly stop?: StopsAt;
  /** The promise that the run breaks, if the file was written because of that. */
  readonly property?: string;
  readonly violation?: TraceViolation;
  /** What `check` found it by. */
  readonly seed?: number;
  readonly path?: string;
  /**
   * Modules with the variant, the property or the faults that are somebody's own: paths from where the run was recorded, with
   * slashes.
   */
  readonly modules?: readonly string[];
  /** What is to be known of faults that are somebody's own, to tell and draw the run without their code. */
  readonly faultKinds?: readonly TracedKind[];
}

/**
 * Why something happens. Times are in the line, parties in `node` and `from`. `member` stands where etcd has several: which of them, from
 * 1 on; `stream`: which of a watch's streams.
 */
export type Cause =
  | { readonly type: "start" | "stop" | "prepared" | "unhealthy" | "resume" | "silence" | "tick" }
  | { readonly type: "timer"; readonly timer: string }
  /** Told by logs: how it is known, and the line that tells it or that it was inferred from, `file:line`. */
  | { readonly type: "evidence"; readonly basis: EvidenceBasis; readonly line: string }
  | {
      readonly type: "request";
      readonly from: string;
      readonly id: number;
      readonly purpose: Purpose;
      readonly request: KvRequest;
      readonly member?: number;
      /** Its client wants an error rather than wait where there is no leader; in recordings of a served etcd. */
      readonly hasLeader?: boolean;
    }
  | {
      readonly type: "watch";
      readonly from: string;
      readonly id: number;
      readonly request: WatchRequest & { readonly watchId?: number; readonly hasLeader?: boolean };
      readonly member?: number;
      readonly stream?: number;
    }
  | {
      readonly type: "unwatch";
      readonly from: string;
      readonly id: number;
      readonly member?: number;
      readonly stream?: number;
    }
  | { readonly type: "reply"; readonly id: number; readonly purpose: Purpose; readonly reply: KvReply }
  | { readonly type: "timeout"; readonly id: number; readonly purpose: Purpose }
  | { readonly type: "watchMessage"; readonly response: WatchResponse; readonly stream?: number }
  /** `stream`: this one broke, and the watch may go on at another member. */
  | { readonly type: "watchBroken"; readonly id: number; readonly stream?: number }
  | { readonly type: "write"; readonly token: Revision }
  | { readonly type: "task"; readonly task: Task }
  | {
      readonly type: "fault";
      readonly index: number;
      readonly kind: string;
      readonly phase: "begins" | "ends" | "goes on";
    };

/** How a fact that logs tell is known. */
export type EvidenceBasis = "logged" | "recorded" | "told by etcd" | "inferred";

/** What the chart told the driver to do. Timers are `delay@state`. */
export type TraceEffect =
  | { readonly type: "request"; readonly purpose: RequestKind }
  | { readonly type: "watch" | "unwatch"; readonly watch: WatchKind }
  | { readonly type: "announce"; readonly milestone: Milestone; readonly reason?: LossReason }
  | { readonly type: "startTimer"; readonly timer: string; readonly delayMs: number }
  | { readonly type: "cancelTimer"; readonly timer: string };

/** The chart event that begins a coordinator's life: its initial effects. */
export const BEGIN = "begin";
/** The event of a step that only says where the chart stands: the recording goes on from an earlier file. */
export const RESUME = "resume";

/** One step of a coordinator's chart. */
export interface TraceStep {
  /** A chart event, `delay@state` for a timer, or {@link BEGIN}, or {@link RESUME}. */
  readonly event: string;
  /** Since the request was sent, for replies about leases; absent: 0. */
  readonly elapsedMs?: number;
  readonly effects: readonly TraceEffect[];
  /** The chart's state afterwards, one path for each region. */
  readonly state: readonly string[];
  /** The chart's counters afterwards; absent: 0. */
  readonly attempts?: number;
  readonly setbacks?: number;
}

/** An observation without its instant, which is the line's, and with the coordinator's name. */
export type TraceObservation = { readonly type: Observation["type"]; readonly node?: string } & Readonly<
  Record<string, unknown>
>;

/**
 * What becomes of something that arrives, where it is not simply taken. `held`: the process stands still, it waits. `gone`: its
 * process is. `late`: nobody waits for it any more. `stale`: a member of etcd that lost touch takes it. `refused`: at etcd's door.
 */
export type Delivery = "held" | "gone" | "late" | "cut off" | "stale" | "refused";

/** A line of a trace: one thing that happened, at one place. */
export interface TraceEvent {
  readonly type: "event";
  /** From 1, without gaps. */
  readonly n: number;
  /** True virtual milliseconds. */
  readonly at: number;
  /** What the node's own clock shows, ms. */
  readonly own?: number;
  /** Where it happens: a coordinator's name, or etcd. */
  readonly node: string;
  readonly cause: Cause;
  /** Absent: it arrived and was taken. */
  readonly delivery?: Delivery;
  readonly steps?: readonly TraceStep[];
  /** What was seen from outside, in order. */
  readonly seen?: readonly TraceObservation[];
  /** etcd afterwards, on its own lines. */
  readonly etcd?: {
    readonly mode: string;
    readonly revision: Revision;
    readonly leases: number;
    /** Of several members, from 1 on; absent: none leads, or there is one server. */
    readonly leader?: number;
  };
}

/** `outside`: the scenario lies outside the property's assumptions. `not judged`: the run ended before. */
export interface TraceVerdict {
  readonly property: string;
  readonly verdict: "holds" | "violated" | "inconclusive" | "outside" | "not judged";
  readonly violation?: TraceViolation;
  /** Of an `inconclusive` one. */
  readonly open?: TraceUndecided;
}

/** The last line of a trace. */
export interface TraceEnd {
  readonly type: "end";
  readonly events: number;
  readonly at: number;
  readonly ended: StopsAt;
  readonly verdicts: readonly TraceVerdict[];
  /** What was seen when the run ended, e.g. that it is over. */
  readonly seen?: readonly TraceObservation[];
  /** {@link Digest} of every line before; absent: written by hand. */
  readonly digest?: string;
}

/** Any line of a trace file. */
export type TraceLine = TraceHeader | TraceEvent | TraceEnd;

/** What comes to a recording that is still written, told line by line: a header stands for the one before. */
export interface TraceNews {
  /** It is another recording than before. */
  readonly begins: boolean;
  readonly lines: readonly (TraceHeader | TraceEvent)[];
  /** Why nothing more will come of it. */
  readonly failure?: string;
}
