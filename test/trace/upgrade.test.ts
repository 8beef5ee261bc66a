/** Files of version 1: what they say is read as version 2 says it, and they replay as they always did. */
import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import {
  SCHEMA_VERSION,
  type TraceHeader,
  type TraceLine,
  type TraceVerdict,
} from "../../src/trace/format.ts";
import { otherCause } from "../../src/run/other-cause.ts";
import { recordCase, type Recordable } from "../../src/run/record.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { detailsOf, sentenceOf, whyOpen } from "../../src/trace/tell-verdict.ts";
import { judgeAgain, replayTolerantly } from "../../src/run/tolerant.ts";
import { upgradeLine, type RawLine } from "../../src/trace/upgrade.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { pair } from "../simulation/helpers.ts";

const variant = variantNamed("no-fencing") as Variant;
const OLD = "test/corpus/fencing-no-fencing.jsonl";
const oldTexts = readProjectFile(OLD).trimEnd().split("\n");
const parsed = (text = ""): RawLine => JSON.parse(text) as RawLine;

/** A recording as version 1 would have it: fields by their old names, sentences for data, and no digest. */
function asVersion1(given: Recordable, words = (text: string) => text): string[] {
  const texts: string[] = [];
  recordCase(given, (_, line) => texts.push(JSON.stringify(older(line, words))));
  return texts;
}

function older(line: TraceLine, words: (text: string) => string): object {
  switch (line.type) {
    case "header":
      return { ...line, schemaVersion: 1 };
    case "event": {
      const fields = Object.entries(line).map(([name, value]) => [
        name === "delivery" ? "came" : name,
        value,
      ]);
      return Object.fromEntries(fields) as object;
    }
    case "end": {
      const verdicts = line.verdicts.map((verdict) => olderVerdict(verdict, words));
      return without({ ...line, verdicts }, "digest");
    }
  }
}

function olderVerdict(verdict: TraceVerdict, words: (text: string) => string): object {
  const { violation } = verdict;
  const why = whyOpen(verdict);
  return {
    ...without(verdict, "open"),
    ...(violation === undefined
      ? {}
      : { violation: { at: violation.at, story: words(sentenceOf(violation)), nodes: violation.nodes } }),
    ...(why === undefined ? {} : { why: words(why) }),
  };
}

function without(given: object, name: string): object {
  return Object.fromEntries(Object.entries(given).filter(([field]) => field !== name));
}

const late = pair([
  {
    type: "delay",
    atMs: 20_000,
    on: "rootcoord-a",
    leg: "request",
    purpose: "write",
    count: 1,
    byMs: 100_000,
  },
  { type: "pause", atMs: 60_000, on: "rootcoord-a", forMs: 55_000 },
]);
const broken: Recordable = { scenario: late, variant, property: "fencing" };
/** Ends while a takeover is not due yet. */
const early: Recordable = {
  scenario: pair([{ type: "crash", atMs: 61_000, on: "rootcoord-a" }], { horizonMs: 70_000 }),
  variant: shipped,
};

