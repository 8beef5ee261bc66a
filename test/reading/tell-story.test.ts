import { describe, expect, it } from "vitest";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { changesOf } from "../../src/reading/keys.ts";
import { lanesOf } from "../../src/reading/lanes.ts";
import { seenIn } from "../../src/reading/seen.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { turnsOf } from "../../src/reading/turns.ts";
import { renderLog } from "../../src/cli/story/render-log.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { recordCase } from "../../src/run/record.ts";
import { pair } from "../simulation/helpers.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

const on = "rootcoord-a";
const crash: Fault = { type: "crash", atMs: 61_000, on, restartAfterMs: 20_000 };

/** What is told of faults in the lane of the coordinator that they strike, by the story and by the exports. */
function told(...faults: Fault[]): { story: string[]; turns: string[] } {
  const scenario = pair(faults);
  const story = tellStory(observeRun(scenario, shipped))
    .filter(({ lane, text }) => lane === 0 && /✗|wakes|clock|starts again/u.test(text))
    .map(({ at, text }) => `${at / 1000} ${text}`);
  const lines: TraceLine[] = [];
  recordCase({ scenario, variant: shipped }, (_, line) => lines.push(line));
  const run = gatherRun(lines);
  const turns = turnsOf(run, lanesOf(seenIn(run)), messagesOf(run), changesOf(run.events))
    .filter(({ node, type }) => type === "fault" && node === on)
    .map(({ at, text }) => `${at / 1000} ${text}`);
  return { story, turns };
}

describe("a write", () => {
  it("of one whose role another holds is told, also while its sender stands still", () => {
    const scenario = pair([
      { type: "delay", atMs: 60_000, on, leg: "request", purpose: "write", count: 1, byMs: 75_000 },
      { type: "pause", atMs: 61_000, on, forMs: 90_000 },
    ]);
    const applied = (variant: Variant): string[] =>
      tellStory(observeRun(scenario, variant)).flatMap(({ at, text }) =>
        /APPLIED/u.test(text) ? [`${at / 1000} ${text}`] : [],
      );
    expect(applied(variantNamed("no-fencing") as Variant)).toEqual([
      "135.076 rev 13: write of rootcoord-a, not active now, APPLIED",
    ]);
    expect(applied(shipped)).toEqual([]);
    expect(applied(variantNamed("no-election") as Variant)).toEqual([]);
  });
});

describe("what is refused", () => {
  const story = (...faults: Fault[]) => tellStory(observeRun(pair(faults), shipped)).map(({ text }) => text);

  it("at etcd's door did not arrive twice, nor was it a write of somebody superseded", () => {
    const refuse = (purpose: "renew" | "write") =>
      ({ type: "refuse", atMs: 61_000, on, purpose, says: "too many requests", count: 1 }) as const;
    const texts = story(refuse("renew"), refuse("write"));
    expect(texts.filter((text) => /door/u.test(text))).toEqual([
      "renew request refused at etcd's door",
      "write request refused at etcd's door",
    ]);
    expect(texts.filter((text) => /twice|outdated/u.test(text))).toEqual([]);
  });

  it("for want of space has no outdated token", () => {
    const texts = story({ type: "fillUp", atMs: 61_000, forMs: 60_000 });
    expect(texts).toContain("write refused by etcd");
    expect(texts.filter((text) => /outdated/u.test(text))).toEqual([]);
  });
});

describe("a pause", () => {
  it("of a process that runs is told from its beginning to its end", () => {
    const { story, turns } = told({ type: "pause", atMs: 61_000, on, forMs: 5000 });
    expect(story).toEqual(["61 ✗ stands still", "66 wakes up"]);
    expect(turns).toEqual(["61 stands still (5 s)", "66 wakes up"]);
  });

  it("of a dead process is in vain, and its successor does not wake up at its end", () => {
    const { story, turns } = told(crash, { type: "pause", atMs: 70_000, on, forMs: 30_000 });
    expect(story).toEqual(["61 ✗ KILLED", "70 ✗ paused, but it is down already", "81 starts again"]);
    expect(turns).toEqual(["61 KILLED", "70 paused, but it is down already", "81 restarted"]);
  });

  it("that its process does not survive wakes nobody either", () => {
    const { story, turns } = told({ type: "pause", atMs: 60_000, on, forMs: 30_000 }, crash);
    expect(story).toEqual(["60 ✗ stands still", "61 ✗ KILLED", "81 starts again"]);
    expect(turns).toEqual(["60 stands still (30 s)", "61 KILLED", "81 restarted"]);
  });

  it("of a dead process that stops its clock stops that alone", () => {
    const { story } = told(crash, { type: "pause", atMs: 70_000, on, forMs: 5000, clockStops: true });
    expect(story).toContain("70 ✗ its clock stands still; the process is down already");
    expect(story).toContain("75 its clock runs again");
  });

  it("of a dead process silences no log of its successor", () => {
    const beats = (...faults: Fault[]) =>
      renderLog(observeRun(pair(faults), shipped), {
        start: { epochMs: 0, offsetMinutes: 0 },
        node: 0,
      }).filter((line) => line.includes("is in STANDBY")).length;
    const late: Fault = { type: "pause", atMs: 70_000, on, forMs: 200_000 };
    expect(beats(crash, late)).toBe(beats(crash));
    expect(beats(crash)).toBeGreaterThan(3);
  });
});

it("a process that is down already is not killed and not stopped", () => {
  const { story } = told(crash, { type: "crash", atMs: 65_000, on }, { type: "stop", atMs: 66_000, on });
  expect(story).toEqual([
    "61 ✗ KILLED",
    "65 ✗ killed, but it is down already",
    "66 ✗ asked to stop, but it is down already",
    "81 starts again",
  ]);
});
