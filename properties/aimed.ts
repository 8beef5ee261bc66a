/**
 * Faults that find a coordinator in a given state of its chart. Chance strikes where coordinators spend their time: they stand by, or
 * serve. So the schedule is run as far as it goes, and the fault put where somebody stayed in a state that chance seldom meets.
 */
import type { Purpose } from "../src/kv/kv.ts";
import { shipped } from "../models/variant.ts";
import { execute } from "../src/simulation/execute.ts";
import type { Fault } from "../src/simulation/fault.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { decided, type Decision } from "../src/simulation/scheduler.ts";
import { createSetup, processAt } from "../src/simulation/setup.ts";
import type { RecipeSetting } from "./recipes.ts";

/** Drawn as often as a kind of fault of this weight. */
export const AIMED_WEIGHT = 30;

const WITHIN_TTLS = 4;

/** One stay of a coordinator in a state of its chart, true ms. */
interface Stay {
  readonly node: number;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Nothing begins to go wrong from `untilMs` on. */
interface Draw extends RecipeSetting {
  readonly untilMs: number;
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
  { purpose: "revoke", by: "stop", goal: "stopping.pausing" },
];

/**
 * A fault within some TTLs after `atMs`, and in two of three draws what leads there: most of what happens seldom follows from a message
 * that went wrong. None where nobody comes to any state any more. `scenario`: with the faults so far.
 */
export function aimedFaults(scenario: Scenario, decisions: readonly Decision[], draw: Draw): Fault[] {
  const { atMs, size, spice, ttlMs } = draw;
  const parts = (factor: number): [number, number] => [(size * factor) % 1, (size * factor * 3) % 1];
  let last:
    | { readonly faults: readonly Fault[]; readonly fromMs: number; readonly stays: Stay[] }
    | undefined;
  const after = (faults: readonly Fault[], fromMs: number, factor: number, goal?: string) => {
    // A goal that was not reached: any state of the same run will do.
    if (last?.faults !== faults || last.fromMs !== fromMs) {
      const soFar = { ...scenario, faults: [...scenario.faults, ...faults] };
      const untilMs = Math.min(draw.untilMs, fromMs + WITHIN_TTLS * ttlMs);
      last = { faults, fromMs, stays: staysIn(soFar, decisions, untilMs) };
    }
    return aim(scenario, last.stays, fromMs, parts(factor), goal);
  };
  const began = spice % 3 === 1 ? after([], atMs, 7) : undefined;
  const way = spice % 3 === 2 ? (WAYS[Math.floor(spice / 3) % WAYS.length] as Way) : undefined;
  const before = began !== undefined ? [trouble(began, spice)] : way !== undefined ? led(way, draw) : [];
  const found =
    (way === undefined ? undefined : after(before, atMs, 13, way.goal)) ??
    after(before, began?.atMs ?? atMs, 13);
  return found === undefined ? before : [...before, strike(found, Math.floor(spice / 18), size, ttlMs)];
}

/** What leads that way. */
function led({ by, purpose }: Way, { atMs, on, others, spice, ttlMs }: Draw): Fault[] {
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
      return [...others.map(fails), { type: "stop", atMs: atMs + 1, on }];
  }
}

interface Aim {
  readonly atMs: number;
  readonly on: string;
}

/**
 * `parts`: which state, those that are seldom come to first, and which instant, each from 0 up to 1. `goal`: the state, where it is
 * given; undefined where nobody comes to it.
 */
function aim(
  { coordinators }: Scenario,
  all: readonly Stay[],
  fromMs: number,
  [which, when]: readonly [number, number],
  goal: string | undefined,
): Aim | undefined {
  const byPath = new Map<string, Stay[]>();
  for (const stay of all) {
    if (stay.from < fromMs || (goal ?? stay.path) !== stay.path) continue;
    if (wholeMsWithin(stay, when) === undefined) continue;
    const known = byPath.get(stay.path);
    if (known === undefined) byPath.set(stay.path, [stay]);
    else known.push(stay);
  }
  const states = [...byPath.values()].sort((left, right) => left.length - right.length);
  const stays = states[Math.floor(which * which * states.length)];
  const stay = stays?.[Math.floor(when * stays.length)];
  const atMs = stay === undefined ? undefined : wholeMsWithin(stay, when);
  const on = stay === undefined ? undefined : coordinators[stay.node]?.name;
  return atMs === undefined || on === undefined ? undefined : { atMs, on };
}

/** Scenario files have whole milliseconds. Within, not at the edge: what strikes there may come before or after. */
function wholeMsWithin({ from, to }: Stay, part: number): number | undefined {
  const first = Math.floor(from) + 1;
  const last = Math.ceil(to) - 1;
  return first > last ? undefined : first + Math.floor(part * (last - first));
}

function staysIn(scenario: Scenario, decisions: readonly Decision[], untilMs: number): Stay[] {
  const setup = createSetup(scenario, shipped);
  const stays: Stay[] = [];
  const since = scenario.coordinators.map(() => new Map<string, number>());
  const moveTo = (node: number, paths: readonly string[], now: number) => {
    const own = since[node];
    if (own === undefined) return;
    for (const [path, from] of own) {
      if (paths.includes(path)) continue;
      own.delete(path);
      stays.push({ node, path, from, to: now });
    }
    for (const path of paths) if (!own.has(path)) own.set(path, now);
  };
  execute(setup, {
    scheduler: decided(decisions),
    untilMs,
    listeners: [
      {
        stepped(node, { now }, _type, _elapsedMs, { next }) {
          moveTo(node, processAt(setup, node).kind.chart?.facts(next).paths ?? [], now);
        },
        observe(told) {
          if (told.type === "ended") moveTo(told.node, [], told.at);
        },
      },
    ],
  });
  since.forEach((_, node) => moveTo(node, [], untilMs));
  return stays;
}

/** The next messages, whatever they are for, get no answer, or no good one. */
function trouble({ atMs, on }: Aim, spice: number): Fault {
  const count = 1 + (spice % 3);
  return spice % 4 === 1
    ? { type: "lose", atMs, on, leg: "reply", count }
    : { type: "refuse", atMs, on, says: "too many requests", count };
}

/** Whoever dies, leaves, stands still or is cut off says nothing of what it was about to do. */
function strike({ atMs, on }: Aim, spice: number, size: number, ttlMs: number): Fault {
  const forMs = Math.max(1, Math.round((0.1 + 1.4 * size) * ttlMs));
  const restart = spice % 3 === 0 ? {} : { restartAfterMs: forMs };
  const faults: readonly Fault[] = [
    { type: "crash", atMs, on, ...restart },
    { type: "stop", atMs, on, ...restart },
    { type: "partition", atMs, on, forMs, direction: "both" },
    { type: "pause", atMs, on, forMs },
  ];
  return faults[spice % faults.length] as Fault;
}
