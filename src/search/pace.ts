/**
 * The promise of bounded requests on a closed space. Every state gets, for each coordinator, the most that it may have asked on a way
 * there, less what its back-off allows half the time for: a bucket that leaks. Where the bucket stays within the other half, no run
 * asks too often in any window; a circle that asks without a pause fills it without end.
 */
import { requestLimit } from "../../properties/bounded-requests.ts";
import { timingFor } from "../../models/timing.ts";
import type { Exploration } from "./exploration.ts";
import type { Space } from "./space.ts";
import type { WholeState } from "./whole-steps.ts";

/** What was found of a closed space. `path`: to somebody who asks too often. */
export type PaceVerdict =
  | { readonly type: "holds" }
  | { readonly type: "violated"; readonly path: readonly WholeState[] };

const NOWHERE = -1;
/** Backs off this many times: the property judges a window of so many pauses. */
const PAUSES = 10;

/** Judges an exploration that has closed. */
export function judgePace(exploration: Exploration, { coordinators, ttlSeconds }: Space): PaceVerdict {
  const windowMs = PAUSES * timingFor(ttlSeconds).backOffMs;
  const most = Math.ceil(requestLimit(ttlSeconds, windowMs)) / 2;
  for (let asker = 0; asker < coordinators; asker++) {
    const buckets = new Buckets(exploration, asker, most / windowMs);
    const half = buckets.fill(most);
    if (half === NOWHERE) continue;
    // A way that is told goes on until the other half is full as well, if it can.
    const full = buckets.fill(2 * most);
    const to = full === NOWHERE ? half : full;
    return { type: "violated", path: buckets.wayTo(to, Math.ceil(2 * most) + 2) };
  }
  return { type: "holds" };
}

/** How full one coordinator's bucket may be, by state, in requests. */
class Buckets {
  readonly #exploration: Exploration;
  readonly #asker: number;
  readonly #leakPerMs: number;
  readonly #levels: Float64Array;
  /** The state before, on the way on which it is fullest. */
  readonly #before: Int32Array;

  constructor(exploration: Exploration, asker: number, leakPerMs: number) {
    const { states } = exploration.reached;
    this.#exploration = exploration;
    this.#asker = asker;
    this.#leakPerMs = leakPerMs;
    this.#levels = new Float64Array(states);
    this.#before = new Int32Array(states).fill(NOWHERE);
  }

  /** The first state found in which it holds more than that; -1: there is none. */
  fill(most: number): number {
    const isWaiting = new Uint8Array(this.#levels.length).fill(1);
    let waiting = Array.from(this.#levels.keys());
    while (waiting.length > 0) {
      const next: number[] = [];
      for (const from of waiting) {
        isWaiting[from] = 0;
        for (const to of this.#pour(from)) {
          if ((this.#levels[to] ?? 0) > most) return to;
          if (isWaiting[to] === 1) continue;
          isWaiting[to] = 1;
          next.push(to);
        }
      }
      waiting = next;
    }
    return NOWHERE;
  }

  /** The states that follow and whose buckets are fuller now. */
  #pour(from: number): number[] {
    const fuller: number[] = [];
    const { compiled } = this.#exploration;
    const level = this.#levels[from] ?? 0;
    compiled.steps(this.#exploration.row(from).slice(), (row, { afterMs, asker, requests }) => {
      const poured = asker === this.#asker ? requests : 0;
      const left = Math.max(0, level - this.#leakPerMs * afterMs);
      if (left + poured === 0) return;
      const to = this.#exploration.find(row);
      if (left + poured <= (this.#levels[to] ?? 0)) return;
      this.#levels[to] = left + poured;
      this.#before[to] = from;
      fuller.push(to);
    });
    return fuller;
  }

  /** A way on which it fills; around its circle, if there is one, until so many more requests were sent. */
  wayTo(state: number, requests: number): WholeState[] {
    const back: number[] = [];
    let at = state;
    while (at !== NOWHERE && !back.includes(at) && (this.#levels[at] ?? 0) > 0) {
      back.push(at);
      at = this.#before[at] ?? NOWHERE;
    }
    const turns = back.indexOf(at);
    const way = back.toReversed();
    const stateOf = (one: number) => this.#exploration.stateAt(one);
    if (turns < 0) return [...this.#exploration.pathTo(at), ...way.map(stateOf)];
    // From where it closes: everything that was come upon since, once around.
    const around = way.slice(0, way.length - turns);
    const circle = around.map(stateOf);
    const path = this.#exploration.pathTo(at);
    const each = Math.max(1, this.#requestsAround(around));
    for (let sent = 0; sent < requests; sent += each) path.push(...circle);
    return path;
  }

  #requestsAround(circle: readonly number[]): number {
    const { compiled } = this.#exploration;
    let sum = 0;
    for (const [place, to] of circle.entries()) {
      const from = circle.at(place - 1) ?? to;
      let most = 0;
      compiled.steps(this.#exploration.row(from).slice(), (row, { asker, requests }) => {
        if (asker === this.#asker && this.#exploration.find(row) === to) most = Math.max(most, requests);
      });
      sum += most;
    }
    return sum;
  }
}
