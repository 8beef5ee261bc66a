/**
 * A space: everything that can happen to a few coordinators within stated bounds. Who takes part, what may go wrong and how often,
 * and the grid of time on which it goes wrong. Its runs are runs of an ordinary scenario under an ordinary scheduler.
 */
import { timingFaults, timingFor } from "../../models/timing.ts";
import type { Variant } from "../../models/variant.ts";
import type { Fault } from "../simulation/fault.ts";
import { coordinators, scenario, type Scenario } from "../simulation/scenario.ts";

/** The bounds of a search. Spans in true ms. */
export interface Space {
  readonly coordinators: number;
  /** What may go wrong, by name out of {@link FAULT_CLASSES}. */
  readonly faults: readonly string[];
  /** How often anything of it may, in all. */
  readonly budget: number;
  readonly ttlSeconds: number;
  /** One way of a message; also the steps between two events in which a fault may strike, and in which its length is counted. */
  readonly gridMs: number;
  readonly variant: Variant;
  /** Whether the active coordinator writes metadata, once for each time it is renewed. */
  readonly writes: boolean;
}

/** The largest spaces that can be asked for: beyond, nothing closes. */
export const MOST_EXPLORED = { coordinators: 4, budget: 4 } as const;

/** Something that may go wrong in a space. */
export interface FaultClass {
  readonly name: string;
  readonly says: string;
  /** A message meets this fate instead: the scheduler's answer. */
  readonly fate?: number;
  /** Requests alone. */
  readonly legs?: readonly string[];
  /** Faults of a scenario that it stands for, without their instants; one for each coordinator, or for etcd. */
  readonly faults?: (names: readonly string[], spans: Spans) => readonly FaultWithoutInstant[];
  /** How long it lasts is counted from when it strikes, so that it matters whether it does between two events. */
  readonly anchored?: true;
  /** etcd is out of service: there is one such at a time. */
  readonly outage?: true;
}

type FaultWithoutInstant = Fault extends infer Of ? (Of extends Fault ? Omit<Of, "atMs"> : never) : never;

/** How long things last, on the grid. */
export interface Spans {
  readonly gridMs: number;
  readonly ttlMs: number;
}

const each =
  (make: (on: string, spans: Spans) => readonly FaultWithoutInstant[]) =>
  (names: readonly string[], spans: Spans) =>
    names.flatMap((on) => make(on, spans));

/** Up to the grid. */
function onGrid(ms: number, { gridMs }: Spans): number {
  return Math.ceil(ms / gridMs) * gridMs;
}
/** Longer than a lease lasts, whatever it lasts longer by. */
const outlasting = (spans: Spans) => onGrid(spans.ttlMs + 2 * spans.gridMs, spans);
/** Shorter than a claim. */
const passing = (spans: Spans) => onGrid(spans.ttlMs / 2, spans);

function cut(name: string, direction: "both" | "toEtcd" | "fromEtcd", says: string): FaultClass {
  return {
    name,
    says,
    faults: each((on, spans) => [{ type: "partition", on, forMs: outlasting(spans), direction }]),
    anchored: true,
  };
}

/** Everything that can be asked for, in the order in which lists name it. */
export const FAULT_CLASSES: readonly FaultClass[] = [
  {
    name: "crash",
    says: "a coordinator dies at once, and nobody starts it again",
    faults: each((on) => [{ type: "crash", on }]),
  },
  {
    name: "restart",
    says: "a coordinator dies at once and is started again, soon or after its lease has run out",
    faults: each((on, spans) => [
      { type: "crash", on, restartAfterMs: spans.gridMs },
      { type: "crash", on, restartAfterMs: outlasting(spans) },
    ]),
    anchored: true,
  },
  {
    name: "pause",
    says: "a coordinator stands still, for half a TTL or for longer than one",
    faults: each((on, spans) => [
      { type: "pause", on, forMs: passing(spans) },
      { type: "pause", on, forMs: outlasting(spans) },
    ]),
    anchored: true,
  },
  {
    name: "loss",
    says: "a message is lost: a request, a reply (what it answers was done), an event of a watch",
    fate: 3,
  },
  { name: "delay", says: "a message comes half a TTL late", fate: 2 },
  { name: "duplicate", says: "a request arrives twice", fate: 4, legs: ["request"] },
  {
    name: "refuse",
    says: "etcd refuses the next request of a coordinator, whatever it is, or its next campaign: too many are under way",
    faults: each((on) => [
      { type: "refuse", on, says: "too many requests", count: 1 },
      { type: "refuse", on, says: "too many requests", purpose: "campaign", count: 1 },
    ]),
  },
  {
    name: "stop",
    says: "a coordinator is asked to stop",
    faults: each((on) => [{ type: "stop", on }]),
  },
  {
    name: "sicken",
    says: "a coordinator's service says that it is of no use",
    faults: each((on) => [{ type: "sicken", on }]),
  },
  cut("partition", "both", "a coordinator is cut off from etcd, both ways, for longer than a TTL"),
  cut("cut-requests", "toEtcd", "nothing that a coordinator sends reaches etcd, for longer than a TTL"),
  cut("cut-replies", "fromEtcd", "a coordinator hears nothing from etcd, for longer than a TTL"),
  {
    name: "mute-watch",
    says: "a coordinator's watches bring nothing, for longer than a TTL, and their connection lives",
    faults: each((on, spans) => [{ type: "muteWatch", on, forMs: outlasting(spans) }]),
    anchored: true,
  },
  {
    name: "leader",
    says: "etcd changes its leader",
    faults: (_, { gridMs }) => [{ type: "changeLeader", forMs: gridMs }],
    anchored: true,
    outage: true,
  },
  {
    name: "stall",
    says: "etcd takes requests and answers none, for half a TTL",
    faults: (_, spans) => [{ type: "stall", forMs: passing(spans) }],
    anchored: true,
    outage: true,
  },
  {
    name: "outage",
    // Longer ones do not close: who is refused tries again and again, each time with or without jitter.
    says: "etcd is down for four steps of the grid and comes back",
    faults: (_, { gridMs }) => [{ type: "restart", forMs: 4 * gridMs }],
    anchored: true,
    outage: true,
  },
  { name: "compaction", says: "etcd's history is compacted", faults: () => [{ type: "compact", keep: 0 }] },
  {
    name: "delete-key",
    says: "an operator deletes the active key, or a session key",
    faults: each((on) => [
      { type: "deleteKey", on, key: "active" },
      { type: "deleteKey", on, key: "session" },
    ]),
  },
  {
    name: "drift",
    says: "a clock runs slow, or fast, for two TTLs, as far as is assumed",
    faults: each((on, spans) =>
      [0.98, 1.02].map((rate) => ({ type: "drift", on, rate, forMs: onGrid(2 * spans.ttlMs, spans) })),
    ),
    anchored: true,
  },
  {
    name: "bad-clock",
    says: "a clock runs at half its rate for two TTLs",
    faults: each((on, spans) => [{ type: "drift", on, rate: 0.5, forMs: onGrid(2 * spans.ttlMs, spans) }]),
    anchored: true,
  },
  {
    name: "clock-step",
    says: "a clock jumps back by half a TTL",
    faults: each((on, spans) => [{ type: "stepClock", on, byMs: -passing(spans) }]),
    anchored: true,
  },
];

