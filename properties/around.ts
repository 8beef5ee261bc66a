/**
 * Cases around a scenario that somebody wrote: who takes part, the timing, the network and etcd stay as they stand there. Its
 * faults strike as they are written in every other case, and somewhat earlier, later, shorter or longer in the others; more are
 * added to them, and messages meet other fates.
 */
import fc from "fast-check";
import { recoveryBoundMs } from "../models/timing.ts";
import { contradictory } from "../src/simulation/effects.ts";
import { fieldOf, kindOf, type Fault } from "../src/simulation/fault.ts";
import { environmentOf, slowestTiming, type Scenario } from "../src/simulation/scenario.ts";
import type { DrawnCase } from "./aiming.ts";
import type { CaseOptions } from "./case.ts";
import { decisionsUpTo, PARTS } from "./drawing.ts";
import { draftOfAny, mixOf, strike } from "./mix.ts";
import { sparedBy } from "./spared.ts";

/** Fewer than in a case of chance alone: the scenario is what is looked at. */
const MOST_ADDED = 3;
const MOST_DECISIONS = 4;
/** How far a fault is moved at most, in TTLs, either way. */
const FARTHEST_TTLS = 0.5;
/** How much longer or shorter it lasts at most. */
const MOST_TIMES = 2;

/** Whether its faults are moved, and for each how far and how much longer it lasts, from 0 to {@link PARTS}. */
type Shift = readonly [far: number, long: number];

/** Cases for the property check, of which some come to be as they are run. */
export function drawnAround(
  base: Scenario,
  { etcdMembers, etcdVersion, kinds, network }: CaseOptions,
): fc.Arbitrary<DrawnCase> {
  const mix = mixOf(kinds, etcdMembers ?? base.etcd.members ?? 1);
  const sparing = sparedBy(kinds);
  const { etcd, faults, horizonMs, ttlSeconds } = base;
  const given: Scenario = {
    ...base,
    etcd: {
      ...etcd,
      ...(etcdVersion === undefined ? {} : { version: etcdVersion }),
      ...(etcdMembers === undefined ? {} : { members: etcdMembers }),
    },
    network: { ...base.network, ...network },
  };
  // Left quiet at the end, so that recovery can be judged; not all of it where the scenario is short.
  const quietMs = recoveryBoundMs(slowestTiming(given), environmentOf(given));
  const untilMs = Math.max(ttlSeconds * 1000, horizonMs - quietMs, horizonMs / 2);
  const part = fc.nat({ max: PARTS });
  const count = faults.length;
  return fc
    .tuple(
      fc.boolean(),
      fc.array(fc.tuple(part, part), { minLength: count, maxLength: count }),
      fc.array(draftOfAny(), { maxLength: MOST_ADDED }),
      decisionsUpTo(MOST_DECISIONS),
    )
    .map(([moved, shifts, drafts, decisions]) => {
      const own = moved ? varied(given, shifts) : faults;
      const { aims, faults: all } = strike(drafts, mix, { ...given, faults: own }, untilMs);
      return {
        scenario: { ...given, faults: all.toSorted((left, right) => left.atMs - right.atMs) },
        aims,
        decisions,
        ...sparing,
      };
    });
}

function varied(
  { etcd, faults, horizonMs, ttlSeconds }: Scenario,
  shifts: readonly Shift[],
): readonly Fault[] {
  const farthestMs = FARTHEST_TTLS * ttlSeconds * 1000;
  const all = faults.map((fault, at) => {
    const [far = PARTS / 2, long = PARTS / 2] = shifts[at] ?? [];
    const atMs = Math.round(fault.atMs + (far / PARTS - 0.5) * 2 * farthestMs);
    return lasting(
      { ...fault, atMs: Math.min(horizonMs, Math.max(0, atMs)) },
      MOST_TIMES ** (2 * (long / PARTS) - 1),
    );
  });
  return contradictory(all, etcd.clockRate) ? faults : all;
}

/** The fault, so many times as long. */
function lasting(fault: Fault, times: number): Fault {
  const { span } = kindOf(fault);
  const ms = span === undefined ? undefined : fieldOf(fault, span);
  if (span === undefined || typeof ms !== "number") return fault;
  return { ...fault, [span]: Math.max(1, Math.round(ms * times)) };
}
