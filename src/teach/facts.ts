/** What a lesson's text may say of its setting before anything ran: durations as the protocol's own timing has them. */
import { timingFor } from "../../models/timing.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { percent, span } from "./words.ts";

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
  /** Instants and lasting of the scenario's faults, in their order. */
  readonly faultAt: readonly string[];
}

export function settingFacts(scenario: Scenario): Facts {
  const timing = timingFor(scenario.ttlSeconds);
  return {
    ttl: span(timing.ttlMs),
    renewEvery: span(timing.renewEveryMs),
    claim: span(timing.claimMs),
    margin: span(timing.ttlMs - timing.claimMs),
    marginPart: percent(timing.clockRateTolerance),
    requestTimeout: span(timing.requestTimeoutMs),
    recheck: span(timing.recheckMs),
    oneWay: span(scenario.network.delayMs),
    horizon: span(scenario.horizonMs),
    faultAt: scenario.faults.map(({ atMs }) => span(atMs)),
  };
}
