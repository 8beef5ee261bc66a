/**
 * A kind of fault is one file and one line of the table. Here a made-up one gets its line, and everything that reads,
 * strikes, tells, draws, exports, generates, judges and shrinks faults is asked for it: none of them was told.
 */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { cases } from "../../properties/arbitraries.ts";
import { keysLeftAlone, steadyClocks } from "../../properties/assumptions.ts";
import { Disturbances } from "../../properties/disturbances.ts";
import { AIMED_WEIGHT } from "../../properties/aimed.ts";
import { RECIPE_WEIGHT, RECIPES } from "../../properties/recipes.ts";
import { edits } from "../../properties/shrink/edits.ts";
import { shipped } from "../../models/variant.ts";
import { exportMermaid } from "../../src/export/mermaid.ts";
import { exportPerfetto } from "../../src/export/perfetto.ts";
import { readScenario } from "../../src/scenario-file/read-scenario.ts";
import { scenarioFileSchema } from "../../src/scenario-file/syntax.ts";
import { writeScenario } from "../../src/scenario-file/write-scenario.ts";
import { faultChoices } from "../../src/stepper/fault-choices.ts";
import { readFaultText, writeFaultText } from "../../src/stepper/fault-text.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { recordCase } from "../../src/run/record.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { checkedFault, faultOf, formOf, usualValues } from "../../src/web/teach/faults.ts";
import { FAULT_KINDS, kindNamed } from "../../src/simulation/fault.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { createWorld } from "../../src/simulation/world.ts";
import { pictureOf } from "../../src/web/picture.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { readRun } from "../../src/reading/reading.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

/** The file: `flicker`, a loose plug, by which a coordinator hears nothing of etcd again and again. */
vi.mock("../../src/simulation/faults/index.ts", async (original) => {
  const { FAULT_TABLE } = await original<{ FAULT_TABLE: readonly unknown[] }>();
  const { coordinatorField, spanField } = await import("../../src/simulation/faults/fields.ts");
  const { faultKind } = await import("../../src/simulation/faults/kind.ts");
  const flicker = faultKind(
    "flicker",
    {
      on: coordinatorField("whose plug is loose"),
      forMs: spanField("how long it lasts", 30_000),
      everyMs: { type: "period", meaning: "pause between two jumps of its clock", usualMs: 1000 },
      jumps: {
        type: "count",
        meaning: "how far each goes, 1 if not given",
        label: "milliseconds",
        ifAbsent: 1,
      },
      mood: {
        type: "choice",
        what: "mood",
        meaning: "how it goes",
        words: { mild: "mildly", wild: "wildly" },
        ifAbsent: "mild",
      },
    },
    {
      strikes: "coordinator",
      names: "on",
      span: "forMs",
      needsProcess: true,
      whileItLasts: () => ({ cut: { toEtcd: false, fromEtcd: true } }),
      begin: (_, ports) => ports.goOnAt(ports.now),
      goOn({ atMs, everyMs, forMs, jumps, on }, ports) {
        ports.stepClock(on, jumps);
        if (ports.now + everyMs < atMs + forMs) ports.goOnAt(ports.now + everyMs);
      },
      clockJumpMs: ({ jumps }) => jumps,
      disturbs: "while it lasts",
      breaks: "keys left alone",
      words: {
        begins: ({ mood }) => `its plug is ${mood === "wild" ? "very " : ""}loose`,
        vain: () => "its plug is loose, but it is down already",
        ends: () => "its plug sits",
      },
      workOf: ({ everyMs, forMs }) => forMs / everyMs,
      weight: 300,
      draw: ({ on, spice, ttlMs, within }) => ({
        on,
        forMs: within(ttlMs),
        everyMs: 1000,
        jumps: 3 + (spice % 2),
        mood: spice % 2 === 0 ? "mild" : "wild",
      }),
      button: { label: "Loosen the plug", key: "z" },
      offers: ({ on }) => [
        { label: "loose plug", fault: { on, forMs: 5000, everyMs: 1000, jumps: 1, mood: "mild" } },
      ],
    },
  );
  return { FAULT_TABLE: [...FAULT_TABLE, flicker] };
});

const FILE = `title: a loose plug
ttl: 60s
horizon: 5m
coordinators: {rootcoord: 2}
faults:
  - {at: 61s, flicker: rootcoord-a, for: 20s, every: 5s, jumps: 2}
`;
const reading = readScenario(FILE, { title: "?" });
if (reading.type !== "ok") throw new Error(JSON.stringify(reading.problems));
const { scenario } = reading;
const [fault] = scenario.faults;
if (fault === undefined) throw new Error("no fault");
const lines: string[] = [];
const recorded: TraceLine[] = [];
recordCase({ scenario, variant: shipped }, (text, line) => {
  lines.push(text);
  recorded.push(line);
});
const read = readRun(recorded);
const { run } = read;

