/** Each state of the chart in which a coordinator can stay is met by whatever can end its work there. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { DEFAULT_RUNS } from "../../src/cli/check/plan.ts";
import { execute } from "../../src/simulation/execute.ts";
import { concerns } from "../../src/simulation/fault.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { createSetup, processAt } from "../../src/simulation/setup.ts";

const ENDS = ["crash", "stop", "partition", "pause"] as const;
/** Of each, and of all together, in a default check. */
const LEAST = 4;
const LEAST_TOGETHER = 30;
/** Nobody stays there: it is left when a write that is under way ends, or when a grant is answered. */
const FLEETING = ["losing.yielding", "stopping.granting"];

test("a default check strikes coordinators in every state", () => {
  const struck = new Map<string, Record<(typeof ENDS)[number], number>>();
  for (const { decisions, scenario } of fc.sample(cases(), { seed: 1, numRuns: DEFAULT_RUNS })) {
    const setup = createSetup(scenario, shipped);
    execute(setup, {
      scheduler: decided(decisions),
      listeners: [
        {
          observe: () => undefined,
          happens(item, world) {
            const fault = item.type === "fault" ? scenario.faults[item.index] : undefined;
            if (item.type !== "fault" || item.phase !== "begins" || fault === undefined) return;
            const kind = ENDS.find((name) => name === fault.type);
            const at = scenario.coordinators.findIndex(({ name }) => name === concerns(fault));
            const node = world.nodes[at];
            if (kind === undefined || node?.status !== "up") return;
            for (const path of processAt(setup, at).kind.view(node.state).paths) {
              const counts = struck.get(path) ?? { crash: 0, stop: 0, partition: 0, pause: 0 };
              counts[kind]++;
              struck.set(path, counts);
            }
          },
        },
      ],
    });
  }
  const seldom = [...struck].filter(
    ([path, counts]) =>
      !FLEETING.includes(path) &&
      (Object.values(counts).some((count) => count < LEAST) ||
        Object.values(counts).reduce((sum, count) => sum + count, 0) < LEAST_TOGETHER),
  );
  expect(Object.fromEntries(seldom)).toEqual({});
  expect([...struck.keys()].filter((path) => !FLEETING.includes(path)).length).toBeGreaterThanOrEqual(30);
}, 600_000);
