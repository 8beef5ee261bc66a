/** Names of faults of schemaVersion 1, in traces, dropped files and links. */
import { describe, expect, it } from "vitest";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { upgradeLine } from "../../src/trace/upgrade.ts";
import { upgradeFault, upgradeFaultNames } from "../../src/trace/upgrade-faults.ts";
import { readAddress } from "../../src/web/teach/address.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { openDroppedTrace } from "../../src/web/teach/open-trace.ts";
import { readProjectFile } from "../helpers/repository.ts";

const text = readProjectFile("test/corpus/fencing-old-fault-names.jsonl");
const on = "rootcoord-a";

const RENAMED = [
  [
    { type: "clockStep", atMs: 1, on, byMs: -5 },
    { type: "stepClock", atMs: 1, on, byMs: -5 },
  ],
  [
    { type: "leaderChange", atMs: 1, electionMs: 500 },
    { type: "changeLeader", atMs: 1, forMs: 500 },
  ],
  [
    { type: "etcdRestart", atMs: 1, downMs: 700 },
    { type: "restart", atMs: 1, forMs: 700 },
  ],
  [
    { type: "deleteKey", atMs: 1, on, key: "role" },
    { type: "deleteKey", atMs: 1, on, key: "active" },
  ],
] as const;

describe("a fault under its old name", () => {
  it.each(RENAMED)("%j is %j", (old, now) => {
    expect(upgradeFault(old)).toEqual(now);
    // Under its name it stays the very same.
    expect(upgradeFault(now)).toBe(now);
  });

  it.each([null, 7, "crash", { type: "toString" }, { type: "crash", atMs: 1, on }])(
    "%j is left alone",
    (given) => {
      expect(upgradeFault(given)).toBe(given);
      expect(upgradeLine(given, 1)).toEqual(given);
    },
  );

  it("is renamed in the cause and in what was seen of it", () => {
    const line = {
      type: "event",
      cause: { type: "fault", index: 0, kind: "etcdRestart", phase: "ends" },
      seen: [
        { type: "fault", index: 0, kind: "etcdRestart", phase: "ends" },
        { type: "ended", cause: "crash" },
      ],
    };
    expect(upgradeFaultNames(line)).toEqual({
      type: "event",
      cause: { type: "fault", index: 0, kind: "restart", phase: "ends" },
      seen: [
        { type: "fault", index: 0, kind: "restart", phase: "ends" },
        { type: "ended", cause: "crash" },
      ],
    });
  });

  it("opens a link of the page, in its scenario and in its forks", () => {
    const pair = scenario({
      title: "a pair",
      horizonMs: 200_000,
      coordinators: coordinators("rootcoord", 2),
    });
    const olds = RENAMED.map(([old]) => old);
    const given = {
      variant: "shipped",
      scenario: { ...pair, faults: olds },
      forks: olds.map((fault) => ({ parent: 0, fault })),
      cursor: { n: 0, at: 0 },
    };
    const news = RENAMED.map(([, now]) => now);
    expect(readAddress(`#play&s=${Buffer.from(JSON.stringify(given)).toString("base64url")}`)).toMatchObject({
      type: "playground",
      sight: { tree: { root: { scenario: { faults: news } }, forks: news.map((fault) => ({ fault })) } },
    });
  });

  it("opens a dropped file", () => {
    const lines: TraceLine[] = [];
    const opened = openDroppedTrace(text, (line) => lines.push(line));
    if (opened.type !== "trace") throw new Error(opened.what);
    expect(opened.header.scenario.faults.map(({ type }) => type)).toContain("changeLeader");
    expect(JSON.stringify(lines)).not.toMatch(/leaderChange|etcdRestart|clockStep/u);
  });

  it("is unknown where a file of schemaVersion 2 says it", () => {
    const newer = text.replace('"schemaVersion":1', '"schemaVersion":2');
    expect(new TraceReader(newer.split("\n").values()).next()).toMatchObject({
      type: "trouble",
      trouble: { what: "the fault kind clockStep is not known to this version" },
    });
  });
});
