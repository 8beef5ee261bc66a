/**
 * The world as plain data: processes, their clocks and connections, etcd, and everything that is still to come. No closures,
 * no classes: it can be copied, compared, written to a file, read back and run on, as far as its processes' own state is data.
 */
import { clientOfConnection, connectionTo, createEtcd, type Etcd } from "../../models/etcd.ts";
import type { ServerReply, KvRequest, KvReply, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import { copyMemberClient, createMemberClient, type MemberClient } from "./connections.ts";
import type { Purpose } from "../kv/kv.ts";
import type { ErrorReply } from "../../models/store/errors.ts";
import { createNodeClock, type NodeClock } from "../time/node-clock.ts";
import { cloneTimeline, createTimeline, type Timeline } from "../time/timeline.ts";
import type { Leg } from "./faults/message.ts";
import type { ProcessKind, ProcessView } from "./process.ts";
import type { Task } from "./task.ts";
import { processesOf } from "./scenario.ts";
import { processAt, type SimulationSetup } from "./setup.ts";

/**
 * Something that is going to happen. `life` ties it to one incarnation of a process: the dead are told nothing. `member` and `stream`
 * stand only where etcd has several members: which of them, from 1 on, and which of a watch's streams.
 */
export type Item =
  | { readonly type: "start"; readonly node: number }
  | { readonly type: "stop"; readonly node: number; readonly life: number }
  | {
      readonly type: "timer";
      readonly node: number;
      readonly life: number;
      readonly timer: string;
      readonly arming: number;
    }
  | {
      readonly type: "request";
      readonly node: number;
      readonly life: number;
      readonly id: number;
      readonly purpose: Purpose;
      readonly request: KvRequest;
      readonly member?: number;
      /** What etcd's door says to it, instead of letting it in. */
      readonly refusal?: ErrorReply;
    }
  | {
      readonly type: "reply";
      readonly node: number;
      readonly life: number;
      readonly id: number;
      readonly purpose: Purpose;
      readonly reply: KvReply;
    }
  | { readonly type: "timeout"; readonly node: number; readonly life: number; readonly id: number }
  | {
      readonly type: "watch";
      readonly node: number;
      readonly life: number;
      readonly id: number;
      readonly request: WatchRequest;
      readonly member?: number;
      readonly stream?: number;
    }
  | {
      readonly type: "unwatch";
      readonly node: number;
      readonly life: number;
      readonly id: number;
      readonly member?: number;
      readonly stream?: number;
    }
  | {
      readonly type: "watchMessage";
      readonly node: number;
      readonly life: number;
      readonly response: WatchResponse;
      readonly stream?: number;
    }
  | {
      readonly type: "watchBroken";
      readonly node: number;
      readonly life: number;
      readonly id: number;
      /** Absent: the process learns it; else its connections, which may go on at another member. */
      readonly stream?: number;
      /** It breaks only if it has not been confirmed by now. */
      readonly unconfirmed?: true;
    }
  | {
      readonly type: "silence";
      readonly node: number;
      readonly life: number;
      readonly cut: number;
      readonly member?: number;
    }
  | { readonly type: "task"; readonly node: number; readonly life: number; readonly task: Task }
  | { readonly type: "etcd" }
  | {
      readonly type: "fault";
      readonly index: number;
      readonly phase: "begins" | "goes on" | "ends";
      /** Of one that goes on: of the process that lived then where it concerns one. */
      readonly life?: number;
    };

export interface ArmedTimer {
  readonly timer: string;
  readonly dueLocalMs: number;
  readonly arming: number;
}

/** A request without a reply yet. `timeoutMs`: the true instant at which its time is over. */
export interface OpenRequest {
  readonly id: number;
  readonly purpose: Purpose;
  readonly timeoutMs: number;
  /** Where etcd has several: the member that it was sent to, from 1 on. */
  readonly member?: number;
}

/** The next `left` messages of a kind meet this fate. */
export interface Tampering {
  readonly leg: Leg;
  readonly purpose: Purpose | undefined;
  readonly fate: "lost" | "late" | "doubled" | "refused";
  readonly byMs: number;
  /** Of refused ones. */
  readonly refusal?: ErrorReply;
  left: number;
}

/** A claim in true time. */
export interface SimulatedClaim {
  readonly role: string;
  readonly token: number;
  /** The true instant at which it ends by the own clock. */
  readonly until: number;
}

/** A node of the world: the process that lives there, its clock, and its way to etcd. */
export interface SimulatedNode {
  status: "down" | "up" | "paused";
  /** Counts the processes that lived here. */
  life: number;
  /** Its process' state, which belongs to its kind: of the last life while it is down, undefined before the first. */
  state: unknown;
  /** In a world made for looking alone, instead of the state. */
  view?: ProcessView;
  clock: NodeClock;
  timers: ArmedTimer[];
  open: OpenRequest[];
  watches: number[];
  claims: readonly SimulatedClaim[];
  /** What reached it while it stood still. */
  held: Item[];
  /** Partition: which way nothing passes, and how many cuts there were. */
  cutToEtcd: boolean;
  cutFromEtcd: boolean;
  cuts: number;
  /** What etcd says on its watches is lost, and nobody notices. */
  watchesMuted: boolean;
  /** Watch messages that wait for the connection to come back. */
  stream: Item[];
  /** Watch messages never overtake each other: the last one's arrival. */
  streamUntil: number;
  tampering: Tampering[];
  /** Where etcd has several members. */
  client?: MemberClient;
}

/** A fault that is in effect, by its place in the scenario. `life`: of the process that it found. */
export interface FaultInEffect {
  readonly index: number;
  readonly life: number;
  /** The member of etcd that it found, where it befalls one. */
  readonly member?: number;
}

/** As the life of a fault in effect that befalls every process. */
export const EVERY_LIFE = -1;

/** A run at one instant, and everything that is still to come. */
export interface World {
  now: number;
  /** Questions asked of the scheduler so far. */
  asked: number;
  readonly timeline: Timeline<Item>;
  etcd: Etcd;
  readonly etcdClock: NodeClock;
  /** Instant of the one live `etcd` item; others in the queue are outdated. */
  etcdDueAt: number;
  readonly nodes: SimulatedNode[];
  /** In the order in which they began. */
  readonly inEffect: FaultInEffect[];
}

export function createWorld({ scenario }: SimulationSetup): World {
  const timeline = createTimeline<Item>();
  const { clockRate, members = 1, version } = scenario.etcd;
  const nodes = processesOf(scenario).map((setup, place): SimulatedNode => ({
    status: "down",
    life: 0,
    state: undefined,
    clock: createNodeClock(setup.clockOffsetMs, setup.clockRate),
    timers: [],
    open: [],
    watches: [],
    claims: [],
    held: [],
    cutToEtcd: false,
    cutFromEtcd: false,
    cuts: 0,
    watchesMuted: false,
    stream: [],
    streamUntil: 0,
    tampering: [],
    ...(members === 1 ? {} : { client: createMemberClient(members, setup.member ?? (place % members) + 1) }),
  }));
  return {
    now: 0,
    asked: 0,
    timeline,
    etcd: createEtcd({ version }, members),
    etcdClock: createNodeClock(0, clockRate),
    etcdDueAt: Number.POSITIVE_INFINITY,
    nodes,
    inEffect: [],
  };
}

/**
 * A copy that shares only what never changes, and can be run on. Throws where a process' state is opaque: then a run is
 * stepped by running it again ({@link lookAt} makes worlds for looking).
 */
export function cloneWorld(world: World, setup: SimulationSetup): World {
  return copyWith(world, ({ state }, at) => {
    if (state === undefined) return {};
    const { kind, setup: own } = processAt(setup, at);
    if (kind.state === "opaque")
      throw new TypeError(
        `the state of ${own.name} is opaque: its world cannot be copied, run it again instead`,
      );
    return { state: kind.copy(state) };
  });
}

/** A copy to look at, which shows how opaque processes stood; only where there are none can it be run on. */
export function lookAt(world: World, setup: SimulationSetup): World {
  return copyWith(world, (node, at) => {
    const { kind } = processAt(setup, at);
    if (node.state === undefined) return {};
    if (kind.state === "plain") return { state: kind.copy(node.state) };
    return { state: undefined, view: kind.view(node.state) };
  });
}

/** How the process at that place stands; undefined: none has ever lived there. */
export function viewOf(
  { state, view }: SimulatedNode,
  setup: SimulationSetup,
  at: number,
): ProcessView | undefined {
  return view ?? (state === undefined ? undefined : processAt(setup, at).kind.view(state));
}

function copyWith(
  world: World,
  own: (node: SimulatedNode, at: number) => Pick<Partial<SimulatedNode>, "state" | "view">,
): World {
  return {
    ...world,
    timeline: cloneTimeline(world.timeline),
    etcdClock: { ...world.etcdClock },
    inEffect: world.inEffect.slice(),
    nodes: world.nodes.map((node, at) => ({ ...copyNode(node), ...own(node, at) })),
  };
}

/** A copy of everything about a node but its process' state, which is the same one. */
function copyNode(node: SimulatedNode): SimulatedNode {
  return {
    ...node,
    clock: { ...node.clock },
    timers: node.timers.slice(),
    open: node.open.slice(),
    watches: node.watches.slice(),
    held: node.held.slice(),
    stream: node.stream.slice(),
    tampering: node.tampering.map((one) => ({ ...one })),
    ...(node.client === undefined ? {} : { client: copyMemberClient(node.client) }),
  };
}

/** A copy of a node whose process is of that kind, that shares only what never changes. */
export function cloneNode(node: SimulatedNode, kind: ProcessKind): SimulatedNode {
  const { state } = node;
  return state === undefined ? copyNode(node) : { ...copyNode(node), state: kind.copy(state) };
}

/** Connections are numbered so that etcd's outputs lead back to node and life. */
const LIVES = 100_000;

/** `member`: of etcd, from 1 on. */
export function clientOf(node: number, life: number, member = 1): number {
  return connectionTo(node * LIVES + life, member);
}

/** -1: not one of the processes. */
export function nodeOfClient(client: number): number {
  return client < 0 ? -1 : Math.floor(clientOfConnection(client) / LIVES);
}

export function lifeOfClient(client: number): number {
  return clientOfConnection(client) % LIVES;
}

export const OPERATOR = -1;

/** What a client is told that finds nobody at the other end. */
export const CONNECTION_REFUSED: ServerReply = Object.freeze({
  type: "error",
  code: "Unavailable",
  message: "connection refused",
});