describe("a kind of fault that is one file and one line of the table", () => {
  it("is read from a scenario file, and written as it was", () => {
    expect(fault).toEqual({
      type: "flicker",
      atMs: 61_000,
      on: "rootcoord-a",
      forMs: 20_000,
      everyMs: 5000,
      jumps: 2,
      mood: "mild",
    });
    expect(writeScenario(scenario)).toBe(FILE);
    expect(JSON.stringify(scenarioFileSchema())).toContain('"flicker"');
  });

  it.each([
    ["flicker: nobody, for: 20s, every: 5s", "6:24 no coordinator is called nobody"],
    ["flicker: rootcoord-a, for: 20s", "6:5 every is missing"],
    ["flicker: rootcoord-a, for: 20s, every: 5s, mod: wild", "6:58 no field is called mod here"],
    ["flicker: rootcoord-a, for: 20s, every: 5s, mood: odd", '6:64 "odd" is not a known mood'],
    ["flikker: rootcoord-a", "6:15 no fault is called flikker"],
  ])("%s is refused with its place", (entry, problem) => {
    const text = FILE.replace(/flicker.*\}/u, `${entry}}`);
    const wrong = readScenario(text, { title: "?" });
    const told =
      wrong.type === "faulty" ? wrong.problems.map((one) => `${one.line}:${one.column} ${one.what}`) : [];
    expect(told).toEqual([problem]);
  });

  it("strikes: it cuts while it lasts, and jumps the clock again and again", () => {
    const goesOn = run.events.filter(({ cause }) => cause.type === "fault" && cause.phase === "goes on");
    expect(goesOn.map(({ at }) => at)).toEqual([61_000, 66_000, 71_000, 76_000]);
    const kept = read.messages.filter(
      ({ fate, leg, to }) => fate === "cut off" && leg === "reply" && to === "rootcoord-a",
    );
    expect(kept.map(({ what }) => what)).toContain("renew");
  });

  it("is recorded, and its trace replays", () => {
    expect(replayStrictly(lines.values()).type).toBe("identical");
    const wrong = lines.map((text) => text.replace('"mood":"mild"', '"mood":"odd"'));
    expect(replayStrictly(wrong.values()).type).toBe("trouble");
  });

  it("is told in the story and drawn in the lanes and exports", () => {
    const story = tellStory(observeRun(scenario, shipped)).filter(({ lane }) => lane === 0);
    expect(story.map(({ text }) => text)).toContain("✗ its plug is loose");
    expect(story.map(({ text }) => text)).toContain("its plug sits");
    expect(read.turns.filter(({ type }) => type === "fault").map(({ at, text }) => `${at} ${text}`)).toEqual([
      "61000 its plug is loose (20 s)",
      "81000 its plug sits",
    ]);
    for (const text of [exportMermaid(read), exportPerfetto(read)])
      expect(text).toContain("its plug is loose (20 s)");
    const picture = pictureOf(recorded);
    expect(picture.faults).toMatchObject([{ from: 61_000, to: 81_000, node: "rootcoord-a" }]);
    expect(picture.turns.map(({ text }) => text)).toContain("its plug is loose (20 s)");
  });

  it("is waited for by the promises that it disturbs, and outside those whose assumptions it breaks", () => {
    expect(keysLeftAlone.holds(scenario)).toBe(false);
    expect(steadyClocks.holds(scenario)).toBe(false);
    const disturbances = new Disturbances(scenario);
    const at = (phase: "begins" | "ends") =>
      ({ type: "fault", at: 1, node: 0, index: 0, kind: "flicker", phase }) as const;
    disturbances.note({ type: "started", at: 0, node: 0, role: "rootcoord" });
    disturbances.note(at("begins"));
    expect(disturbances.isSound(0)).toBe(false);
    disturbances.note(at("ends"));
    expect(disturbances.isSound(0)).toBe(true);
  });

  it("is generated, as often as its weight says", () => {
    const drawn = fc.sample(cases(), { numRuns: 200, seed: 1 }).flatMap((one) => one.scenario.faults);
    const flickers = drawn.filter(({ type }) => String(type) === "flicker");
    const weight = kindNamed("flicker")?.weight ?? 0;
    const singles = FAULT_KINDS.reduce((sum, kind) => sum + kind.weight, 0);
    // Recipes and aimed drafts add one to three faults of other kinds each; a tenth for chance.
    const recipes = AIMED_WEIGHT + RECIPE_WEIGHT * RECIPES.length;
    expect(flickers.length / drawn.length).toBeGreaterThan((0.9 * weight) / (singles + 3 * recipes));
    expect(flickers.length / drawn.length).toBeLessThan((1.1 * weight) / (singles + recipes));
  });

  it("is made simpler: fewer, usual, shorter and rounder, but not more often", () => {
    const given = {
      ...fault,
      forMs: 20_001,
      everyMs: 5001,
      jumps: 4,
      mood: "wild",
    } as unknown as typeof fault;
    const draft = { scenario: { ...scenario, faults: [given] }, decisions: [], brokenAt: 200_000 };
    const simpler = edits.flatMap((edit) => [...edit(draft)].flatMap((one) => one.scenario.faults));
    for (const part of [{ jumps: 1 }, { mood: "mild" }, { forMs: 20_000 }, { atMs: 60_000 }])
      expect(simpler).toContainEqual({ ...given, ...part });
    expect(simpler.every((one) => (one as unknown as { everyMs: number }).everyMs === 5001)).toBe(true);
  });

  it("is offered by the stepper and by the page, in the words of its file", () => {
    const [node] = createWorld(createSetup(scenario, shipped)).nodes;
    if (node === undefined) throw new Error("no node");
    const offer = faultChoices(scenario, "rootcoord-b", node).find(({ label }) => label === "loose plug");
    if (offer === undefined) throw new Error("not offered");
    expect(writeFaultText(offer.fault)).toBe("flicker: rootcoord-b, for: 5s, every: 1s");
    expect(readFaultText(writeFaultText(offer.fault), scenario)).toEqual(offer.fault);
    expect(readFaultText("flicker: rootcoord-b, for: 1h, every: 1ms", scenario)).toContain("more than");
    const form = formOf("flicker");
    expect(form).toMatchObject({ label: "Loosen the plug", key: "z", strikes: "coordinator" });
    const made = faultOf(form, "rootcoord-a", usualValues(form));
    expect(made).toMatchObject({ type: "flicker", forMs: 30_000, everyMs: 1000, jumps: 1, mood: "mild" });
    expect(checkedFault(made, ["rootcoord-a"])).toEqual(made);
  });
});
