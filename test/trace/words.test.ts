/** Beside each text stands what it was made from, so that nobody has to read it off the text. */
import { stripVTControlCharacters } from "node:util";
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { EventPrinter } from "../../src/cli/replay/render-events.ts";
import { changesOf } from "../../src/reading/keys.ts";
import { lanesOf } from "../../src/reading/lanes.ts";
import { seenIn } from "../../src/reading/seen.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { turnsOf } from "../../src/reading/turns.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import type { TraceEvent, TraceHeader, TraceLine } from "../../src/trace/format.ts";
import { recordCase } from "../../src/run/record.ts";
import { consequencesOf, isTrouble, Teller } from "../../src/trace/words.ts";
import { pair } from "../simulation/helpers.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

const scenario = pair([
  { type: "lose", atMs: 20_000, on: "rootcoord-a", leg: "request", purpose: "renew", count: 1 },
  { type: "crash", atMs: 61_000, on: "rootcoord-a" },
  { type: "deleteKey", atMs: 200_000, on: "rootcoord-b", key: "active" },
]);
const lines: TraceLine[] = [];
recordCase({ scenario, variant: shipped }, (_, line) => lines.push(line));
const header = lines[0] as TraceHeader;
const events = lines.filter((line): line is TraceEvent => line.type === "event");

describe("an event in words", () => {
  const teller = new Teller();
  const told = events.map((event) => teller.tell(event));
  const steps = told.flatMap((one) => one.steps);
  const seen = told.flatMap((one) => one.seen);

  it("has the states that a step entered and the milestones that it announced", () => {
    const entering = steps.filter(({ entered }) => entered.length > 0);
    expect(entering.length).toBeGreaterThan(20);
    for (const { entered, text } of entering) expect(`${text};`).toMatch(` → ${entered.join(" + ")};`);
    const announced = steps.flatMap(({ milestones }) => milestones);
    expect(announced).toEqual(expect.arrayContaining(["won", "active", "watching"]));
    for (const { milestones, text } of steps)
      for (const milestone of milestones)
        expect(`${text} `).toMatch(new RegExp(`says ${milestone}[ ,(]`, "u"));
  });

  it("has what was seen, and tells a message or a write that did not go its way", () => {
    const troubled = seen.filter((one) => isTrouble(one.seen));
    expect(troubled.map(({ text }) => String(text))).toContain("request of renew lost");
    expect(seen.filter((one) => one.seen.type === "claim" && isTrouble(one.seen))).toEqual([]);
    expect(isTrouble({ type: "written", outcome: "applied" })).toBe(false);
    expect(isTrouble({ type: "written", outcome: "superseded" })).toBe(true);
  });

  it("is followed by its consequences in order", () => {
    const [one] = told.filter((words) => words.steps.length > 0 && words.seen.length > 0);
    if (one === undefined) throw new Error("none");
    expect(consequencesOf(one)).toEqual([...one.steps, ...one.seen].map(({ text }) => text));
  });
});

it("an event is painted by what it is: losses red, what was won green, a fenced write neither", () => {
  const paint = new Chalk({ level: 1 });
  const printer = new EventPrinter(header, paint);
  const rows = events.flatMap((event) =>
    printer
      .event(event)
      .split("\n")
      .map((row) => row.trim()),
  );
  const red = rows.filter((row) => row === paint.red(stripVTControlCharacters(row)));
  expect(red).toEqual(
    expect.arrayContaining([
      paint.red("request of renew lost"),
      paint.red("process ends (crash)"),
      paint.red("serves no more"),
    ]),
  );
  expect(rows).toContain("sends a fenced write");
  expect(rows.filter((row) => row.includes("says won")).every((row) => row.startsWith("\u001b[32m"))).toBe(
    true,
  );
});

it("a turning point says whether service begins or ends, and no other does", () => {
  const run = gatherRun(lines);
  const turns = turnsOf(run, lanesOf(seenIn(run)), messagesOf(run), changesOf(run.events));
  const serving = turns.filter((turn) => turn.serving !== undefined);
  expect(serving.length).toBeGreaterThanOrEqual(3);
  for (const { serving: how, text } of serving)
    expect(text).toMatch(how === "begins" ? /^ACTIVE, token \d+$/u : /^serves no more$/u);
  for (const { text } of turns.filter((turn) => turn.serving === undefined))
    expect(text).not.toMatch(/^ACTIVE|^serves no more/u);
});

it("a story names the faults that begin and what an operator did, and counts routine by its word", () => {
  const story = tellStory(observeRun(scenario, shipped));
  const about = (subject: string) => story.filter((entry) => entry.about === subject);
  expect(about("fault").map(({ at }) => at)).toEqual([20_000, 61_000, 200_000]);
  for (const { text } of about("fault")) expect(text).toMatch(/^✗ /u);
  expect(about("operator").map(({ text }) => String(text))).toEqual([
    expect.stringMatching(/^rev \d+: - rootcoord \(by an operator\)$/u),
  ]);
  expect(about("campaign").length).toBeGreaterThan(0);
  const routine = new Set(story.flatMap((entry) => entry.routine ?? []));
  expect(routine).toEqual(new Set(["renewal", "write", "check"]));
});
