/**
 * What a promise may lean on. Each is a sentence and a test of the scenario; outside it the promise is not judged, and
 * docs/guarantees.md says what happens then.
 */
import { DEFAULT_CLOCK_RATE_TOLERANCE, timingFaults } from "../models/timing.ts";
import { follows } from "../models/etcd/release.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import { kindOf, type Fault } from "../src/simulation/fault.ts";
import type { FaultKind } from "../src/simulation/faults/kind.ts";
import { networkOf, timingOf, type Scenario } from "../src/simulation/scenario.ts";

/** A condition on a scenario under which a property promises anything. */
export interface Assumption {
  readonly name: string;
  readonly says: string;
  readonly holds: (scenario: Scenario) => boolean;
}

/**
 * No fault lets a clock jump, or run at a rate that is not `good`. Where all sleep together and all clocks stand, none is wrong beside
 * the others.
 */
function clocksUnder(
  faults: readonly Fault[],
  good: (rate: number) => boolean,
  goodOfEtcd: (rate: number) => boolean,
): boolean {
  return faults.every((fault) => {
    const { clockRate, etcdClockRate, everybody } = effectsOf(fault);
    if (everybody === true && clockRate === etcdClockRate) return true;
    return (
      (clockRate === undefined || good(clockRate)) &&
      (etcdClockRate === undefined || goodOfEtcd(etcdClockRate)) &&
      kindOf(fault).clockJumpMs === undefined
    );
  });
}

/** How fast etcd's clock runs at most. */
function fastestOfEtcd({ etcd, faults }: Scenario): number {
  return Math.max(etcd.clockRate, ...faults.map((fault) => effectsOf(fault).etcdClockRate ?? 0));
}

/** How wrong a clock may be, as a part of its rate. */
function toleranceOf({ clockRateTolerance = DEFAULT_CLOCK_RATE_TOLERANCE }: Scenario): number {
  return clockRateTolerance;
}

function breaks(faults: readonly Fault[], what: FaultKind["breaks"]): boolean {
  return faults.some((fault) => kindOf(fault).breaks === what);
}

/**
 * A claim of `ttl * (1 - tolerance)` own milliseconds must end before the lease's `ttl` milliseconds of etcd's clock. A
 * coordinator's clock that is fast only ends its claim early.
 */
export const steadyClocks: Assumption = {
  name: "steady clocks",
  says: `no coordinator's clock runs more than ${DEFAULT_CLOCK_RATE_TOLERANCE * 100} % slower than etcd's (or the scenario's clockRateTolerance), none stops or jumps`,
  holds: (given) => {
    const slowest = fastestOfEtcd(given) * (1 - toleranceOf(given));
    return (
      given.coordinators.every(({ clockRate }) => clockRate >= slowest) &&
      clocksUnder(
        given.faults,
        (rate) => rate >= slowest,
        () => true,
      )
    );
  },
};

/** Timely promises also need clocks that are not absurdly fast or slow, in either direction. */
export const trueClocks: Assumption = {
  name: "true clocks",
  says: `every clock is right within ${DEFAULT_CLOCK_RATE_TOLERANCE * 100} % (or the scenario's clockRateTolerance), none stops or jumps`,
  holds: (given) => {
    const { coordinators, etcd, faults } = given;
    const tolerance = toleranceOf(given);
    const right = (rate: number) => 1 - tolerance <= rate && rate <= 1 + tolerance;
    return (
      right(etcd.clockRate) &&
      coordinators.every(({ clockRate }) => right(clockRate)) &&
      clocksUnder(faults, right, right)
    );
  },
};

/** Where a usual answer comes after its request was given up, no request can succeed. Late and lost messages are another matter. */
export const fittingNetwork: Assumption = {
  name: "fitting network",
  says: "a usual round trip takes less than a request is given: a twelfth of the TTL, at most 5 s",
  holds: (given) =>
    given.coordinators.every((setup, node) => {
      const { delayMs, slowMs } = networkOf(given, setup);
      return timingFaults(timingOf(given, node), 2 * (delayMs + slowMs)).length === 0;
    }),
};

/** Older leaders renew and revoke leases though the others have elected another: etcd issue 15247. */
export const leadersInTouch: Assumption = {
  name: "leaders in touch",
  says: "no leader of an etcd before 3.4.31 or 3.5.13 loses touch without knowing it",
  holds: ({ etcd, faults }) =>
    follows(etcd.version, "renewsInTouchOnly") || !breaks(faults, "leaders in touch"),
};

/** What etcd has stored stays: no older snapshot is restored. Tokens, ids and revisions would be given twice. */
export const historyKept: Assumption = {
  name: "history kept",
  says: "etcd is not restored from an older snapshot",
  holds: ({ faults }) => !breaks(faults, "history kept"),
};

/** Nobody deletes or overwrites election keys by hand. */
export const keysLeftAlone: Assumption = {
  name: "keys left alone",
  says: "nobody deletes or overwrites election keys by hand",
  holds: ({ faults }) => !breaks(faults, "keys left alone"),
};
