/** Programs that find timers, clock and chance around them, in virtual time. */
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../models/observation.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import {
  adversity,
  check,
  neverTwo,
  withTimers,
  type Adversity,
  type Program,
} from "../../src/testing/index.ts";
import { judgePrograms } from "../../src/testing/run.ts";
import { tellProgramStory } from "../../src/testing/story.ts";
import { inOneTurn } from "../../src/testing/turn.ts";

/** What one process tells of itself. */
async function said(program: Program, faults: readonly Fault[] = []): Promise<string[]> {
  const [calm] = fc.sample(adversity({ processes: 1, faults: [], horizonMs: 60_000 }), 1) as [Adversity];
  const given = { ...calm, scenario: { ...calm.scenario, faults } };
  const seen: Observation[] = [];
  await inOneTurn(() => judgePrograms(given, withTimers(program), [], (one) => void seen.push(one)));
  return tellProgramStory(given.scenario, seen, Infinity)
    .filter((line) => line.includes("worker-1") && !/begins|fault|wakes|dies$|restarted/u.test(line))
    .map((line) => line.replace("worker-1", "").replace(/ +/gu, " ").trim());
}

describe("a program that finds timers around it", () => {
  it("waits by them in virtual time", async () => {
    const lines = await said(async ({ log, sleep }) => {
      setTimeout((text: string) => log(text), 1500, "once");
      setImmediate(() => log("at once"));
      let times = 0;
      const interval = setInterval(() => {
        log(`again ${++times}`);
        if (times === 2) clearInterval(interval);
      }, 1000);
      setTimeout(() => log("not at once"), 0);
      const cleared = setTimeout(() => log("never"), 10);
      clearTimeout(cleared);
      const put_off = setTimeout(() => log("put off"), 2000);
      setTimeout(() => put_off.refresh(), 1000).unref();
      await sleep(1e9);
    });
    expect(lines).toEqual([
      "0.000 s at once",
      "0.001 s not at once",
      "1.000 s again 1",
      "1.500 s once",
      "2.000 s again 2",
      "3.000 s put off",
    ]);
  });

  it("reads its node's own clock by them, and draws the same in every run", async () => {
    const program: Program = async ({ log, now, sleep }) => {
      const began = [
        Date.now(),
        new Date().getTime(),
        performance.now(),
        Number(process.hrtime.bigint()) / 1e6,
      ];
      const before = process.hrtime();
      await sleep(2500);
      log(process.hrtime(before).join(" "));
      const ended = [
        Date.now(),
        new Date().getTime(),
        performance.now(),
        Number(process.hrtime.bigint()) / 1e6,
      ];
      log(ended.map((at, which) => at - Number(began[which])).join(" "));
      log(`${performance.now() === now()} ${new Date(0).toISOString()} ${Date().slice(0, 3)}`);
      log(`${Math.random()} ${crypto.randomUUID()}`);
      await sleep(1e9);
    };
    const lines = await said(program);
    expect(lines.slice(0, 3)).toEqual([
      "2.500 s 2 500000000",
      "2.500 s 2500 2500 2500 2500",
      "2.500 s true 1970-01-01T00:00:00.000Z Thu",
    ]);
    expect(lines[3]).toMatch(/^2\.500 s 0\.\d+ [\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/u);
    expect(await said(program)).toEqual(lines);
  });

  it("is reached by none of them while it stands still, and its next life by none of the last's", async () => {
    const program: Program = async ({ log, sleep }) => {
      setTimeout(() => log("ten seconds"), 10_000);
      await sleep(1e9);
    };
    expect(await said(program, [{ type: "pause", atMs: 5000, on: "worker-1", forMs: 20_000 }])).toEqual([
      "25.000 s ten seconds",
    ]);
    expect(
      await said(program, [{ type: "crash", atMs: 5000, on: "worker-1", restartAfterMs: 1000 }]),
    ).toEqual(["16.000 s ten seconds"]);
  });

  it.each<[string, (fail: () => void) => void]>([
    ["a timer", (fail) => void setTimeout(fail, 1000)],
    ["the next tick", (fail) => void setTimeout(() => process.nextTick(fail), 1000)],
    [
      "an event that nobody hears",
      (fail) => void setTimeout(() => new EventEmitter().emit("error", failing(fail)), 1000),
    ],
  ])("dies by an error that nobody catches in %s, and is started again", async (_, arm) => {
    let lives = 0;
    const lines = await said(async ({ log, sleep }) => {
      if (++lives > 1) {
        log("again");
        await sleep(1e9);
      }
      arm(() => {
        throw new Error("enough");
      });
      await sleep(2000);
      log("lives on");
    });
    expect(lines).toEqual([
      "1.000 s dies by an error that nobody caught: enough",
      "1.000 s ends",
      "2.000 s again",
    ]);
  });

  it("is not what a program is that did not ask: its timers are refused, and others' are not touched", async () => {
    const asking = withTimers(async ({ sleep }) => {
      setTimeout(() => undefined, 10);
      await sleep(1e9);
    });
    const plain: Program = async ({ claim, sleep }) => {
      claim("x");
      await sleep(100);
      setTimeout(() => undefined, 10);
    };
    const one = adversity({ processes: ["a", "b"], faults: [] });
    await expect(
      check(one, { a: asking, b: plain }, { properties: [neverTwo("x")], runs: 1 }),
    ).rejects.toThrow(
      "b called setTimeout(), which is not the same in every run\n  use ctx.sleep(…) instead, or run the program withTimers(…)",
    );
    await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it("may not reach time by another door", async () => {
    const { setTimeout: timer } = await import("node:timers/promises");
    const one = adversity({ processes: 1, faults: [] });
    const program = withTimers(async ({ claim }) => {
      claim("x");
      await timer(10);
    });
    await expect(check(one, program, { properties: [neverTwo("x")], runs: 1 })).rejects.toThrow(
      "worker-1 waits for the world outside (Timeout)",
    );
  });
});

function failing(fail: () => void): unknown {
  try {
    fail();
  } catch (error) {
    return error;
  }
  return undefined;
}
