/**
 * Which faults are in effect, for those who follow a run from outside, by its observations or its trace. The world keeps its
 * own list.
 */
import { effectsOf } from "./effects.ts";
import type { Fault } from "./fault.ts";

/** `Lane`: how lanes are called, by place or by name. Faults are given by their place in the scenario. */
export class InEffect<Lane> {
  readonly #faults: readonly Fault[];
  readonly #lanes = new Map<Lane, Set<number>>();
  /** By which faults each process stands still: none that is down, and no successor. */
  readonly #heldBy = new Map<Lane, Set<number>>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  /** `runs`: there is a process in its lane. True: it stands still from now on. */
  begin(index: number, lane: Lane, runs: boolean): boolean {
    setIn(this.#lanes, lane).add(index);
    const fault = this.#faults[index];
    if (!runs || fault === undefined || effectsOf(fault).standsStill !== true) return false;
    setIn(this.#heldBy, lane).add(index);
    return true;
  }

  /** True: it let go of a process that it held, though another may hold it on. */
  end(index: number, lane: Lane): boolean {
    this.#lanes.get(lane)?.delete(index);
    return this.#heldBy.get(lane)?.delete(index) === true;
  }

  /** The lane's process has ended. */
  forget(lane: Lane): void {
    this.#heldBy.delete(lane);
  }

  standsStill(lane: Lane): boolean {
    return (this.#heldBy.get(lane)?.size ?? 0) > 0;
  }

  /** Those in effect in a lane, in the order in which they began. */
  in(lane: Lane): Fault[] {
    return [...(this.#lanes.get(lane) ?? [])].flatMap((index) => this.#faults[index] ?? []);
  }
}

function setIn<Lane>(sets: Map<Lane, Set<number>>, lane: Lane): Set<number> {
  let set = sets.get(lane);
  if (set === undefined) sets.set(lane, (set = new Set()));
  return set;
}
