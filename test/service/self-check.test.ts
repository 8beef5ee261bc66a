/** When a service that says it is of no use gives its role up, to the millisecond, on a clock made by hand. */
import { describe, expect, it } from "vitest";
import { SelfCheck, type SelfCheckOptions } from "../../src/service/self-check.ts";

/** A clock that goes when told to, and lets promises settle after each timer. */
function handClock() {
  const armed = new Map<string, number>();
  let now = 0;
  let fire: (timer: string) => void = () => undefined;
  return {
    clockFor(onTimer: (timer: string) => void) {
      fire = onTimer;
      return {
        now: () => now,
        startTimer: (timer: string, delayMs: number) => void armed.set(timer, now + delayMs),
        cancelTimer: (timer: string) => void armed.delete(timer),
      };
    },
    async runUntil(end: number) {
      for (;;) {
        const [timer, due] = [...armed].sort((left, right) => left[1] - right[1])[0] ?? ["", Infinity];
        if (due > end) break;
        now = due;
        armed.delete(timer);
        fire(timer);
        await new Promise((resolve) => void setImmediate(resolve));
      }
      now = end;
    },
    /** What was due meanwhile fires afterwards, the latest first. */
    async standStillUntil(end: number) {
      now = end;
      for (const [timer] of [...armed].toReversed()) {
        armed.delete(timer);
        fire(timer);
      }
      await new Promise((resolve) => void setImmediate(resolve));
    },
    get armed() {
      return armed.size;
    },
    now: () => now,
  };
}

function checked(healthy: SelfCheckOptions["healthy"]) {
  const clock = handClock();
  const told: string[] = [];
  const check = new SelfCheck({ healthy, everyMs: 10, limitMs: 100 }, (onTimer) => clock.clockFor(onTimer), {
    unwell: (why) => void told.push(`${clock.now()} unwell: ${String(why)}`),
    givenUp: () => void told.push(`${clock.now()} given up`),
  });
  return { check, clock, told };
}

describe("a self-check every 10 ms with a limit of 100 ms", () => {
  it("is quiet while the answer is yes, and after the term", async () => {
    const { check, clock, told } = checked(() => true);
    check.begin();
    await clock.runUntil(1000);
    check.end();
    expect([told, clock.armed]).toEqual([[], 0]);
  });

  it("tells the first no of a row, and gives up 100 ms after the last yes was asked for", async () => {
    let asked = 0;
    const { check, clock, told } = checked(() => ++asked <= 3);
    check.begin();
    await clock.runUntil(1000);
    expect(told).toEqual(["40 unwell: the self-check answered no", "130 given up"]);
    expect(clock.armed).toBe(0);
  });

  it("takes what is thrown for a no, and a later yes for an end of it", async () => {
    let asked = 0;
    const { check, clock, told } = checked(() => {
      if (++asked % 5 === 0) throw new Error("disk");
      return Promise.resolve(true);
    });
    check.begin();
    await clock.runUntil(110);
    expect(told).toEqual(["50 unwell: Error: disk", "100 unwell: Error: disk"]);
  });

  it("gives up on one that never answers, and lets a late answer be", async () => {
    let answer: (healthy: boolean) => void = () => undefined;
    const { check, clock, told } = checked(() => new Promise((resolve) => (answer = resolve)));
    check.begin();
    await clock.runUntil(100);
    expect(told).toEqual(["100 given up"]);
    answer(false);
    await clock.runUntil(200);
    expect([told, clock.armed]).toEqual([["100 given up"], 0]);
  });

  it("gives another chance where the process stood still, and asks", async () => {
    const { check, clock, told } = checked(() => true);
    check.begin();
    await clock.standStillUntil(5000);
    await clock.runUntil(5200);
    expect(told).toEqual([]);
    check.end();
  });

  it("gives each term the whole limit", async () => {
    const { check, clock, told } = checked(() => false);
    check.begin();
    await clock.runUntil(95);
    check.begin();
    await clock.runUntil(190);
    expect(told.filter((text) => text.endsWith("given up"))).toEqual([]);
    await clock.runUntil(195);
    expect(told.at(-1)).toBe("195 given up");
  });
});
