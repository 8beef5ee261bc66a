/** Which faults strike coordinators, how often, and in which combinations. */
import type fc from "fast-check";
import { kindsFor, type Fault } from "../src/simulation/fault.ts";
import type { FaultKind } from "../src/simulation/faults/kind.ts";
import type { CoordinatorSetup, Scenario } from "../src/simulation/scenario.ts";
import { AIMED_WEIGHT, aimed, type StateAim } from "./aimed.ts";
import { arrange, drafts, drawSingle, PARTS, weightOf, type FaultDraft, type Setting } from "./drawing.ts";
import { RECIPES, RECIPE_WEIGHT } from "./recipes.ts";

/**
 * What is drawn: drafts below `singles` are single faults, by the kinds' weights; then come those that are aimed at a state of the chart;
 * the others are small combinations known to hurt.
 */
export interface Mix {
  readonly kinds: readonly FaultKind<Fault>[];
  readonly singles: number;
  /** Some kinds alone were asked for, so combinations with another are not made. */
  readonly chosen: boolean;
}

/** Divides by every usual number of coordinators, so that none is struck more often than another. */
const MOST_COORDINATORS = 12;
const GAP_TTLS = 4;
/** A draft's kind is one of so many. */
const PLACES = 100_000;

/** `names`: these kinds alone; undefined: all that befall an etcd of so many members. Throws a RangeError where none is left. */
export function mixOf(names: readonly string[] | undefined, members: number): Mix {
  const all = kindsFor(members);
  const kinds = names === undefined ? all : all.filter(({ name }) => names.includes(name)).map(drawn);
  if (kinds.length === 0) throw new RangeError("a mix of faults has at least one kind");
  return { kinds, singles: weightOf(kinds), chosen: names !== undefined || members > 1 };
}

/** A kind that nobody draws unasked is drawn seldom where it is asked for. */
function drawn(kind: FaultKind<Fault>): FaultKind<Fault> {
  return kind.weight === 0 ? { ...kind, weight: 1 } : kind;
}

/** Of any mix: which of its faults a draft stands for follows when it is known how many members etcd has. */
export function draftOfAny(): fc.Arbitrary<FaultDraft> {
  return drafts(PLACES, 2 * MOST_COORDINATORS);
}

/** The draft's kind as a place among the weights of the mix. */
function placedIn({ singles }: Mix, [kind, ...rest]: FaultDraft): FaultDraft {
  const total = singles + AIMED_WEIGHT + RECIPE_WEIGHT * RECIPES.length;
  return [Math.floor((kind / PLACES) * total), ...rest];
}

/** The drafts as faults of this scenario's coordinators, and as aims for its run. */
export function strike(
  drawn: readonly FaultDraft[],
  mix: Mix,
  bare: Scenario,
  untilMs: number,
  beginMs?: number,
): { readonly faults: Fault[]; readonly aims: readonly StateAim[] } {
  const { coordinators: all, etcd, faults: placed, ttlSeconds } = bare;
  const given = drawn.map((one) => placedIn(mix, one));
  const at = (place: number) => all[place % all.length] as CoordinatorSetup;
  const isAimed = ([kind]: FaultDraft) => kind >= mix.singles && kind < mix.singles + AIMED_WEIGHT;
  const faults = arrange(
    given.filter((one) => !isAimed(one)),
    {
      ttlMs: ttlSeconds * 1000,
      untilMs,
      gapTtls: GAP_TTLS,
      etcdClockRate: etcd.clockRate,
      members: etcd.members ?? 1,
      // One in four strikes the same coordinator as the one before, one in four the first, which mostly serves.
      party(party, before) {
        if (party < MOST_COORDINATORS) return at(party).name;
        return party < 1.5 * MOST_COORDINATORS ? at(0).name : (before ?? at(0).name);
      },
      fill: (kind, setting) =>
        kind < mix.singles
          ? [drawSingle(mix.kinds, kind, setting)]
          : combined(kind - mix.singles - AIMED_WEIGHT, mix, setting, all),
    },
    beginMs,
    placed,
  );
  const aims = given.filter(isAimed).map(([, gap, party, size, spice]): StateAim => {
    const { name: on } = at(party);
    const { delayMs } = bare.network;
    const { aim, faults: leading } = aimed({
      atMs: Math.round(((beginMs === undefined ? gap : 0) * untilMs) / PARTS),
      on,
      others: othersOf(on, all),
      size: size / PARTS,
      spice,
      turn: party,
      ttlMs: ttlSeconds * 1000,
      untilMs,
      roundTripMs: 2 * delayMs,
      rivals: (name) => othersOf(name, all),
    });
    faults.push(...leading.filter((fault) => fault.atMs < untilMs && isAllowed(mix, fault)));
    return allowedAim(mix, aim);
  });
  return { faults, aims };
}

/** The aim, which strikes by what the mix has alone. */
function allowedAim(mix: Mix, { next, strike: struck, ...aim }: StateAim): StateAim {
  return {
    ...aim,
    strike(atMs, on) {
      const fault = struck(atMs, on);
      return fault !== undefined && isAllowed(mix, fault) ? fault : undefined;
    },
    ...(next === undefined ? {} : { next: (fromMs) => allowedAim(mix, next(fromMs)) }),
  };
}

function isAllowed({ chosen, kinds }: Mix, { type }: Fault): boolean {
  return !chosen || kinds.some(({ name }) => name === type);
}

function othersOf(on: string, all: readonly CoordinatorSetup[]): string[] {
  const role = all.find(({ name }) => name === on)?.role;
  return all.flatMap((one) => (one.name === on || one.role !== role ? [] : [one.name]));
}

function combined(
  which: number,
  mix: Mix,
  setting: Setting,
  all: readonly CoordinatorSetup[],
): readonly Fault[] {
  const { atMs, on, size, spice, ttlMs, untilMs } = setting;
  const others = othersOf(on, all);
  const longMs = Math.min(Math.round((1.2 + size) * ttlMs), Math.max(1, untilMs - atMs));
  const faults = RECIPES[which % RECIPES.length]?.({ ...setting, others }, longMs) ?? [];
  const allowed = faults.every((fault) => isAllowed(mix, fault));
  return allowed ? faults : [drawSingle(mix.kinds, spice % mix.singles, setting)];
}
