import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulation/fault.ts";
import { faultChoices } from "../../src/stepper/fault-choices.ts";
import { readFaultText, writeFaultText } from "../../src/stepper/fault-text.ts";
import { forkHeader, forkPoint } from "../../src/run/fork.ts";
import { History } from "../../src/run/history.ts";
import { currentRun, type State } from "../../src/stepper/model.ts";
import { writeRun } from "../../src/stepper/terminal-loop.ts";
import { press } from "../../src/stepper/update.ts";
import { heard } from "../../src/stepper/update-runs.ts";
import type { TraceEnd, TraceEvent, TraceLine } from "../../src/trace/format.ts";
import { headerOf, recordRun } from "../../src/run/record.ts";
import { Retraced } from "../../src/run/retraced.ts";
import { byNumber } from "../../src/simulation/meant-decisions.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { linesOf } from "../../src/trace/trace-file.ts";
import { after, clocks, crash, failing, linesOfRun, opened, place, typed } from "../stepper/helpers.ts";

const death: Fault & { type: "crash" } = { type: "crash", atMs: 0, on: "rootcoord-b" };

/** The events of a fork up to where the fault strikes, and of its parent up to there. */
function beforeTheFault(
  history: History,
  n: number,
  at: number,
  fault: Fault,
): { own: string[]; parent: string[] } {
  const point = forkPoint(history, n, at);
  if (typeof point === "string") throw new Error(point);
  const forked = forkHeader(history, point, fault);
  const own = linesOfRun(forked, history.variant).slice(1, 1 + point.n);
  const parent = linesOfRun(history.header, history.variant).slice(1, 1 + point.n);
  const next = linesOfRun(forked, history.variant)[1 + point.n] ?? "";
  expect(JSON.parse(next)).toMatchObject({ at: point.atMs, cause: { type: "fault", phase: "begins" } });
  expect(point.atMs).toBeGreaterThan(history.instantOf(point.n));
  return { own, parent };
}

describe("a fork", () => {
  it.each([
    ["a crash", crash],
    ["lost and late messages", failing],
    ["clocks of their own", clocks],
  ])("changes nothing before its fault, at whatever event of a run with %s it is made", (_, given) => {
    const history = new History(headerOf(given), given.variant);
    for (let n = 0; n < history.events; n += 3) {
      const point = forkPoint(history, n, history.instantOf(n));
      if (typeof point === "string") continue;
      const { own, parent } = beforeTheFault(history, n, history.instantOf(n), death);
      expect(own).toEqual(parent);
    }
  });

  it.each([
    ["a crash", crash],
    ["lost and late messages", failing],
    ["clocks of their own", clocks],
  ])("of a run with %s is the same where only its recording is known", (_, given) => {
    const header = headerOf(given);
    const lines: TraceLine[] = [];
    recordRun(header, {
      variant: given.variant,
      scheduler: decided(byNumber(header.decisions)),
      sink: (_text, line) => lines.push(line),
    });
    const [history, retraced] = [
      new History(header, given.variant),
      new Retraced(header, given.variant, lines),
    ];
    expect([retraced.events, retraced.endAt, retraced.ended]).toEqual([
      history.events,
      history.endAt,
      history.ended,
    ]);
    for (let n = 0; n <= history.events; n += 7) {
      const at = history.instantOf(n);
      const [point, again] = [forkPoint(history, n, at, death), forkPoint(retraced, n, at, death)];
      expect(again).toEqual(point);
      if (typeof point === "string") continue;
      expect(forkHeader(retraced, point, death)).toEqual(forkHeader(history, point, death));
    }
  });

  it("strikes at the very instant looked at when nothing happens there", () => {
    const history = new History(headerOf(crash), crash.variant);
    const n = history.eventAt(75_300);
    expect(forkPoint(history, n, 75_300)).toEqual({ n, atMs: 75_300 });
  });

  it("strikes after everything that happens at the instant of the event looked at", () => {
    const history = new History(headerOf(crash), crash.variant);
    const first = history.eventAt(0);
    expect(first).toBeGreaterThan(0);
    expect(forkPoint(history, 0, 0)).toEqual({ n: first, atMs: 1 });
  });

  it("gives a later decision to the same message, although other questions come before it", () => {
    const history = new History(headerOf(failing), failing.variant);
    const last = history.header.decisions.at(-1);
    const point = forkPoint(history, history.eventAt(30_000), 30_000);
    if (typeof point === "string" || last?.atMs === undefined) throw new Error("no fork");
    expect(last.atMs).toBeGreaterThan(30_000);
    const { decisions } = forkHeader(history, point, { ...death, restartAfterMs: 1000 });
    expect(decisions).toContainEqual({ ...last, index: expect.any(Number), ordinal: expect.any(Number) });
    expect(decisions.find(({ atMs }) => atMs === last.atMs)?.index).not.toBe(last.index);
  });

  it("is refused where the run is over, with the reason", () => {
    const state = after(opened(failing), "f", "enter");
    expect(state.message).toMatchObject({
      tone: "bad",
      text: expect.stringContaining("the run ends at this violation"),
    });
    expect(state.runs).toHaveLength(1);
    expect(after(opened(crash), "end", "f", "enter").message?.text).toContain("the run is over here");
  });
});

