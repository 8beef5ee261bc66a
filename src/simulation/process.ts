/**
 * What a process is to the world: code that is begun, stopped and reached by replies, watch messages, timers and tasks, and
 * that can say at any time what it claims to hold. Network, faults, clocks, etcd, scheduler, trace and stepper know processes
 * by this contract alone; the coordinator (`coordinator-process.ts`) is one kind of them.
 */
import type { CompiledChart, Step } from "../../models/compiled-chart.ts";
import type {
  KeyValue,
  KvReply,
  KvRequest,
  LeaseId,
  Revision,
  WatchResponse,
} from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import type { Kv, Purpose } from "../kv/kv.ts";
import type { Clock, Instant } from "../time/clock.ts";
import type { Task } from "./task.ts";

/** Something that a process believes to hold. Properties judge claims of one role against each other. */
export interface Claim {
  readonly role: string;
  /** The fencing token it acts under; 0: none. */
  readonly token: Revision;
  /** The own clock's instant at which the claim ends unless it is renewed. */
  readonly until: Instant;
}

/** What a process reaches the world by. Nothing comes back during a call. */
export interface ProcessPorts extends Kv, Clock {
  /** Brings `task` in `afterMs` of *true* time: work of the surroundings, which has no clock of its own. */
  arrange(task: Task, afterMs: number): void;
  /** Tells what is seen from outside. */
  tell(seen: OwnObservation): void;
  /** Its chart took a step; only for those who record. */
  stepped(type: string, elapsedMs: number, step: Step): void;
}

/** What a process may tell: everything else is seen by the world itself, which also fills in when and where. */
export type OwnObservation = Writable<Extract<Observation, { type: "milestone" | "written" | "note" }>>;

type Writable<Seen> = Seen extends unknown ? { -readonly [Field in keyof Seen]: Seen[Field] } : never;

/** Stands in what a process tells where the world fills in the instant and the place. */
export const UNPLACED = { at: -1, node: -1 } as const;

/** One process' code, connected to its ports. It keeps nothing of its own between calls: what it knows is `state`. */
export interface ProcessCode<State> {
  /** A life begins. `before`: the state in which the last one ended, of which only what stood on its disk may be used. */
  begin(before: State | undefined): State;
  /** Asked to stop in the ordinary way (SIGTERM). */
  stop(state: State): void;
  onReply(state: State, id: number, reply: KvReply): void;
  onWatch(state: State, response: WatchResponse): void;
  onWatchBroken(state: State, id: number): void;
  onTimer(state: State, timer: string): void;
  onTask(state: State, task: Task): void;
}

/** How a process left by itself: because it was asked to, or not (its supervisor may start it again). */
export type Departure = "stopped" | "exited";

/** A process as people look at it. */
export interface ProcessView {
  /** Where it stands, in one word. */
  readonly phase: string;
  /** The same in full, one path for each region of its chart. */
  readonly paths: readonly string[];
  /** 0: none. */
  readonly serverId: number;
  readonly leaseId: LeaseId;
  readonly token: Revision;
}

/** One process of a scenario with everything about it that does not change. */
export interface ProcessKind<State = unknown> {
  /** What it works at or competes for. */
  readonly role: string;
  /**
   * Whether its state is plain data that {@link copy} copies, so that its worlds can be copied, written down and searched.
   * Otherwise (`opaque`) a run is stepped by running it again.
   */
  readonly state: "plain" | "opaque";
  /** What it sends requests for; faults aim by these words. */
  readonly purposes: readonly Purpose[];
  /** The chart that its steps are steps of, if it has one: then they can be recorded and compared. */
  readonly chart?: CompiledChart;
  connect(ports: ProcessPorts): ProcessCode<State>;
  claims(state: State): readonly Claim[];
  /** Undefined: it goes on. */
  departure(state: State): Departure | undefined;
  /** Whether a task that was arranged still means anything. */
  awaits(state: State, task: Task): boolean;
  /** Whether it is told that this watch is open. Absent: it never asks. */
  awaitsConfirmation?(state: State, watchId: number): boolean;
  view(state: State): ProcessView;
  /** The keys that an operator could touch by hand, by what they are to it, `metadata` what its own begin with; before the first life too. */
  keys(state: State | undefined): Readonly<Record<string, string>>;
  /**
   * What an operator asks of etcd so that the process gives its role to another; `read`: what stands under a key. Undefined: there is
   * nothing to ask. Absent: processes of this kind cannot be asked.
   */
  handover?(state: State | undefined, read: (key: string) => KeyValue | undefined): KvRequest | undefined;
  /** A copy that shares only what never changes. Only asked of plain state, and so are the next two. */
  copy(state: State): State;
  /** The state by meaning, as JSON data; {@link read} takes it back, also in another process of the operating system. */
  write(state: State): unknown;
  read(written: unknown): State;
}

/** Nothing is claimed. */
export const NO_CLAIMS: readonly Claim[] = Object.freeze([]);
