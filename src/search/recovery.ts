/**
 * The promise of recovery on a closed space: from every state, if no further fault strikes, somebody comes to serve within the bound,
 * whatever else is left open. A way on which nobody ever does goes in a circle, for there are only so many states; so the search finds
 * it too.
 */
import { recoveryBoundMs } from "../../models/timing.ts";
import { environmentOf, slowestTiming } from "../simulation/scenario.ts";
import type { Exploration } from "./exploration.ts";
import type { Patience } from "./retell.ts";
import { spaceScenario, type Space } from "./space.ts";
import type { WholeState } from "./whole-steps.ts";
import { Disagreement } from "./not-explorable.ts";

/** The longest time without anybody serving from a state in which no fault is in effect, and how long it may take, ms. */
export interface SlowestRecovery {
  readonly slowestMs: number;
  readonly boundMs: number;
}

/** What was found of a closed space. */
export type RecoveryVerdict =
  | { readonly type: "holds"; readonly recovery: SlowestRecovery }
  /** `path`: to where the waiting begins, and on from there without anybody serving until more than the bound has passed. */
  | { readonly type: "violated"; readonly path: readonly WholeState[]; readonly patience: Patience };

/** How long it may take in the space, ms. */
export function boundOf(space: Space): number {
  const scenario = spaceScenario(space);
  return recoveryBoundMs(slowestTiming(scenario), environmentOf(scenario));
}

const UNKNOWN = -1;
const ON_THE_WAY = -2;

/** A state on the way down, and what has been seen of its successors. */
interface Visit {
  readonly state: number;
  readonly gapMs: number;
  readonly successors: readonly number[];
  next: number;
  worstMs: number;
}

/** Judges an exploration that has closed. */
export function judgeRecovery(exploration: Exploration, space: Space): RecoveryVerdict {
  const { compiled } = exploration;
  const { states } = exploration.reached;
  const boundMs = boundOf(space);
  const times = new Float64Array(states).fill(UNKNOWN);
  let slowestMs = 0;
  const isSettled = (state: number) => {
    const row = exploration.row(state);
    return compiled.serving(row) > 0 || !compiled.able(row);
  };
  const enter = (state: number): Visit => {
    times[state] = ON_THE_WAY;
    const row = exploration.row(state).slice();
    const successors: number[] = [];
    compiled.calmSteps(row, (next) => {
      const at = exploration.find(next);
      if (at < 0) throw new Disagreement("a closed space leads out of itself");
      successors.push(at);
    });
    return { state, gapMs: compiled.gapAfter(row), successors, next: 0, worstMs: 0 };
  };
  for (let from = 0; from < states; from++) {
    if (times[from] !== UNKNOWN) continue;
    if (isSettled(from)) {
      times[from] = 0;
      continue;
    }
    const way: Visit[] = [enter(from)];
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      const to = visit.successors[visit.next++];
      if (to === undefined) {
        const ms = visit.successors.length === 0 ? Number.POSITIVE_INFINITY : visit.gapMs + visit.worstMs;
        times[visit.state] = ms;
        const judged = !compiled.suffers(exploration.row(visit.state));
        if (judged) slowestMs = Math.max(slowestMs, ms);
        if (judged && ms > boundMs)
          return { type: "violated", ...slowest(exploration, visit.state, times, boundMs) };
        way.pop();
        const before = way.at(-1);
        if (before !== undefined) before.worstMs = Math.max(before.worstMs, ms);
        continue;
      }
      if (times[to] === UNKNOWN) {
        if (isSettled(to)) times[to] = 0;
        else way.push(enter(to));
        continue;
      }
      if (times[to] === ON_THE_WAY) return { type: "violated", ...around(exploration, way, to, boundMs) };
      visit.worstMs = Math.max(visit.worstMs, times[to] as number);
    }
  }
  return { type: "holds", recovery: { slowestMs, boundMs } };
}

type Waiting = Omit<Extract<RecoveryVerdict, { type: "violated" }>, "type">;

/** To the state, and from there the longest way. */
function slowest(exploration: Exploration, state: number, times: Float64Array, boundMs: number): Waiting {
  const path = exploration.pathTo(state);
  const waitsFrom = path.length - 1;
  for (let at = state; (times[at] ?? 0) > 0;) {
    let worst = -1;
    exploration.compiled.calmSteps(exploration.row(at).slice(), (next) => {
      const to = exploration.find(next);
      if (worst < 0 || (times[to] ?? 0) > (times[worst] ?? 0)) worst = to;
    });
    if (worst < 0) return { path, patience: { waitsFrom, boundMs, rests: true } };
    at = worst;
    path.push(exploration.stateAt(at));
  }
  return { path, patience: { waitsFrom, boundMs } };
}

/** More rounds than this do not pass the bound: no time passes in them. */
const MOST_ROUNDS = 1000;

/** To the circle, and so often around it that the bound has passed. */
function around(exploration: Exploration, way: readonly Visit[], to: number, boundMs: number): Waiting {
  const begins = way.findIndex(({ state }) => state === to);
  const circle = way.slice(begins);
  const path = exploration.pathTo(to);
  const waitsFrom = path.length - 1;
  let passedMs = 0;
  for (let round = 0; round < MOST_ROUNDS && passedMs <= boundMs; round++) {
    for (const [at, { gapMs }] of circle.entries()) {
      passedMs += gapMs;
      const { state } = circle[(at + 1) % circle.length] as Visit;
      path.push(exploration.stateAt(state));
    }
  }
  return { path, patience: { waitsFrom, boundMs } };
}