describe("forking by keys", () => {
  const at75 = typed(after(opened(failing), "g"), "75.3s");
  const forked = after(at75, "f", "enter");

  it("adds a run, goes to its fault and says how it ends", () => {
    expect(forked.runs.map(({ name }) => name)).toEqual(["the trace", "fork 1"]);
    expect(place(forked).at).toBe(75_300);
    expect(forked.message?.text).toBe(
      "fork 1: crash: rootcoord-a at 75.300 s · single-active is not violated until 200.000 s",
    );
  });

  it("leaves the trace as it was: switching back finds the same place", () => {
    const back = after(forked, "F", "up", "enter");
    expect(back.current).toBe(0);
    expect(place(back)).toEqual(place(at75));
    expect(back.runs).toHaveLength(2);
    expect(back.runs[0]?.history).toBe(at75.runs[0]?.history);
  });

  it("chooses fault and coordinator in the menu", () => {
    const state = after(at75, "f", "down", "down", "down", "right", "enter");
    expect(currentRun(state).history.header.scenario.faults.at(-1)).toEqual({
      type: "pause",
      atMs: 75_300,
      on: "rootcoord-b",
      forMs: 70_000,
    });
  });

  it("takes parameters as a scenario file has them, and says what is wrong with others", () => {
    const editing = after(at75, "f", "e", "ctrl-u");
    const good = typed(editing, "lose: renew reply, of: rootcoord-c, count: 2");
    expect(currentRun(good).history.header.scenario.faults.at(-1)).toMatchObject({
      leg: "reply",
      purpose: "renew",
      count: 2,
    });
    const bad = typed(editing, "crash: somebody");
    expect(bad.message?.text).toBe("somebody is none of rootcoord-a, rootcoord-b, rootcoord-c");
    expect(bad.mode.type).toBe("fork");
    expect(bad.runs).toHaveLength(1);
  });

  it("forks a fork below it", () => {
    const twice = after(forked, "f", "2", "enter");
    expect(twice.runs.map(({ fork }) => fork?.parent)).toEqual([undefined, 0, 1]);
    expect(currentRun(twice).history.header.scenario.faults).toHaveLength(3);
  });
});

describe("a fault's text", () => {
  const history = new History(headerOf(crash), crash.variant);
  const [node] = history.frame(60).world.nodes;
  if (node === undefined) throw new Error("no node");

  it.each(faultChoices(crash.scenario, "rootcoord-b", node))(
    "of the menu's $label reads back as the same fault",
    ({ fault }) => {
      expect(readFaultText(writeFaultText(fault), crash.scenario)).toEqual(fault);
    },
  );

  it.each([
    ["crash", '"crash" is no "field: value"'],
    ["of: rootcoord-a", "no fault is named"],
    ["pause: rootcoord-a", "for: "],
    ["pause: rootcoord-a, for: 70", "for: "],
    ["hammer: etcd, for: 1h, every: 1ms", "more than 100000 writes"],
  ])("%s is refused", (text, why) => {
    expect(readFaultText(text, crash.scenario)).toContain(why);
  });
});

describe("writing a fork", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-stepper-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const forked = (): State =>
    after(typed(after(opened(failing, join(folder, "trace.jsonl")), "g"), "75.3s"), "f", "enter");
  const asked = (state: State, ...keys: string[]) => {
    const { effect, state: next } = press(after(state, ...keys), "enter");
    if (effect?.type !== "write") throw new Error("nothing to write");
    return { effect, state: next };
  };

  it("suggests a name beside the trace, and the file replays strictly as identical", () => {
    const { effect, state } = asked(forked(), "w");
    expect(effect.file).toBe(join(folder, "trace-fork-1.jsonl"));
    const outcome = writeRun(effect);
    expect(outcome.type).toBe("written");
    expect(heard(state, outcome).message).toMatchObject({
      tone: "good",
      text: expect.stringContaining("leasehold replay"),
    });
    expect(replayStrictly(linesOf(effect.file)).type).toBe("identical");
    expect(readdirSync(folder)).toEqual(["trace-fork-1.jsonl"]);
    const end = JSON.parse([...linesOf(effect.file)].at(-1) ?? "") as TraceEnd;
    expect(end).toMatchObject({ ended: "horizon" });
  });

  it("says in the header what is violated, when something is", () => {
    const still = after(forked(), "F", "up", "enter", "f", "2", "enter");
    const { effect } = asked(still, "w");
    writeRun(effect);
    const [first = "", ...rest] = linesOf(effect.file);
    expect(JSON.parse(first)).toMatchObject({
      property: "single-active",
      violation: { nodes: expect.any(Array) },
    });
    expect(replayStrictly([first, ...rest].values()).type).toBe("identical");
    const events = rest.slice(0, -1).map((line) => JSON.parse(line) as TraceEvent);
    expect(events.some(({ cause }) => cause.type === "fault" && cause.kind === "crash")).toBe(true);
  });

  it("asks before it replaces a file, and leaves it alone unless told to", () => {
    const { effect, state } = asked(forked(), "w");
    writeFileSync(effect.file, "precious");
    const warned = heard(state, writeRun(effect));
    expect(warned.mode).toEqual({ type: "replace", file: effect.file });
    expect(press(warned, "n")).toMatchObject({
      state: { mode: { type: "browse" }, message: { text: "not written" } },
    });
    expect(readFileSync(effect.file, "utf8")).toBe("precious");
    const agreed = press(warned, "y");
    if (agreed.effect?.type !== "write") throw new Error("nothing to write");
    expect(writeRun(agreed.effect).type).toBe("written");
  });

  it("says why it failed", () => {
    const { effect, state } = asked(forked(), "w");
    writeFileSync(join(folder, "file"), "");
    const outcome = writeRun({ ...effect, file: join(folder, "file", "below.jsonl") });
    expect(outcome.type).toBe("failed");
    expect(heard(state, outcome).message).toMatchObject({
      tone: "bad",
      text: expect.stringContaining("was not written"),
    });
  });
});
