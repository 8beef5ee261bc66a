import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNodeClock, localNow, setRate, trueInstantOf } from "../../src/time/node-clock.ts";
import { cloneTimeline, createTimeline, nextInstant, schedule, takeNext } from "../../src/time/timeline.ts";

describe("the timeline", () => {
  test("gives items in the order of instant, then of arrangement", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), (instants) => {
        const timeline = createTimeline<number>();
        instants.forEach((instant, at) => schedule(timeline, instant, at));
        const taken = instants.map(() => ({ instant: nextInstant(timeline), item: takeNext(timeline) }));
        const expected = instants
          .map((instant, item) => ({ instant, item }))
          .sort((left, right) => left.instant - right.instant || left.item - right.item);
        expect(taken).toEqual(expected);
        expect(nextInstant(timeline)).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  test("a copy shares nothing with its original", () => {
    const timeline = createTimeline<string>();
    schedule(timeline, 5, "five");
    const copy = cloneTimeline(timeline);
    takeNext(copy);
    schedule(copy, 1, "one");
    expect(takeNext(timeline)).toBe("five");
    expect(takeNext(copy)).toBe("one");
  });
});

describe("a node's own clock", () => {
  test("runs at its rate from its offset, and back", () => {
    const clock = createNodeClock(500, 0.5);
    expect(localNow(clock, 1000)).toBe(1000);
    expect(trueInstantOf(clock, 1000)).toBe(1000);
  });

  test("does not jump when its rate changes", () => {
    const clock = createNodeClock(0, 1);
    setRate(clock, 100, 2);
    expect(localNow(clock, 100)).toBe(100);
    expect(localNow(clock, 150)).toBe(200);
  });

  test("that stands still never reaches a later instant", () => {
    const clock = createNodeClock(0, 1);
    setRate(clock, 100, 0);
    expect(localNow(clock, 900)).toBe(100);
    expect(trueInstantOf(clock, 101)).toBe(Number.POSITIVE_INFINITY);
  });
});
