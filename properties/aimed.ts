/**
 * Faults that find a coordinator in a given state of its chart. Chance strikes where coordinators spend their time: they stand by, or
 * serve. So an aim waits while the run goes on (`aiming.ts`) until somebody has come to a state that chance seldom meets.
 */
import type { Purpose } from "../src/kv/kv.ts";
import type { Fault } from "../src/simulation/fault.ts";
import type { RecipeSetting } from "./recipe.ts";

/** Drawn as often as a kind of fault of this weight. */
export const AIMED_WEIGHT = 64;

/** What strikes whoever has been in such a state for so long. */
export interface StateAim {
  /** States that are entered from then on, and until then. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** At first only this state. */
  readonly goal?: string;
  /** At first only states that are met as seldom: 0 the most seldom, 1 any. The longer it waits, the more common a one will do. */
  readonly common: number;
  /** Whole ms after the state was entered; whoever has left it before is not struck. */
  readonly afterMs: number;
  /** Undefined: no such fault is to be drawn. */
  readonly strike: (atMs: number, on: string) => Fault | undefined;
  /** What waits next, once this has struck. */
  readonly next?: (fromMs: number) => StateAim;
}

/** What is aimed, and what leads there. */
interface Aimed {
  readonly faults: readonly Fault[];
  readonly aim: StateAim;
}

const WITHIN_TTLS = 4;

/**
 * The states of the chart, those that a run comes to most seldom first; at the end those in which chance finds coordinators anyway,
 * since they stay there for long. The order decides how well aims are spread, and nothing else.
 */
export const SELDOM_FIRST: readonly string[] = [
  "stopping.granting",
  "losing.yielding",
  "stopping.pausing",
  "granting.pausing",
  "losing.pausing",
  "member.role.holding.service.activating.pausing",
  "stopping.revoking",
  "losing.stayingAway",
  "losing.releasing",
  "member.role.standby.outrun",
  "member.role.holding.key.confirming",
  "member.role.holding.key.pausing",
  "member.role.holding.service.activating.preparing",
  "allocating.pausing",
  "member.role.standby.pausing",
  "member.role.holding.service.activating.reloading",
  "member.role.waiting",
  "member.lease.held.retrying",
  "granting.asking",
  "member.session.pausing",
  "member.role.standby.watching.checking",
  "allocating.reading",
  "allocating.claiming",
  "member.session.enrolling",
  "member.role.standby.campaigning",
  "member.role.holding.key.watched.checking",
  "member.lease.held.renewing",
  "member.session.unused",
  "member.session.watched",
  "member.role.holding.key.watched.waiting",
  "member.role.holding.service.active",
  "member.role.standby.watching.waiting",
  "member.lease.held.resting",
];
const RANKS: ReadonlyMap<string, number> = new Map(
  SELDOM_FIRST.map((path, place) => [path, place / SELDOM_FIRST.length]),
);
/** Of its time, so much waits for the goal alone, and after so much any state will do. */
const GOAL_ALONE = 0.5;
const NOT_CHOOSY = 0.75;

/** How seldom the state is, from 0 up to 1; undefined: the aim does not point at it yet. */
export function rankFor(
  { common, fromMs, goal, untilMs }: StateAim,
  path: string,
  now: number,
): number | undefined {
  const waited = (now - fromMs) / (untilMs - fromMs);
  if (path === goal) return -1;
  if (goal !== undefined && waited < GOAL_ALONE) return undefined;
  // A state that is not among them is a mutant's.
  const rank = RANKS.get(path) ?? 0;
  return rank <= common + ((1 - common) * waited) / NOT_CHOOSY ? rank : undefined;
}

/** Nothing begins to go wrong from `untilMs` on. */
interface Draw extends RecipeSetting {
  readonly untilMs: number;
  /** Drawn apart: which kind of fault strikes in the end goes with any state and any way to it. */
  readonly turn: number;
  /** How long who asks etcd something waits for the answer. */
  readonly roundTripMs: number;
  /** The other coordinators of its role. */
  readonly rivals: (name: string) => readonly string[];
}

/** How somebody is brought into a state that it comes to only when a request of this kind fails. */
interface Way {
  readonly purpose: Purpose;
  /** The coordinator is started again, or asked to stop, or the others have to follow it. */
  readonly by: "restart" | "stop" | "vacancy";
  readonly goal: string;
}

const WAYS: readonly Way[] = [
  { purpose: "readId", by: "restart", goal: "allocating.pausing" },
  { purpose: "grant", by: "restart", goal: "granting.pausing" },
  { purpose: "enroll", by: "restart", goal: "member.session.pausing" },
  { purpose: "campaign", by: "vacancy", goal: "member.role.standby.pausing" },
  { purpose: "reload", by: "vacancy", goal: "member.role.holding.service.activating.pausing" },
  { purpose: "confirm", by: "vacancy", goal: "member.role.holding.key.pausing" },
  { purpose: "revoke", by: "stop", goal: "stopping.pausing" },
];

