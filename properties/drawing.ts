/**
 * Faults drawn from few numbers, for coordinators and for programs: when each strikes, whom, and for how long. The numbers are
 * fast-check's, so that a case can be made simpler by making them smaller.
 */
import fc from "fast-check";
import { contradicted } from "../src/simulation/effects.ts";
import type { Fault } from "../src/simulation/fault.ts";
import type { FaultKind } from "../src/simulation/faults/kind.ts";
import type { Decision } from "../src/simulation/scheduler.ts";

/** A fault before its times and parties are filled in: kind, gap since the fault before, party, size, spice. */
export type FaultDraft = readonly [kind: number, gap: number, party: number, size: number, spice: number];

/** Of what gap, size and spice count parts. */
export const PARTS = 1000;

/** The first so many questions of a run are those that may get another answer. */
const MOST_QUESTIONS = 600;

/** A draft is filled in with these. `size` is from 0 to 1. */
export interface Setting {
  readonly atMs: number;
  readonly on: string;
  readonly size: number;
  readonly spice: number;
  readonly ttlMs: number;
  /** Nothing begins to go wrong from then on. */
  readonly untilMs: number;
  /** Of etcd. */
  readonly members: number;
}

/** How drafts become faults. */
export interface Drafting {
  readonly ttlMs: number;
  readonly untilMs: number;
  /** How many TTLs the longest gap is twice as long as. */
  readonly gapTtls: number;
  readonly etcdClockRate?: number;
  /** Of etcd, one if not given. */
  readonly members?: number;
  /** Whom a draft strikes; `before`: whom the one before it did. */
  readonly party: (party: number, before: string | undefined) => string;
  readonly fill: (kind: number, setting: Setting) => readonly Fault[];
}

/** Drafts with kinds from 0 up to `kinds`, and parties up to `parties`. */
export function drafts(kinds: number, parties: number): fc.Arbitrary<FaultDraft> {
  const part = fc.nat({ max: PARTS });
  return fc.tuple(fc.nat({ max: Math.max(0, kinds - 1) }), part, fc.nat({ max: parties - 1 }), part, part);
}

/** At most so many answers that are not harmless, in the order of their questions. */
export function decisionsUpTo(most: number): fc.Arbitrary<readonly Decision[]> {
  return fc
    .array(fc.tuple(fc.nat({ max: MOST_QUESTIONS }), fc.nat({ max: 4 })), { maxLength: most })
    .map((decisions) =>
      decisions
        .filter(([, answer]) => answer > 0)
        .map(([index, answer]) => ({ index, answer }))
        .sort((left, right) => left.index - right.index),
    );
}

/** The sum of their weights: a draft's kind is below it. */
export function weightOf(kinds: readonly FaultKind<Fault>[]): number {
  return kinds.reduce((sum, { weight }) => sum + weight, 0);
}

/**
 * Fills in times. Half of the faults follow the one before closely: cruelty works in combination. Only what a scenario file may
 * say. `beginMs`: when the first one strikes; undefined: by its own draw. `placed`: what strikes anyway.
 */
export function arrange(
  given: readonly FaultDraft[],
  { etcdClockRate, fill, gapTtls, members = 1, party: partyOf, ttlMs, untilMs }: Drafting,
  beginMs?: number,
  placed: readonly Fault[] = [],
): Fault[] {
  const faults: Fault[] = [...placed];
  let atMs = 0;
  let on: string | undefined;
  for (const [at, [kind, gap, party, size, spice]] of given.entries()) {
    const gapMs =
      at === 0 && beginMs !== undefined
        ? beginMs
        : gap < PARTS / 2
          ? (gap * ttlMs) / PARTS
          : ((gap - PARTS / 2) * gapTtls * ttlMs) / PARTS;
    atMs = Math.round(atMs + gapMs);
    on = partyOf(party, on);
    const setting: Setting = { atMs, on, size: size / PARTS, spice, ttlMs, untilMs, members };
    for (const fault of fill(kind, setting))
      if (fault.atMs < untilMs && contradicted(fault, faults, etcdClockRate) === undefined)
        faults.push(fault);
  }
  return faults;
}

/** Among the kinds, each as often as its weight says. */
export function drawSingle(kinds: readonly FaultKind<Fault>[], kind: number, setting: Setting): Fault {
  const { atMs, size, untilMs } = setting;
  const within = (longestMs: number) => Math.max(1, Math.round(Math.min(size * longestMs, untilMs - atMs)));
  let left = kind;
  for (const one of kinds) {
    left -= one.weight;
    if (left < 0) return { type: one.name, atMs, ...one.draw({ ...setting, within }) } as Fault;
  }
  throw new RangeError(`no kind of fault is drawn at ${kind}`);
}
