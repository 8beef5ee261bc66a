/** An election that a stall of etcd holds up is a cause as long as it lasts, and no longer. */
import { expect, test } from "vitest";
import { shipped, type Variant } from "../../models/variant.ts";
import { noCauselessLoss } from "../../properties/no-causeless-loss.ts";
import { judgeCase } from "../../properties/check.ts";
import { variantNamed } from "../../models/variants.ts";
import { coordinators, DEFAULT_ETCD, scenario } from "../../src/simulation/scenario.ts";

const verdict = (killAtMs: number, stallAtMs: number, variant: Variant = shipped) =>
  judgeCase(
    {
      scenario: scenario({
        ttlSeconds: 10,
        horizonMs: 60_000,
        coordinators: coordinators("rootcoord", 1),
        etcd: { ...DEFAULT_ETCD, members: 3 },
        faults: [
          { type: "stall", atMs: stallAtMs, forMs: 8000 },
          { type: "memberDown", atMs: killAtMs, member: "leader", forMs: 20_000 },
        ],
      }),
      decisions: [],
    },
    variant,
    [noCauselessLoss],
  )[0]?.verdict?.type;

test.each([
  ["is killed while etcd stalls", 5000, 500],
  ["is killed just before", 400, 500],
])("whose leader %s", (_, killAtMs, stallAtMs) => {
  expect(verdict(killAtMs, stallAtMs)).toBe("holds");
  expect(verdict(killAtMs, stallAtMs, variantNamed("renews-once"))).toBe("violated");
});
