/**
 * What judges remember. A promise that looks back is a fold over what is seen of a run, like its property; what the fold remembers
 * belongs to the state, so it is plain data, forgets what no longer matters, and has ages instead of instants.
 */
import type { Observation, ObservationType } from "../../models/observation.ts";
import { Interned } from "./intern.ts";

/** Stands for the memory of a fold that has seen its promise broken. */
export const BROKEN = "broken";

/** A promise as a fold whose memory is part of the state. */
export interface PromiseFold<Remembered = unknown> {
  /** The property's name. */
  readonly name: string;
  readonly reads: readonly ObservationType[];
  readonly begin: Remembered;
  /** Nothing is seen for so long, which is no longer than to the next thing to come; Infinity: nothing comes any more. */
  elapse(memory: Remembered, byMs: number): Remembered | typeof BROKEN;
  /** `at` and every other instant of what is seen count from now. */
  observe(memory: Remembered, seen: Observation): Remembered | typeof BROKEN;
  /** Without server ids that nobody has heard of any more. */
  forget?(memory: Remembered, isKnown: (serverId: number) => boolean): Remembered;
}

/** What each fold remembers, in the order of the folds. */
export type Memory = readonly unknown[];

export function beginning(folds: readonly PromiseFold[]): Memory {
  return folds.map(({ begin }) => begin);
}

function each(
  folds: readonly PromiseFold[],
  memory: Memory,
  next: (fold: PromiseFold, own: unknown) => unknown,
): Memory {
  return folds.map((fold, at) => (memory[at] === BROKEN ? BROKEN : next(fold, memory[at])));
}

function elapsed(folds: readonly PromiseFold[], memory: Memory, byMs: number): Memory {
  return byMs === 0 ? memory : each(folds, memory, (fold, own) => fold.elapse(own, byMs));
}

function noted(folds: readonly PromiseFold[], memory: Memory, seen: Observation): Memory {
  return each(folds, memory, (fold, own) => (fold.reads.includes(seen.type) ? fold.observe(own, seen) : own));
}

/** What is remembered once nobody knows other server ids than these. */
export function forgotten(
  folds: readonly PromiseFold[],
  memory: Memory,
  isKnown: (serverId: number) => boolean,
): Memory {
  return each(folds, memory, (fold, own) => fold.forget?.(own, isKnown) ?? own);
}

/** Instants count from `now`. `meaning`: which of the space's faults a fault is. */
function fromNow(seen: Observation, now: number, meaning: (index: number) => number): Observation {
  const at = seen.at - now;
  if (seen.type === "fault") return { ...seen, at, index: meaning(seen.index) };
  return "until" in seen ? { ...seen, at, until: seen.until - now } : { ...seen, at };
}

/** Judges that listen to a run. */
export class Remembering {
  readonly #folds: readonly PromiseFold[];
  readonly #meaning: (index: number) => number;
  #memory: Memory;
  #at: number;

  /** `memory`: what is remembered at the instant `at`. */
  constructor(
    folds: readonly PromiseFold[],
    memory = beginning(folds),
    at = 0,
    meaning: (index: number) => number = (index) => index,
  ) {
    this.#folds = folds;
    this.#memory = memory;
    this.#at = at;
    this.#meaning = meaning;
  }

  observe(seen: Observation): void {
    this.#memory = noted(this.#folds, this.by(seen.at), fromNow(seen, seen.at, this.#meaning));
  }

  /** What is remembered at that instant, not before the last thing that was seen. */
  by(at: number): Memory {
    this.#memory = elapsed(this.#folds, this.#memory, at - this.#at);
    this.#at = at;
    return this.#memory;
  }

  copy(): Remembering {
    return new Remembering(this.#folds, this.#memory, this.#at, this.#meaning);
  }
}

/** Memories by number, and what becomes of them. */
export class MemorySteps {
  readonly parts = new Interned<Memory>();
  readonly sights = new Interned<readonly Observation[]>();
  /** Nothing is seen. */
  readonly nothing = this.sights.id([]);
  readonly #folds: readonly PromiseFold[];
  readonly #reads: ReadonlySet<ObservationType>;
  readonly #noted: Map<number, number>[] = [];
  readonly #elapsed: Map<number, number>[] = [];

  constructor(folds: readonly PromiseFold[]) {
    this.#folds = folds;
    this.#reads = new Set(folds.flatMap(({ reads }) => reads));
  }

  /** What folds read of it is put into the list. */
  listen(seen: Observation, now: number, into: Observation[]): void {
    if (this.#reads.has(seen.type)) into.push(fromNow(seen, now, (index) => index));
  }

  /** What is remembered after these were seen, by number. */
  note(id: number, sight: number): number {
    if (sight === this.nothing) return id;
    const known = (this.#noted[id] ??= new Map<number, number>());
    let to = known.get(sight);
    if (to === undefined) {
      let memory = this.parts.at(id);
      for (const seen of this.sights.at(sight)) memory = noted(this.#folds, memory, seen);
      known.set(sight, (to = this.parts.id(memory)));
    }
    return to;
  }

  elapse(id: number, byMs: number): number {
    if (byMs === 0 || this.#folds.length === 0) return id;
    const known = (this.#elapsed[id] ??= new Map<number, number>());
    let to = known.get(byMs);
    if (to === undefined)
      known.set(byMs, (to = this.parts.id(elapsed(this.#folds, this.parts.at(id), byMs))));
    return to;
  }

  /** Whether it will have, if nothing is ever seen any more. */
  isBrokenForEver(id: number, name: string): boolean {
    const at = this.#folds.findIndex((fold) => fold.name === name);
    return this.#folds[at]?.elapse(this.parts.at(id)[at], Number.POSITIVE_INFINITY) === BROKEN;
  }

  /** Whether the fold of that name has seen its promise broken. */
  isBroken(id: number, name: string): boolean {
    return this.parts.at(id)[this.#folds.findIndex((fold) => fold.name === name)] === BROKEN;
  }
}
