import { describe, expect, it } from "vitest";
import { encodeWorld } from "../../src/simulation/world-file.ts";
import { History } from "../../src/run/history.ts";
import { claimAfter } from "../../src/reading/claims.ts";
import { standingAt } from "../../src/reading/lanes.ts";
import { readRun } from "../../src/reading/reading.ts";
import type { TraceEnd, TraceEvent, TraceLine } from "../../src/trace/format.ts";
import { momentAt } from "../../src/run/moment.ts";
import { headerOf } from "../../src/run/record.ts";
import { Teller } from "../../src/trace/words.ts";
import { clocks, crash, failing, linesOfRun } from "../stepper/helpers.ts";

describe.each([
  ["a crash", crash],
  ["a failing run with lost messages", failing],
  ["a run with clocks of its own", clocks],
])("the history of %s", (_, given) => {
  const header = headerOf(given);
  const lines = linesOfRun(header, given.variant);
  const history = new History(header, given.variant);
  const numbers = Array.from({ length: history.events }, (_event, at) => at + 1);

  it("has the trace's events, line for line, and ends where the trace ends", () => {
    expect(history.events).toBe(lines.length - 2);
    expect(numbers.map((n) => JSON.stringify(history.frame(n).event))).toEqual(lines.slice(1, -1));
    const end = JSON.parse(lines.at(-1) ?? "") as TraceEnd;
    expect({ endAt: history.survey.endAt, ended: history.survey.ended }).toEqual({
      endAt: end.at,
      ended: end.ended,
    });
    const violated = end.verdicts.filter(({ verdict }) => verdict === "violated");
    expect(history.survey.broken.map(({ property }) => property).toSorted()).toEqual(
      violated.map(({ property }) => property).toSorted(),
    );
  });

  it("tells each event as a teller does who heard all before", () => {
    const teller = new Teller();
    for (const n of numbers) {
      const event = JSON.parse(lines[n] ?? "") as TraceEvent;
      expect(history.frame(n).told).toEqual(teller.tell(event));
    }
  });

  it("has the same world at an event, whether it is come to from before, from behind or from far away", () => {
    const worldAt = (of: History, n: number) => encodeWorld(of.frame(n).world, of.setup);
    const forwards = numbers.map((n) => worldAt(history, n));
    const fresh = new History(header, given.variant);
    const backwards = numbers.toReversed().map((n) => worldAt(fresh, n));
    expect(backwards.toReversed()).toEqual(forwards);
    // Far jumps in an order without order.
    for (const n of numbers.map((one) => ((one * 7919) % history.events) + 1)) {
      expect(worldAt(new History(header, given.variant), n)).toBe(forwards[n - 1]);
      if (n % 5 === 0) break;
    }
  });

  it("stands after the last event of an instant as a run up to that instant stands", () => {
    for (const at of [0, 61_000, 61_500, 75_000]) {
      const { coordinators, ...rest } = history.moment(history.eventAt(at), at);
      const states = coordinators.map(({ standing: _standing, ...state }) => state);
      expect({ ...rest, coordinators: states }).toEqual(momentAt(header, at, given.variant).moment);
    }
  });

  it("stands at each event as the reading of its trace says", () => {
    const reading = readRun(lines.map((text) => JSON.parse(text) as TraceLine));
    expect(history.course.seen).toEqual(reading.seen);
    for (const n of numbers) {
      const at = history.instantOf(n);
      const read = reading.lanes.map((lane, node) => ({
        standing: standingAt(lane, { at, n }),
        until: claimAfter(reading.claims[node] ?? [], n)?.until ?? 0,
      }));
      const shown = history.moment(n, at).coordinators.map(({ claimLeftMs, standing }) => ({
        standing,
        until: claimLeftMs === undefined ? 0 : (expect.closeTo(at + claimLeftMs) as number),
      }));
      expect(read).toEqual(shown);
    }
    expect(history.course.vacancies).toEqual(reading.vacancies);
    expect(history.course.takeovers).toEqual(reading.takeovers);
  });

  it("knows by instant which event was last", () => {
    for (const n of numbers) {
      const last = history.eventAt(history.instantOf(n));
      expect(history.instantOf(last)).toBe(history.instantOf(n));
      expect(last).toBeGreaterThanOrEqual(n);
      if (last < history.events) expect(history.instantOf(last + 1)).toBeGreaterThan(history.instantOf(n));
    }
  });
});
