/** What nobody waits for any more does not happen: no listener hears of it, and no scheduler is asked what comes before it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { execute } from "../../src/simulation/execute.ts";
import { coordinator, scenario } from "../../src/simulation/scenario.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import type { Item, World } from "../../src/simulation/world.ts";

function isDead(item: Item, { etcdDueAt, nodes, now }: World): boolean {
  if (item.type === "etcd") return now !== etcdDueAt;
  if (item.type !== "timer") return false;
  const node = nodes[item.node];
  return node?.life !== item.life || !node.timers.some(({ arming }) => arming === item.arming);
}

it("neither cancelled timers nor moved appointments of etcd happen, or are asked about", () => {
  let happened = 0;
  let asked = 0;
  let dead = 0;
  for (const { decisions, scenario: given } of fc.sample(cases(), { seed: 3, numRuns: 300 })) {
    const setup = createSetup(given, shipped);
    const answering = decided(decisions);
    let world: World | undefined;
    execute(setup, {
      scheduler: {
        choose(index, question) {
          asked += question.tied?.length ?? 0;
          for (const item of question.tied ?? []) if (world === undefined || isDead(item, world)) dead++;
          return answering.choose(index, question);
        },
      },
      listeners: [
        {
          begins: (begun) => (world = begun),
          observe: () => undefined,
          happens(item, now) {
            happened++;
            if (isDead(item, now)) dead++;
          },
        },
      ],
    });
  }
  expect(dead).toBe(0);
  expect(happened).toBeGreaterThan(50_000);
  expect(asked).toBeGreaterThan(5000);
});

it("a coordinator has its own activation limit, whatever others of its TTL have had in this process", () => {
  const lostAt = (limit: { readonly activationLimitMs?: number }): number | undefined => {
    const given = scenario({
      ttlSeconds: 10,
      horizonMs: 60_000,
      service: { activationMs: 100_000, writeEveryMs: 0 },
      coordinators: [coordinator("rootcoord-a", "rootcoord", limit)],
    });
    let at: number | undefined;
    execute(createSetup(given, shipped), {
      listeners: [
        {
          observe(one) {
            if (one.type === "milestone" && one.milestone === "lost") at ??= one.at;
          },
        },
      ],
    });
    return at;
  };
  expect(lostAt({})).toBeGreaterThan(30_000);
  expect(lostAt({ activationLimitMs: 8000 })).toBeLessThan(9000);
});
