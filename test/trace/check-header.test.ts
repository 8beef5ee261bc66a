/** Headers of traces that say what no scenario file may, and files whose parts tell two stories: one message each, with its line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { headerOf, recordCase } from "../../src/run/record.ts";
import { headerFault } from "../../src/trace/check-header.ts";
import { SCHEMA_VERSION, type TraceHeader } from "../../src/trace/format.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { ROOT } from "../helpers/repository.ts";

type Line = Record<string, unknown>;
type Edit = (header: Line, end: Line) => void;

const KEPT = readFileSync(
  join(ROOT, "test", "corpus", "recovery-standby-ignores-lease-loss.jsonl"),
  "utf8",
).trimEnd();

/** What is said of the kept trace after this edit, its digest removed. */
function refusal(edit: Edit, text = KEPT): string {
  const lines = text.split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as Line);
  const [header, end] = [parsed[0], parsed.at(-1)];
  if (header === undefined || end === undefined) throw new Error("no lines");
  delete end["digest"];
  edit(header, end);
  const reader = new TraceReader([header, ...parsed.slice(1)].map((line) => JSON.stringify(line)).values());
  for (let reading = reader.next(); reading.type !== "over"; reading = reader.next())
    if (reading.type === "trouble") return `${reading.trouble.line}: ${reading.trouble.what}`;
  return "sound";
}

const inScenario =
  (change: (scenario: Line) => void): Edit =>
  ({ scenario: given }) =>
    change(given as Line);
const coordinator = (change: Line): Edit =>
  inScenario(({ coordinators: all }) => void Object.assign((all as Line[])[0] ?? {}, change));
const fault = (change: Line): Edit =>
  inScenario((given) => void (given["faults"] = [{ atMs: 1000, ...change }]));

describe("a trace's header", () => {
  it("is sound as it was written, and after an edit that means something", () => {
    expect(refusal(() => undefined)).toBe("sound");
    expect(refusal(fault({ type: "crash", on: "rootcoord-b" }))).toBe("sound");
    expect(refusal(inScenario((one) => void (one["clockRateTolerance"] = 0.3)))).toBe("sound");
  });

  const rate = "is not a number from 0.01 to 100";
  it.each<[string, Edit, string]>([
    [
      "a fault on nobody",
      fault({ type: "crash", on: "nobody" }),
      "scenario.faults.0.on: no coordinator is called nobody",
    ],
    [
      "nobody at all",
      inScenario((one) => void (one["coordinators"] = [])),
      "scenario.coordinators: there is none",
    ],
    [
      "an unknown variant",
      coordinator({ variant: "zzz" }),
      "scenario.coordinators.0.variant: no variant of the protocol is called zzz",
    ],
    [
      "a TTL that etcd would not grant",
      inScenario((one) => void (one["ttlSeconds"] = 1)),
      "scenario.ttlSeconds: 1 is not a whole number from 2 to 86400",
    ],
    [
      "a margin that leaves no time",
      inScenario((one) => void (one["clockRateTolerance"] = 0.31)),
      "scenario.clockRateTolerance: 0.31 is not a number from 0 to 0.3",
    ],
    [
      "a claim that outlives its lease",
      inScenario((one) => void (one["clockRateTolerance"] = -0.1)),
      "scenario.clockRateTolerance: -0.1 is not a number from 0 to 0.3",
    ],
    [
      "a coordinator's half seconds",
      coordinator({ ttlSeconds: 2.5 }),
      "scenario.coordinators.0.ttlSeconds: 2.5 is not a whole number from 2 to 86400",
    ],
    [
      "a hammer without a pause",
      fault({ type: "hammer", forMs: 10_000, everyMs: 0 }),
      "scenario.faults.0.everyMs: 0 is not a number from 1 to 864000000",
    ],
    [
      "a hammer that would take minutes",
      fault({ type: "hammer", forMs: 1e8, everyMs: 1 }),
      "scenario.faults.0: this hammer would be 100000000 writes, more than 100000",
    ],
    [
      "a fault before the beginning",
      fault({ type: "crash", on: "rootcoord-a", atMs: -5 }),
      "scenario.faults.0.atMs: -5 is not a number from 0 to 864000000",
    ],
    [
      "a message that comes before it is sent",
      inScenario((one) => void Object.assign(one["network"] as Line, { delayMs: -2 })),
      "scenario.network.delayMs: -2 is not a number from 0 to 864000000",
    ],
    [
      "a clock that runs back",
      coordinator({ clockRate: -1 }),
      `scenario.coordinators.0.clockRate: -1 ${rate}`,
    ],
    [
      "a drift that runs back",
      fault({ type: "drift", on: "rootcoord-a", rate: -1, forMs: 1000 }),
      `scenario.faults.0.rate: -1 ${rate}`,
    ],
    [
      "two of one name",
      coordinator({ name: "rootcoord-b" }),
      "scenario.coordinators.1.name: a second coordinator called rootcoord-b",
    ],
    [
      "a role that is a key of its own",
      coordinator({ role: "id" }),
      'scenario.coordinators.0.role: the role "id" would take the key of the server id counter',
    ],
    [
      "a name that a terminal would obey",
      coordinator({ name: "a\u001b[2J" }),
      String.raw`scenario.coordinators.0.name is "a\u001b[2J", which is empty or has control characters`,
    ],
    [
      "a name that reads backwards",
      coordinator({ name: "a\u202eb" }),
      String.raw`scenario.coordinators.0.name: "a\u202eb" has characters that do not show`,
    ],
    [
      "an etcd that there is not",
      inScenario((one) => void Object.assign(one["etcd"] as Line, { version: "2.3" })),
      'scenario.etcd.version is "2.3", which is not a version of etcd that is simulated',
    ],
    [
      "outages that overlap",
      inScenario((one) => {
        one["faults"] = [
          { type: "stall", atMs: 1000, forMs: 5000 },
          { type: "changeLeader", atMs: 2000, forMs: 1000 },
        ];
      }),
      "scenario.faults.1.atMs: this changeLeader overlaps or touches the stall of entry 1: etcd is not itself from 1s to 6s",
    ],
    [
      "a run without an end",
      inScenario((one) => void (one["horizonMs"] = 1e300)),
      "scenario.horizonMs: 1e+300 is not a number from 0 to 86400000",
    ],
    [
      "a version before the first",
      (one) => void (one["schemaVersion"] = 0),
      "schemaVersion is 0, and versions count from 1",
    ],
    [
      "a missing number",
      coordinator({ clockRate: undefined }),
      "scenario.coordinators.0.clockRate is missing",
    ],
    [
      "a text for a number",
      coordinator({ clockRate: "1" }),
      'scenario.coordinators.0.clockRate is "1", not a number',
    ],
  ])("refuses %s", (_, edit, what) => {
    expect(refusal(edit)).toBe(`1: ${what}`);
  });

  it("lets outages overlap where version 1 did", () => {
    const faults = [
      { type: "stall", atMs: 1000, forMs: 5000 },
      { type: "changeLeader", atMs: 2000, forMs: 1000 },
    ] as const;
    const given = scenario({ coordinators: coordinators("rootcoord", 2), faults });
    const header = headerOf({ scenario: given, variant: shipped });
    expect(headerFault(header, 1)).toBeUndefined();
    expect(headerFault(header, SCHEMA_VERSION)?.what).toContain("overlaps or touches");
  });

  it("is accepted for every schedule that is generated", () => {
    const soundness = (given: Scenario) =>
      headerFault(headerOf({ scenario: given, variant: shipped }), SCHEMA_VERSION);
    fc.assert(
      fc.property(cases(), ({ scenario: given }) => soundness(given) === undefined),
      { seed: 5 },
    );
  });
});

