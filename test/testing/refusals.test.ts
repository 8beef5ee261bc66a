/** What cannot be simulated, and options that cannot be: named, with who did it and what to do. */
import { readFile } from "node:fs/promises";
import { setTimeout as later } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adversity,
  always,
  assertHolds,
  check,
  eventually,
  neverTwo,
  withTimers,
  type Adversity,
  type AdversityOptions,
  type ProcessContext,
  type Program,
} from "../../src/testing/index.ts";
import { judgePrograms } from "../../src/testing/run.ts";
import { inOneTurn } from "../../src/testing/turn.ts";
import { careful } from "./locks.ts";

const lock = neverTwo("lock");

function two(given: Partial<AdversityOptions> = {}) {
  return adversity({ processes: 2, horizonMs: 120_000, ...given });
}

describe("what cannot be simulated is named, with who did it and what to do", () => {
  const calm = adversity({ processes: ["greedy"], faults: [], horizonMs: 60_000 });
  const outcome = (program: Program) =>
    check(calm, program, { properties: [lock], runs: 1, seed: 1 }).catch(
      (reason: unknown) => reason as Error,
    );

  it.each<[string, (ctx: ProcessContext) => unknown, string]>([
    ["real time", () => Date.now(), "greedy called Date.now()"],
    ["today", () => new Date(), "greedy called new Date()"],
    ["the real clock", () => performance.now(), "greedy called performance.now()"],
    ["real chance", () => Math.random(), "greedy called Math.random()"],
    ["a real timer", () => new Promise((resolve) => setTimeout(resolve, 5)), "greedy called setTimeout()"],
    ["the network", () => fetch("http://127.0.0.1:1"), "greedy called fetch()"],
    ["a date", () => Date(), "greedy called Date()"],
    ["the processor's clock", () => process.hrtime.bigint(), "greedy"],
    ["a file", () => readFile("package.json"), "greedy waits for the world outside (FS"],
    ["a timer of another module", () => later(5), "greedy waits for the world outside (Timeout)"],
    ["a claim until no instant", (ctx) => ctx.claim("x", { until: Number.NaN }), "until is NaN"],
    ["a sleep of no length", (ctx) => ctx.sleep(Number.NaN), "NaN is no number of milliseconds"],
  ])("%s", async (_, act, says) => {
    const problem = await outcome(async (ctx) => {
      await ctx.sleep(10);
      try {
        await act(ctx);
      } catch {
        // A retry loop would hide it.
      }
    });
    expect(problem).toMatchObject({ name: "ProgramFault" });
    expect((problem as Error).message).toContain(says);
  });

  it.each<[string, Program, string]>([
    [
      "an endless loop",
      async ({ kv }) => {
        await kv.get("lock");
        for (;;);
      },
      'kv.get("lock")',
    ],
    [
      "a loop that takes no virtual time",
      async ({ sleep }) => {
        for (;;) await sleep(0);
      },
      "sleep(0)",
    ],
    [
      "timers that take none",
      withTimers(async ({ sleep }) => {
        const again = () => setImmediate(again);
        again();
        await sleep(1e9);
      }),
      "setImmediate()",
    ],
  ])("%s, with what it asked for last", async (_, program, last) => {
    const [given] = fc.sample(calm, 1) as [Adversity];
    await expect(inOneTurn(() => judgePrograms(given, program, [lock]), 300)).rejects.toThrow(
      `greedy did not yield within 0.3 s; the last that it asked for was ${last}\n`,
    );
  });

  it("leaves real time to everybody else, and to a date that is given", async () => {
    const asked: number[] = [];
    const seen = always("asks", () => () => {
      asked.push(Date.now());
      return true;
    });
    const dated: Program = async (ctx) => {
      ctx.claim(new Date(0).toISOString());
      await ctx.sleep(1000);
    };
    await check(calm, dated, {
      properties: [seen],
      runs: 1,
      seed: 1,
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.abs(Date.now() - (asked[0] ?? 0))).toBeLessThan(60_000);
  });

  it("a rejection that nobody awaits", async () => {
    const problem = await outcome(async ({ sleep }) => {
      void Promise.reject(new Error("nobody listens"));
      await sleep(10);
    });
    expect(problem).toMatchObject({ name: "ProgramFault" });
    expect((problem as Error).message).toContain("greedy leaks a rejection");
    expect((problem as Error).message).toContain("nobody listens");
  });

  it("state that outlives a run", async () => {
    let runs = 0;
    const problem = await outcome(async ({ kv }) => {
      await kv.put("runs", String(runs++));
    });
    expect((problem as Error).message).toMatch(
      /two runs of the same input differ: the first sees .*"runs".*, the second .*/u,
    );
  });

  it("a mistake in its code", async () => {
    const problem = await outcome(async ({ kv, sleep }) => {
      await sleep(10);
      await kv.txn({} as never);
    });
    expect((problem as Error).message).toMatch(
      /^greedy ends by a mistake in its code\n {2}TypeError: a transaction takes/u,
    );
  });

  it("a process without a program", async () => {
    const problem = await check(calm, {}, { properties: [lock], runs: 1 }).catch(
      (reason: unknown) => reason as Error,
    );
    expect((problem as Error).message).toContain("the process greedy has no program");
  });
});

describe("options that cannot be", () => {
  it.each<[string, () => unknown, string]>([
    ["no process", () => adversity({ processes: 0 }), "processes: 0 is not a number from 1 to 50"],
    ["a name twice", () => adversity({ processes: ["a", "a"] }), 'processes: two are called "a"'],
    [
      "a fault that is none",
      () => adversity({ processes: 1, faults: ["flood" as never] }),
      'faults: "flood" is none of crash, stop, pause',
    ],
    [
      "no time",
      () => adversity({ processes: 1, horizonMs: 10, quietMs: 10 }),
      "horizonMs must be longer than quietMs",
    ],
  ])("%s", (_, make, says) => {
    expect(make).toThrow(says);
  });

  it.each([0, -3, 2.5, Number.NaN])("%s runs", async (runs) => {
    await expect(check(two(), careful, { properties: [lock], runs })).rejects.toThrow(
      "no whole number from 1 on",
    );
  });

  it("an option that there is not", () => {
    expect(() => adversity({ processes: 2, fault: ["crash"] } as never)).toThrow(
      "fault: there is no such option",
    );
    expect(() => adversity({ processes: 2, restartAfterMs: 0 })).toThrow("restartAfterMs: 0");
    expect(() => adversity({ processes: ["etcd"] })).toThrow('processes: "etcd" is no name for one');
  });

  it("a promise that nothing puts to the test", async () => {
    const properties = [neverTwo("typo"), eventually("lock", { withinMs: 1e9 })];
    const options = { properties, runs: 5, seed: 1 };
    expect((await check(two(), careful, options)).untested).toEqual([
      "never two claim typo",
      "somebody claims lock",
    ]);
    await expect(assertHolds(two(), careful, options)).rejects.toThrow(
      "not put to the test in 5 runs: never two claim typo, somebody claims lock",
    );
  });

  it("nothing promised", async () => {
    await expect(check(two(), careful, { properties: [] })).rejects.toThrow("nothing is promised");
  });
});