/** Whoever is cut off there asks in vain until its renewals fail as well. */
const ASKING: readonly string[] = [
  "member.session.enrolling",
  "member.role.standby.campaigning",
  "member.role.standby.watching.checking",
  "member.role.holding.key.confirming",
  "member.role.holding.service.activating.reloading",
];

/**
 * A fault within some TTLs after `atMs`, and in three of four draws what leads there: most of what happens seldom follows from a message
 * that went wrong.
 */
export function aimed(drawn: Draw): Aimed {
  const { atMs, size, ttlMs } = drawn;
  const spice = Math.floor(drawn.spice / 4);
  const draw = { ...drawn, spice };
  const last = (fromMs: number): StateAim => ({
    ...waiting(draw, fromMs, 13),
    strike: (at, on) => ending(at, struck(draw, on), drawn.turn + Math.floor(spice / 5), size, ttlMs),
  });
  switch (drawn.spice % 4) {
    case 0:
      return { faults: [], aim: last(atMs) };
    case 1: {
      const aim = { ...waiting(draw, atMs, 7), next: last };
      return { faults: [], aim: { ...aim, strike: (at, on) => trouble(at, on, spice) } };
    }
    case 2: {
      const way = WAYS[spice % WAYS.length] as Way;
      return { faults: led(way, draw), aim: { ...last(atMs), goal: way.goal } };
    }
    default: {
      const goal = ASKING[spice % ASKING.length] as string;
      const aim = { ...waiting(draw, atMs, 7), goal, next: last };
      const vacated = spice % 3 === 0 ? [] : [vacancy(draw, atMs)];
      return { faults: vacated, aim: { ...aim, strike: (at, on) => starving(at, on, size, ttlMs) } };
    }
  }
}

/** In one of five draws one of the others, who does not see what it stands still or dies beside. */
function struck({ rivals, spice }: Draw, on: string): string {
  const own = rivals(on);
  return spice % 5 === 0 ? (own[spice % own.length] ?? on) : on;
}

/** `factor`: takes two more numbers out of the one that was drawn. */
function waiting(
  { roundTripMs, size, spice, ttlMs, untilMs }: Draw,
  fromMs: number,
  factor: number,
): Omit<StateAim, "strike"> {
  const [which, when] = [(size * factor) % 1, (size * factor * 3) % 1];
  // While an answer is awaited, or while more time passes: of a second as often as of a minute.
  const afterMs = spice % 2 === 0 ? when * roundTripMs : ttlMs ** when;
  return {
    fromMs,
    untilMs: Math.min(untilMs, fromMs + WITHIN_TTLS * ttlMs),
    common: which * which,
    afterMs: Math.max(1, Math.ceil(afterMs)),
  };
}

/** What leads that way. */
function led({ by, purpose }: Way, draw: Draw): Fault[] {
  const { atMs, on, others, spice, ttlMs } = draw;
  const count = 1 + (spice % 3);
  const fails = (name: string): Fault =>
    spice % 2 === 0
      ? { type: "lose", atMs, on: name, leg: "reply", purpose, count }
      : { type: "refuse", atMs, on: name, purpose, says: "too many requests", count };
  const restartAfterMs = Math.round(ttlMs / 10);
  switch (by) {
    case "restart":
      return [fails(on), { type: "crash", atMs: atMs + 1, on, restartAfterMs }];
    case "stop":
      return [fails(on), { type: "stop", atMs: atMs + 1, on, restartAfterMs }];
    case "vacancy":
      return [...others.map(fails), vacancy(draw, atMs + 1)];
  }
}

/** It leaves, mostly for a while. */
function vacancy({ on, spice, ttlMs }: Draw, atMs: number): Fault {
  const restart = spice % 5 < 2 ? {} : { restartAfterMs: Math.round(ttlMs / 20) };
  return { type: "stop", atMs, on, ...restart };
}

/** The next messages, whatever they are for, get no answer, or no good one. */
function trouble(atMs: number, on: string, spice: number): Fault {
  const count = 1 + (spice % 3);
  return spice % 4 === 1
    ? { type: "lose", atMs, on, leg: "reply", count }
    : { type: "refuse", atMs, on, says: "too many requests", count };
}

/** Longer than until the next renewal, and mostly not for so long that the claim ends. */
function starving(atMs: number, on: string, size: number, ttlMs: number): Fault {
  const forMs = Math.round((0.35 + 0.5 * size) * ttlMs);
  return { type: "partition", atMs, on, forMs, direction: "both" };
}

/** Whoever dies, leaves, stands still or is cut off says nothing of what it was about to do. */
function ending(atMs: number, on: string, spice: number, size: number, ttlMs: number): Fault {
  const forMs = Math.max(1, Math.round((0.1 + 1.4 * size) * ttlMs));
  const restart = spice % 3 === 0 ? {} : { restartAfterMs: forMs };
  const pause = { type: "pause", atMs, on, forMs } as const;
  // Twice as often: the others come about there by chance and by recipes as well.
  const faults: readonly Fault[] = [
    { type: "crash", atMs, on, ...restart },
    pause,
    { type: "stop", atMs, on, ...restart },
    { type: "partition", atMs, on, forMs, direction: "both" },
    pause,
  ];
  return faults[spice % faults.length] as Fault;
}
