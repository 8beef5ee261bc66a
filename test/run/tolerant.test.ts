import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { MachineReplay } from "../../src/run/machine.ts";
import { otherCause, type OtherCause } from "../../src/run/other-cause.ts";
import { recordCase, type Recordable } from "../../src/run/record.ts";
import type { TraceLine, TraceViolation } from "../../src/trace/format.ts";
import { replayTolerantly, type TolerantReplay } from "../../src/run/tolerant.ts";
import { pair } from "../simulation/helpers.ts";

const crash = pair([{ type: "crash", atMs: 61_000, on: "rootcoord-a" }]);

function mutant(name: string): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new Error(`no mutant ${name}`);
  return variant;
}

function record(given: Recordable): { texts: string[]; lines: TraceLine[] } {
  const texts: string[] = [];
  const lines: TraceLine[] = [];
  recordCase(given, (text, line) => {
    texts.push(text);
    lines.push(line);
  });
  return { texts, lines };
}

function replayed(given: Recordable, on: Variant): TolerantReplay {
  const result = replayTolerantly(record(given).texts.values(), on);
  if ("what" in result) throw new Error(result.what);
  return result;
}

describe("a trace replayed on changed code", () => {
  it("is the same where nothing changed", () => {
    const same = replayed({ scenario: crash, variant: shipped }, shipped);
    expect(same).toMatchObject({ outcome: "same", divergence: undefined, unmet: [] });
  });

  it.each([
    ["renews-too-late", "a timing value changed"],
    ["no-fencing", "a request is worded otherwise"],
    ["serves-without-reload", "the chart steps otherwise"],
    ["watches-from-now", "a request is worded otherwise"],
  ])("by %s first differs because %s", (name, reason) => {
    const { because, divergence, outcome } = replayed({ scenario: crash, variant: shipped }, mutant(name));
    expect(outcome).toBe("diverged");
    expect(divergence?.n).toBeGreaterThan(0);
    expect(because?.reason).toBe(reason);
  });

  it("is reproduced when the promise breaks in another way at another time", () => {
    const cut = pair([
      { type: "partition", atMs: 61_000, on: "rootcoord-a", forMs: 100_000, direction: "both" },
    ]);
    const given = { scenario: cut, variant: mutant("claim-never-ends"), property: "single-active" };
    expect(replayed(given, mutant("claim-outlives-lease"))).toMatchObject({ outcome: "reproduced" });
    expect(replayed(given, shipped)).toMatchObject({ outcome: "fixed" });
  });

  it("gives a decision to the message it was about, though more questions come before it now", () => {
    // The mutant asks no question about a reload before the campaign of the one that comes later.
    const decisions = [{ index: 30, answer: 3 }];
    const recorded = record({ scenario: crash, variant: shipped, decisions });
    const [header] = recorded.lines;
    if (header?.type !== "header") throw new Error("no header");
    const [before] = header.decisions;
    const again = replayTolerantly(recorded.texts.values(), mutant("serves-without-reload"));
    if ("what" in again) throw new Error(again.what);
    const [after] = again.header.decisions;
    expect(after?.index).not.toBe(before?.index);
    expect(after).toMatchObject({
      question: before?.question,
      node: before?.node,
      leg: before?.leg,
      purpose: before?.purpose,
      means: "lost",
    });
  });
});

describe("one coordinator's lines against the bare chart", () => {
  const { lines } = record({ scenario: crash, variant: shipped });
  const [header] = lines;
  const replayOn = (variant: Variant, node: string, from = 0) => {
    if (header?.type !== "header") throw new Error("no header");
    const replay = new MachineReplay(header, variant, node);
    for (const line of lines.slice(from)) if (line.type === "event") replay.event(line);
    return replay;
  };

  it("give the same effects and states", () => {
    const replay = replayOn(shipped, "rootcoord-b");
    expect(replay.divergence).toBeUndefined();
    expect(replay.steps).toBeGreaterThan(30);
  });

  it("differ on another chart, with event, field and both sides", () => {
    expect(replayOn(mutant("serves-without-reload"), "rootcoord-b").divergence).toMatchObject({
      path: expect.stringMatching(/^steps\.\d+\.(?:effects|state)/u) as string,
    });
  });

  it("cannot be followed from the middle of a life", () => {
    expect(replayOn(shipped, "rootcoord-a", 20).divergence).toMatchObject({
      replayed: "no begin before it",
    });
  });

  it("are asked of a coordinator that the scenario has", () => {
    expect(() => replayOn(shipped, "rootcoord-z")).toThrow("no coordinator named rootcoord-z");
  });
});

describe("the cause of a violation", () => {
  const two = (change: Partial<TraceViolation> = {}, facts: object = {}): TraceViolation => ({
    property: "single-active",
    kind: "two-active",
    at: 1,
    nodes: ["rootcoord-a", "rootcoord-b"],
    facts: { role: "rootcoord", token: 10, otherToken: 4, untilMs: 5001, overlapMs: 5000, ...facts },
    ...change,
  });

  it.each<[string, TraceViolation, OtherCause | undefined]>([
    [
      "the same at another time, under other tokens and the other way round",
      two(
        { at: 9, nodes: ["rootcoord-b", "rootcoord-a"] },
        { token: 4, otherToken: 10, untilMs: 7009, overlapMs: 7000 },
      ),
      undefined,
    ],
    [
      "another where another coordinator is concerned",
      two({ nodes: ["rootcoord-a"] }),
      "by another coordinator",
    ],
    ["another where another role is", two({}, { role: "datacoord" }), "in another way"],
    [
      "another where the promise breaks in another way",
      two({ kind: "two-active-without-end" }),
      "in another way",
    ],
  ])("is %s", (_, now, cause) => {
    expect(otherCause(two(), now, crash)).toBe(cause);
    expect(otherCause(undefined, now, crash)).toBeUndefined();
  });
});

describe("the cause of a violation of which a file has the sentence alone", () => {
  const now = (at: number, ...nodes: string[]): TraceViolation => ({
    property: "single-active",
    kind: "two-active",
    at,
    nodes,
    facts: { role: "rootcoord", token: 10, otherToken: 4, untilMs: at + 7000, overlapMs: 7000 },
  });
  const told = (recordedText: string, ...nodes: string[]): TraceViolation => ({
    kind: "unknown",
    at: 1,
    nodes,
    facts: {},
    recordedText,
  });
  const kept = told(
    "rootcoord-b serves rootcoord under token 7 while rootcoord-a still serves it under token 2, until 5.001 s: two are active for 5.000 s.",
    "rootcoord-a",
    "rootcoord-b",
  );
  const nobody = told("nobody serves", "rootcoord-a", "rootcoord-b");

  it.each<[string, TraceViolation, TraceViolation, OtherCause | undefined]>([
    [
      "the same at another time and the other way round",
      kept,
      now(9, "rootcoord-b", "rootcoord-a"),
      undefined,
    ],
    [
      "another where another coordinator is concerned",
      { ...kept, nodes: ["rootcoord-a"] },
      now(1, "rootcoord-a", "rootcoord-b"),
      "by another coordinator",
    ],
    ["another where something else is told", nobody, now(1, "rootcoord-a", "rootcoord-b"), "in another way"],
  ])("is %s", (_, recorded, violation, cause) => {
    expect(otherCause(recorded, violation, crash)).toBe(cause);
  });
});
