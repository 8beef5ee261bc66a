/** Which TTL goes with which network: at the edge of what `timingFaults` allows everything works, just beyond it nothing does. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { recoveryBoundMs, timingFor } from "../../models/timing.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { RunJudges, type Judgement } from "../../properties/judging.ts";
import { unmet } from "../../properties/property.ts";
import { execute } from "../../src/simulation/execute.ts";
import { environmentOf, coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { harmless } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";

/** Two coordinators that are `oneWayMs` from etcd, the first of which crashes in its third TTL. */
function distant(ttlSeconds: number, oneWayMs: number): Scenario {
  const ttlMs = ttlSeconds * 1000;
  const given = scenario({
    ttlSeconds,
    coordinators: coordinators("rootcoord", 2),
    network: { delayMs: oneWayMs, slowMs: 0, lateMs: 0, streamTimeoutMs: 10_000 },
    faults: [{ type: "crash", atMs: 3 * ttlMs, on: "rootcoord-a" }],
  });
  const horizonMs = 3 * ttlMs + 2 * recoveryBoundMs(timingFor(ttlSeconds), environmentOf(given));
  return { ...given, horizonMs };
}

function judged(given: Scenario): { readonly judgements: readonly Judgement[]; readonly served: number[] } {
  const judges = new RunJudges(catalogue, given);
  const served = new Set<number>();
  execute(createSetup(given, shipped), {
    scheduler: harmless,
    listeners: [
      {
        observe(observation) {
          judges.observe(observation);
          if (observation.type === "claim") served.add(observation.node);
        },
      },
    ],
  });
  return { judgements: judges.conclude(), served: [...served] };
}

describe.each([2, 3, 5, 10, 30, 60])("a TTL of %i s", (ttlSeconds) => {
  const { requestTimeoutMs } = timingFor(ttlSeconds);

  it("keeps every promise on a network whose round trip just fits", () => {
    const { judgements, served } = judged(distant(ttlSeconds, (requestTimeoutMs - 1) / 2));
    expect(judgements.filter(({ verdict }) => verdict?.type !== "holds")).toEqual([]);
    expect(served).toEqual([0, 1]);
  });

  it("serves nobody on one whose round trip does not, and promises nothing about time there", () => {
    const given = distant(ttlSeconds, requestTimeoutMs / 2 + 1);
    expect(judged(given).served).toEqual([]);
    const outside = catalogue.filter((property) =>
      unmet(property, given).some(({ name }) => name === "fitting network"),
    );
    expect(outside.map(({ name }) => name)).toEqual([
      "bounded-takeover",
      "no-causeless-takeover",
      "recovery",
      "nobody-in-the-dark",
    ]);
  });
});

it("a watch at one of several members of etcd stands on every network whose round trip fits", () => {
  const { requestTimeoutMs } = timingFor(60);
  const given = distant(60, (requestTimeoutMs - 1) / 2);
  const calm = { ...given, etcd: { ...given.etcd, members: 3 }, faults: [], horizonMs: 600_000 };
  const opened: number[] = [];
  execute(createSetup(calm, shipped), {
    scheduler: harmless,
    listeners: [
      { observe: (one) => void (one.type === "request" && one.purpose === "watch" && opened.push(one.at)) },
    ],
  });
  // Each watches its session and the role, once.
  expect(opened).toHaveLength(4);
  expect(Math.max(...opened)).toBeLessThan(60_000);
});
