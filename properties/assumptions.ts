/**
 * What a promise may lean on. Each is a sentence and a test of the scenario; outside it the promise is not judged, and
 * docs/guarantees.md says what happens then.
 */
import { DEFAULT_CLOCK_RATE_TOLERANCE } from "../models/timing.ts";
import { follows } from "../models/etcd/release.ts";
import type { Scenario } from "../src/simulation/scenario.ts";

export interface Assumption {
  readonly name: string;
  readonly says: string;
  readonly holds: (scenario: Scenario) => boolean;
}

/**
 * A claim of `ttl * (1 - tolerance)` own milliseconds must end before the lease's `ttl` milliseconds of etcd's clock. A
 * coordinator's clock that is fast only ends its claim early.
 */
export const steadyClocks: Assumption = {
  name: "steady clocks",
  says: `no coordinator's clock runs more than ${DEFAULT_CLOCK_RATE_TOLERANCE * 100} % slower than etcd's, none stops or jumps`,
  holds: ({ coordinators, etcd, faults }) => {
    const slowest = etcd.clockRate * (1 - DEFAULT_CLOCK_RATE_TOLERANCE);
    return (
      coordinators.every(({ clockRate }) => clockRate >= slowest) &&
      faults.every((fault) => {
        if (fault.type === "drift") return fault.rate >= slowest;
        if (fault.type === "pause") return fault.clockStops !== true;
        return fault.type !== "clockStep";
      })
    );
  },
};

/** Timely promises also need clocks that are not absurdly fast or slow, in either direction. */
export const trueClocks: Assumption = {
  name: "true clocks",
  says: `every clock is right within ${DEFAULT_CLOCK_RATE_TOLERANCE * 100} %, none stops or jumps`,
  holds: ({ coordinators, etcd, faults }) => {
    const right = (rate: number) => Math.abs(rate - 1) <= DEFAULT_CLOCK_RATE_TOLERANCE;
    return (
      right(etcd.clockRate) &&
      coordinators.every(({ clockRate }) => right(clockRate)) &&
      faults.every((fault) => {
        if (fault.type === "drift") return right(fault.rate);
        if (fault.type === "pause") return fault.clockStops !== true;
        return fault.type !== "clockStep";
      })
    );
  },
};

/** Older leaders renew and revoke leases though the others have elected another: etcd issue 15247. */
export const leadersInTouch: Assumption = {
  name: "leaders in touch",
  says: "no leader of an etcd before 3.4.31 or 3.5.13 loses touch without knowing it",
  holds: ({ etcd, faults }) =>
    follows(etcd.version, "renewsInTouchOnly") || faults.every(({ type }) => type !== "strand"),
};

export const keysLeftAlone: Assumption = {
  name: "keys left alone",
  says: "nobody deletes election keys by hand",
  holds: ({ faults }) => faults.every(({ type }) => type !== "deleteKey"),
};
