/** What is drawn, and how often: no choice of any dimension is so rare that a default check may miss it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timingFaults } from "../../models/timing.ts";
import { cases } from "../../properties/arbitraries.ts";
import { chosen, SURROUNDINGS } from "../../properties/surroundings.ts";
import { DEFAULT_RUNS } from "../../src/cli/check/plan.ts";
import { FAULT_KINDS } from "../../src/simulation/fault.ts";
import { networkOf, timingOf, type Scenario } from "../../src/simulation/scenario.ts";

const OFTEN = 20;
const drawn = fc.sample(cases(), { seed: 20261124, numRuns: DEFAULT_RUNS }).map(({ scenario }) => scenario);

const count = (is: (scenario: Scenario) => boolean): number => drawn.filter(is).length;
const all = (is: (one: Scenario["coordinators"][number]) => boolean) => (scenario: Scenario) =>
  scenario.coordinators.every(is);
const some = (is: (one: Scenario["coordinators"][number]) => boolean) => (scenario: Scenario) =>
  scenario.coordinators.some(is);

describe("a default check draws at least twenty times", () => {
  test.each<[string, (scenario: Scenario) => boolean]>([
    ["active-standby off", all(({ activeStandby }) => !activeStandby)],
    ["one coordinator alone", ({ coordinators }) => coordinators.length === 1],
    ["seven coordinators", ({ coordinators }) => coordinators.length === 7],
    ["two roles and more", ({ coordinators }) => new Set(coordinators.map(({ role }) => role)).size > 1],
    ["a TTL of 2 s", ({ ttlSeconds }) => ttlSeconds === 2],
    ["a TTL of 5 min", ({ ttlSeconds }) => ttlSeconds === 300],
    ["settings that differ between coordinators", some(({ ttlSeconds }) => ttlSeconds !== undefined)],
    ["clocks an hour apart", some(({ clockOffsetMs }) => clockOffsetMs !== 0)],
    ["a clock further off than is assumed", some(({ clockRate }) => Math.abs(clockRate - 1) > 0.02)],
    [
      "a clock off within what is assumed",
      some(({ clockRate }) => clockRate !== 1 && Math.abs(clockRate - 1) < 0.02),
    ],
    ["a clock of etcd's that is slow", ({ etcd }) => etcd.clockRate < 1],
    ["a clock of etcd's that is fast", ({ etcd }) => etcd.clockRate > 1],
    ["a network of 1 ms", ({ network }) => network.delayMs === 1],
    ["a network of 400 ms", ({ network }) => network.delayMs === 400],
    [
      "a network that does not fit its TTL",
      (scenario) =>
        scenario.coordinators.some((one, node) => {
          const { delayMs, slowMs } = networkOf(scenario, one);
          return timingFaults(timingOf(scenario, node), 2 * (delayMs + slowMs)).length > 0;
        }),
    ],
    ...(["3.4", "3.5", "3.6"] as const).map((line): [string, (scenario: Scenario) => boolean] => [
      `a release of etcd ${line}`,
      ({ etcd }) => etcd.version.startsWith(line),
    ]),
    ["writes that delete", ({ service }) => service.deleteEvery !== undefined],
    ["a preparation that fails", ({ service }) => service.failsFirst !== undefined],
    ["a preparation of many TTLs", ({ service, ttlSeconds }) => service.activationMs > 3000 * ttlSeconds],
    ["a preparation that takes longer the more is loaded", ({ service }) => service.perEntryMs !== undefined],
    ["a fault in the first 100 ms", ({ faults }) => faults.some(({ atMs }) => atMs < 100)],
    [
      "nobody that is started again after a loss",
      all(({ afterLoss, restartAfterMs }) => afterLoss === "exit" && restartAfterMs === undefined),
    ],
  ])("%s", (_, is) => {
    expect(count(is)).toBeGreaterThanOrEqual(OFTEN);
  });

  const drawn = FAULT_KINDS;
  test.each(drawn.map(({ name }) => name))("a fault of the kind %s", (name) => {
    expect(count(({ faults }) => faults.some(({ type }) => type === name))).toBeGreaterThanOrEqual(OFTEN);
  });

  test.each(
    Object.entries(SURROUNDINGS).flatMap(([of, choices]) => choices.map((one) => [of, one] as const)),
  )("of the %s $name", (of, { weight }) => {
    const sum = (SURROUNDINGS[of] ?? []).reduce((total, one) => total + one.weight, 0);
    expect((DEFAULT_RUNS * weight) / sum).toBeGreaterThanOrEqual(2 * OFTEN);
  });
});

test("a choice is drawn as its weight says", () => {
  const choices = [
    { name: "a", weight: 1, is: "a" },
    { name: "b", weight: 3, is: "b" },
  ];
  expect([0, 0.24, 0.25, 0.99].map((part) => chosen(choices, part).is)).toEqual(["a", "a", "b", "b"]);
  expect(() => chosen(choices, 1)).toThrow(RangeError);
});

test.each([2, 3, 7])("of %i members of etcd none is struck that there is not", (etcdMembers) => {
  const struck = fc
    .sample(cases({ etcdMembers }), { seed: 1, numRuns: 500 })
    .flatMap(({ scenario }) => scenario.faults.flatMap((fault) => ("member" in fault ? [fault.member] : [])));
  const placed = struck.filter((member) => member !== "leader").map(Number);
  expect(Math.max(...placed)).toBe(Math.min(etcdMembers, 3));
  expect(struck.length).toBeGreaterThan(placed.length);
});