describe("a trace whose end tells another story than its header", () => {
  const violation =
    (change: Line): Edit =>
    (header) =>
      void Object.assign(header["violation"] as Line, change);
  const end = 1 + KEPT.split("\n").length - 1;

  it.each<[string, number, Edit, RegExp]>([
    [
      "in the property",
      1,
      (header) => void (header["property"] = "fencing"),
      /^the trace is about fencing, and its violation about recovery$/u,
    ],
    [
      "in what is violated",
      end,
      (header) => {
        header["property"] = "fencing";
        Object.assign(header["violation"] as Line, { property: "fencing", kind: "superseded-write-applied" });
      },
      /^the header has a violation of fencing, but at the end its verdict is \w+/u,
    ],
    [
      "in the facts",
      end,
      violation({ facts: {} }),
      /^violation\.facts\.role is nothing in the header and "rootcoord" at the end$/u,
    ],
    ["in the instant", end, violation({ at: 1 }), /^violation\.at is 1 in the header and 60000 at the end$/u],
    [
      "in who it is about",
      1,
      violation({ nodes: ["ghost"] }),
      /^the violation is about ghost, which is not/u,
    ],
    [
      "in who of two",
      end,
      violation({ nodes: ["rootcoord-a"] }),
      /^violation\.nodes\.0 is "rootcoord-a" in/u,
    ],
    [
      "in how it ended",
      end,
      (header, last) => {
        delete header["violation"];
        header["property"] = "fencing";
        last["ended"] = "violation";
      },
      /^the run ends at a violation of fencing, but the verdict of it is \w+/u,
    ],
  ])("%s is refused", (_, line, edit, what) => {
    const [place, ...rest] = refusal(edit).split(": ");
    expect(Number(place)).toBe(line);
    expect(rest.join(": ")).toMatch(what);
  });
});

describe("a trace with a byte order mark", () => {
  it("is read like any other, its digest too", () => {
    const lines: string[] = [];
    recordCase(
      { scenario: scenario({ coordinators: coordinators("rootcoord", 1) }), variant: shipped },
      (text) => lines.push(text),
    );
    const reader = new TraceReader([`\uFEFF${lines[0]}`, ...lines.slice(1)].values());
    const read = lines.map(() => reader.next().type);
    expect(new Set(read)).toEqual(new Set(["line"]));
    expect(reader.next()).toEqual({ type: "over" });
  });
});

describe("a header of production", () => {
  it("says neither when the run ends nor who else there is", () => {
    const header: TraceHeader = {
      ...headerOf({ scenario: scenario({ coordinators: coordinators("r", 1) }), variant: shipped }),
      recorded: "production",
    };
    const tenYears = { ...header, scenario: { ...header.scenario, horizonMs: 315_360_000_000 } };
    expect(headerFault(tenYears, SCHEMA_VERSION)).toBeUndefined();
  });
});
