/** What a lesson's text may say of its setting before anything ran: durations as the protocol's own timing has them. */
import { timingFor } from "../../models/timing.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { at, percent, spanText } from "./words.ts";

export interface Facts {
  /** The lease's time to live. */
  readonly ttl: string;
  readonly renewEvery: string;
  /** How long a claim lasts by the own clock. */
  readonly claim: string;
  /** What the claim is shorter than the lease. */
  readonly margin: string;
  readonly marginPart: string;
  readonly requestTimeout: string;
  readonly recheck: string;
  /** One way over the network. */
  readonly oneWay: string;
  readonly horizon: string;
  /** The instants of the scenario's faults, in their order, as the clock shows them. */
  readonly faultAt: readonly string[];
}

export function settingFacts(scenario: Scenario): Facts {
  const timing = timingFor(scenario.ttlSeconds, scenario.clockRateTolerance);
  return {
    ttl: spanText(timing.ttlMs),
    renewEvery: spanText(timing.renewEveryMs),
    claim: spanText(timing.claimMs),
    margin: spanText(timing.ttlMs - timing.claimMs),
    marginPart: percent(timing.clockRateTolerance),
    requestTimeout: spanText(timing.requestTimeoutMs),
    recheck: spanText(timing.recheckMs),
    oneWay: spanText(scenario.network.delayMs),
    horizon: spanText(scenario.horizonMs),
    faultAt: scenario.faults.map(({ atMs }) => at(atMs)),
  };
}
