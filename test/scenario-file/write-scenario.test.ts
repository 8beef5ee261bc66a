/** Scenarios written as files read back as themselves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases } from "../../properties/arbitraries.ts";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { parseDuration, writeDuration } from "../../src/scenario-file/duration.ts";
import { readScenario } from "../../src/scenario-file/read-scenario.ts";
import { scenarioFileSchema } from "../../src/scenario-file/syntax.ts";
import { verbNames } from "../../src/scenario-file/fault-syntax.ts";
import { writeScenario } from "../../src/scenario-file/write-scenario.ts";
import { coordinator, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { readProjectFile } from "../helpers/repository.ts";

/** As a file can hold it: there is no -0 in it. */
function plain(given: Scenario): unknown {
  return JSON.parse(JSON.stringify(given));
}

describe("a scenario written as a file", () => {
  it("reads back as the same scenario, whatever is generated", () => {
    fc.assert(
      fc.property(cases(), ({ scenario: generated }) => {
        const reading = readScenario(writeScenario(generated), { title: "?" });
        expect(reading).toEqual({ type: "ok", scenario: plain(generated) });
      }),
      { numRuns: 300 },
    );
  });

  it("writes what one coordinator has of its own, and nothing else", () => {
    const own = { ttlSeconds: 10, variant: "no-fencing", network: { delayMs: 80 } };
    const given = scenario({ coordinators: [coordinator("a", "r"), coordinator("b", "r", own)] });
    const text = writeScenario(given);
    expect(text).toContain("- {name: a, role: r}\n");
    expect(text).toContain("- {name: b, role: r, ttl: 10s, variant: no-fencing, network: {delay: 80ms}}\n");
    expect(readScenario(text, { title: "?" })).toEqual({ type: "ok", scenario: given });
  });

  it("writes a margin of its own, and none that it has not", () => {
    const given = scenario({ coordinators: [coordinator("a", "r")], clockRateTolerance: 0.1 });
    const text = writeScenario(given);
    expect(text).toContain("clockRateTolerance: 0.1\n");
    expect(readScenario(text, { title: "?" })).toEqual({ type: "ok", scenario: given });
    expect(writeScenario({ ...given, clockRateTolerance: 0 })).toContain("clockRateTolerance: 0\n");
  });

  it.each(builtIns)("reads back as the same scenario: $name", ({ scenario: one }) => {
    expect(readScenario(writeScenario(one), { title: "?" })).toEqual({ type: "ok", scenario: one });
  });

  it("leaves out what is usual", () => {
    expect(writeScenario(builtIns[0]?.scenario as Scenario)).toBe(
      [
        "title: walk",
        "ttl: 60s",
        "horizon: 3m",
        "coordinators: {rootcoord: 2}",
        "faults:",
        "  - {at: 61s, crash: rootcoord-a}",
        "",
      ].join("\n"),
    );
  });
});

describe("a duration", () => {
  it("reads back as the same number of milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (ms) => parseDuration(writeDuration(ms)) === ms),
    );
  });

  it.each([
    ["60s", 60_000],
    ["1m30s", 90_000],
    ["100.1s", 100_100],
    ["0.5h", 1_800_000],
    ["60", undefined],
    ["1 s", undefined],
    ["s", undefined],
    ["", undefined],
  ])("%s is %s ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

it("the JSON Schema knows every fault", () => {
  const text = JSON.stringify(scenarioFileSchema());
  for (const verb of verbNames()) expect(text).toContain(`"${verb}"`);
});

it("docs/scenarios.md has a row for every fault", () => {
  const page = readProjectFile("docs/scenarios.md");
  for (const verb of verbNames()) expect(page).toMatch(new RegExp(`^\\| \`${verb}: `, "mu"));
});