describe("a line of version 1", () => {
  it("keeps a violation's sentence, and says that it knows no more", () => {
    const header = upgradeLine(parsed(oldTexts[0]), 1) as TraceHeader;
    expect(header.schemaVersion).toBe(SCHEMA_VERSION);
    expect(header.violation).toEqual({
      property: "fencing",
      kind: "unknown",
      at: 120_076,
      nodes: ["rootcoord-a"],
      facts: {},
      recordedText: expect.stringMatching(/^etcd applied rootcoord-a's write .* at 120\.076 s\.$/u) as string,
    });
  });

  it("gives its details back where there were some", () => {
    const two = {
      type: "header",
      property: "determinism",
      violation: { at: 1, nodes: [], story: "They part.\n  once: a" },
    };
    const { violation } = upgradeLine(two, 1) as TraceHeader;
    if (violation === undefined) throw new Error("lost");
    expect(sentenceOf(violation)).toBe("They part.");
    expect(detailsOf(violation)).toEqual(["  once: a"]);
  });

  it("says what became of a message in the field of that name, in its old place", () => {
    const event = { type: "event", n: 3, cause: { type: "reply" }, came: "held", steps: [] };
    const upgraded = upgradeLine(event, 1) as RawLine;
    expect(upgraded).toEqual({ type: "event", n: 3, cause: { type: "reply" }, delivery: "held", steps: [] });
    expect(Object.keys(upgraded)).toEqual(["type", "n", "cause", "delivery", "steps"]);
  });

  it("stays as it is where it is none of that version's", () => {
    for (const strange of [
      null,
      7,
      "x",
      [],
      { type: "end", verdicts: [null, 7] },
      { type: "header", violation: 7 },
    ])
      expect(upgradeLine(strange, 1)).toEqual(
        strange !== null && typeof strange === "object" && "violation" in strange
          ? { ...strange, schemaVersion: SCHEMA_VERSION }
          : strange,
      );
  });

  it("is not touched in a file of this version", () => {
    const line = { type: "event", came: "held" };
    expect(upgradeLine(line, SCHEMA_VERSION)).toBe(line);
  });
});

describe("a file of version 1", () => {
  it("replays as identical, message by message and verdict by verdict", () => {
    for (const given of [broken, early]) {
      const texts = asVersion1(given);
      expect(texts.join("\n")).not.toMatch(/"kind":"[a-z]+-|"delivery"/u);
      expect(replayStrictly(texts.values()).type).toBe("identical");
    }
    expect(asVersion1(broken).join("\n")).toContain('"came":"held"');
    expect(asVersion1(early).join("\n")).toContain('"why":"nobody serves rootcoord at 70.000 s');
  });

  it("is no other run when its violation is told in other words", () => {
    const texts = asVersion1(broken, () => "They overlap.");
    expect(texts.at(-1)).toContain("They overlap.");
    expect(replayStrictly(texts.values()).type).toBe("identical");
  });

  it("is another run when a question stayed open for another reason, or a violation came at another time", () => {
    const otherWhy = asVersion1(early, () => "it rained");
    expect(replayStrictly(otherWhy.values())).toMatchObject({
      type: "diverged",
      divergence: { path: expect.stringContaining("recordedText") as string, recorded: "it rained" },
    });
    const texts = asVersion1(broken);
    const end = texts.at(-1) ?? "";
    const moved = texts.with(-1, end.replace(/"violation":\{"at":(\d+)/u, '"violation":{"at":1$1'));
    expect(moved).not.toEqual(texts);
    expect(replayStrictly(moved.values())).toMatchObject({
      type: "diverged",
      divergence: { path: expect.stringMatching(/violation\.at$/u) as string },
    });
  });

  it("is broken again by the cause that its sentence tells, and by another where today's tells another", () => {
    const replay = replayTolerantly(oldTexts.values(), variant);
    if ("what" in replay) throw new Error(replay.what);
    const { scenario, violation } = upgradeLine(parsed(oldTexts[0]), 1) as TraceHeader;
    const now = replay.end.verdicts.find(({ property }) => property === "fencing")?.violation;
    expect(now).toMatchObject({ kind: "superseded-write-applied", facts: { token: 4, newestToken: 10 } });
    expect(otherCause(violation, now, scenario)).toBeUndefined();
    const told = {
      kind: "unknown",
      at: 1,
      nodes: ["rootcoord-a"],
      facts: {},
      recordedText: "Nobody served.",
    };
    expect(otherCause(told, now, scenario)).toBe("in another way");
  });

  it("is judged again as it stands in a saved test", () => {
    const kept = JSON.parse(oldTexts[0] ?? "") as { type: "header"; schemaVersion: number };
    expect(kept.schemaVersion).toBe(1);
    expect(judgeAgain(kept, variant)).toMatchObject({ outcome: "reproduced", unmet: [] });
    expect(judgeAgain(kept, shipped)).toMatchObject({ outcome: "fixed", unmet: [] });
  });
});