export function faultClassNamed(name: string): FaultClass | undefined {
  return FAULT_CLASSES.find((one) => one.name === name);
}

/** A fault of a space's scenario, and when it may strike. */
export interface Strike extends Pick<FaultClass, "anchored" | "outage"> {
  readonly fault: Fault;
}

/** Every fault that may strike in the space, by its place in the scenario. */
export function strikesOf(space: Space): Strike[] {
  const names = namesIn(space);
  const spans = { gridMs: space.gridMs, ttlMs: space.ttlSeconds * 1000 };
  return space.faults.flatMap((name) => {
    const { anchored, faults, outage } = faultClassNamed(name) ?? {};
    return (faults?.(names, spans) ?? []).map((fault) => ({
      fault: { ...fault, atMs: NEVER_MS } as Fault,
      ...(anchored === undefined ? {} : { anchored }),
      ...(outage === undefined ? {} : { outage }),
    }));
  });
}

/** Beyond every run: in a space, faults strike when the search says so. */
const NEVER_MS = 1e15;

function namesIn({ coordinators: count }: Space): string[] {
  return coordinators("rootcoord", count).map(({ name }) => name);
}

/** Fates that messages of that leg may meet. A second request for a watch is none. */
export function fatesOf({ faults }: Space, leg: string, purpose: string): number[] {
  return faults.flatMap((name) => {
    const { fate, legs } = faultClassNamed(name) ?? {};
    return fate === undefined || (legs !== undefined && (!legs.includes(leg) || purpose === "watch"))
      ? []
      : [fate];
  });
}

/** Jitter that is looked at: none, and all of it. */
export const JITTERS: readonly number[] = [0, 3];

/** The scenario of every run in the space, with all faults that may strike. */
export function spaceScenario(space: Space): Scenario {
  const { coordinators: count, faults, gridMs, ttlSeconds, writes } = space;
  const ttlMs = ttlSeconds * 1000;
  const timing = timingFor(ttlSeconds);
  return scenario({
    title: "explored",
    ttlSeconds,
    coordinators: coordinators("rootcoord", count, 2 * gridMs),
    network: {
      delayMs: gridMs,
      // No other messages are slow or late than those that are to be. The second of two comes while the first may be answered.
      slowMs: faults.includes("duplicate")
        ? Math.min(gridMs, Math.floor((timing.requestTimeoutMs / 2 - gridMs) / 2))
        : 0,
      lateMs: faults.includes("delay") ? passing({ gridMs, ttlMs }) : 0,
      streamTimeoutMs: onGrid(timing.ttlMs / 2, { gridMs, ttlMs }),
    },
    service: { activationMs: gridMs, writeEveryMs: writes ? timing.renewEveryMs : 0 },
    horizonMs: NEVER_MS,
    faults: strikesOf(space).map(({ fault }) => fault),
  });
}

/** What is wrong with the grid, in a sentence; undefined: nothing. */
export function gridFault({ gridMs, ttlSeconds }: Pick<Space, "gridMs" | "ttlSeconds">): string | undefined {
  if (!Number.isInteger(gridMs)) return "it is no whole number of milliseconds";
  return timingFaults(timingFor(ttlSeconds), 2 * gridMs)[0];
}
