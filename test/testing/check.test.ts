/** Programs of one's own under adversity: what is found and told, that what holds is said to hold, and what cannot be simulated. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as later } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  absent,
  adversity,
  always,
  assertHolds,
  BrokenPromiseError,
  check,
  eventually,
  neverTwo,
  put,
  run,
  type Adversity,
  type AdversityOptions,
  type ProcessContext,
  type Program,
} from "../../src/testing/index.ts";
import type { Observation } from "../../models/observation.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { judgePrograms } from "../../src/testing/run.ts";
import { tellProgramStory } from "../../src/testing/story.ts";
import { inOneTurn } from "../../src/testing/turn.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { careful, counting, forgetful } from "./locks.ts";

const lock = neverTwo("lock");

function two(given: Partial<AdversityOptions> = {}) {
  return adversity({ processes: 2, horizonMs: 120_000, ...given });
}

/** Tokens in the order in which they write. */
const growing = always("tokens only grow", () => {
  let last = 0;
  return ({ change }) => {
    if (change?.key !== "last") return true;
    const token = Number(change.value);
    if (token < last) return `token ${token} writes after token ${last}`;
    last = token;
    return true;
  };
});

describe("a lock that forgets that it may stand still", () => {
  const given = { properties: [lock], seed: 1 };

  it("is found, and told by the one fault that matters", async () => {
    const { failure } = await check(two({ faults: ["pause"] }), forgetful, given);
    expect(failure?.adversity.scenario.faults).toHaveLength(1);
    expect(failure?.says).toMatch(
      /^worker-\d claims "lock" while worker-\d still does \(tokens \d+ and \d+\)\.$/u,
    );
    const story = failure?.story.join("\n") ?? "";
    expect(story).toMatch(/worker-1 {2}claims "lock" with token 2/u);
    expect(story).toMatch(/fault: stands still/u);
    expect(story).toMatch(/"lock" deleted, its lease ran out/u);
  });

  it("is found again by its seed and path, and by its own adversity", async () => {
    const { failure } = await check(two(), forgetful, given);
    const { path = "", adversity: input } = failure ?? {};
    const again = await check(two(), forgetful, { ...given, path });
    expect(again.failure?.trace).toEqual(failure?.trace);
    const alone = await check(two(), forgetful, {
      ...given,
      runs: 0,
      examples: input === undefined ? [] : [input],
    });
    expect(alone.failure?.story).toEqual(failure?.story);
  });

  it("holds as soon as each says until when, by its own clock", async () => {
    const properties = [lock, eventually("lock", { withinMs: 30_000 })];
    const { failure, runs } = await check(two(), careful, { properties, seed: 1, runs: 150 });
    expect(failure?.story).toBeUndefined();
    expect(runs).toBe(150);
  });

  it("rejects a test with the story", async () => {
    const error: unknown = await assertHolds(two(), forgetful, given).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BrokenPromiseError);
    expect((error as Error).message).toMatch(
      /^never two claim lock: broken at [\d.]+ s\n {2}worker[^]*\n\nWhat happened \(2 processes, \d faults?(?:, \d decisions?)?\)\n[^]*Again: \{ seed: 1, path: "\d+" \}$/u,
    );
  });

  it("is found by fast-check itself, and shrunk by it", async () => {
    const property = fc.asyncProperty(two(), (input) => run(input, forgetful, { properties: [lock] }));
    const { counterexample, failed, numShrinks } = await fc.check(property, { seed: 1 });
    expect(failed).toBe(true);
    expect(numShrinks).toBeGreaterThan(0);
    expect(counterexample?.[0].scenario.processes).toHaveLength(2);
  });
});

describe("a lock whose holder counts from when the answer came", () => {
  it("is found: the lease counts from etcd's receipt", async () => {
    const late: Program = async ({ claim, kv, name, now, sleep }) => {
      const { id: lease } = await kv.grant(10);
      const take = { compare: [absent("lock")], success: [put("lock", name, { lease })] };
      for (let won = await kv.txn(take); !won.succeeded; won = await kv.txn(take)) {
        await kv.keepAlive(lease);
        await sleep(1000);
      }
      while ((await kv.keepAlive(lease)) > 0) {
        claim("lock", { until: now() + 9800 });
        await sleep(3000);
      }
    };
    const { failure } = await check(two(), late, { properties: [lock], seed: 1, runs: 200, twice: false });
    expect(failure?.story.join("\n")).toMatch(/keepAlive reply late/u);
  });
});

describe("a counter that is written under a lock", () => {
  it("goes back where nobody looks at the token", async () => {
    const pause = two({ faults: ["pause", "stall"] });
    const { failure } = await check(pause, counting(false), {
      properties: [growing],
      seed: 2,
      runs: 1000,
      twice: false,
    });
    expect(failure?.says).toMatch(/^token \d+ writes after token \d+$/u);
    expect(failure?.story.join("\n")).toContain("wakes up");
  });

  it("never does under the fence", async () => {
    const pause = two({ faults: ["pause", "stall"] });
    const { failure } = await check(pause, counting(true), {
      properties: [growing],
      seed: 2,
      runs: 300,
      twice: false,
    });
    expect(failure?.story).toBeUndefined();
  });
});

describe("somebody claims", () => {
  it("is broken by a program that gives up after its first loss", async () => {
    const lazy: Program = async (ctx) => {
      try {
        await careful(ctx);
      } catch {
        // Nobody tries again.
      }
      await ctx.sleep(3_600_000);
    };
    const { failure } = await check(two({ processes: 1 }), lazy, {
      properties: [eventually("lock", { withinMs: 20_000 })],
      seed: 1,
    });
    expect(failure?.says).toMatch(
      /^nobody claims "lock" since [\d.]+ s, and nothing has gone wrong since [\d.]+ s/u,
    );
  });

  it("says nothing against a world in which everybody is gone for good", async () => {
    const crash = adversity({ processes: 1, faults: ["crash"], restartAfterMs: 1000, horizonMs: 120_000 });
    const properties = [eventually("lock", { withinMs: 20_000 })];
    expect((await check(crash, careful, { properties, seed: 1 })).failure?.story).toBeUndefined();
  });
});

describe("a life", () => {
  /** What is told of a run of one process with these faults. */
  async function said(program: Program, faults: readonly Fault[] = []): Promise<string[]> {
    const [calm] = fc.sample(adversity({ processes: 1, faults: [], horizonMs: 60_000 }), 1) as [Adversity];
    const given = { ...calm, scenario: { ...calm.scenario, faults } };
    const seen: Observation[] = [];
    const staying: Program = async (ctx) => {
      await program(ctx);
      await ctx.sleep(1e9);
    };
    await inOneTurn(() => judgePrograms(given, staying, [], (one) => void seen.push(one)));
    return tellProgramStory(given.scenario, seen, Infinity).map((line) => line.replace(/ +/gu, " ").trim());
  }

  it("is over with a crash: nothing of it runs on, and the next begins anew", async () => {
    const lines = await said(
      async (ctx) => {
        ctx.log("hello");
        await ctx.sleep(10_000);
        ctx.log("ten seconds");
      },
      [{ type: "crash", atMs: 5000, on: "worker-1", restartAfterMs: 1000 }],
    );
    expect(lines.filter((line) => line.includes("hello"))).toEqual([
      "0.000 s worker-1 hello",
      "6.000 s worker-1 hello",
    ]);
    expect(lines.filter((line) => line.includes("ten seconds"))).toEqual(["16.000 s worker-1 ten seconds"]);
  });

  it("waits for a pause to be over, and its clock has gone on", async () => {
    const lines = await said(
      async (ctx) => {
        const before = ctx.now();
        await ctx.sleep(1000);
        ctx.log(`woke after ${ctx.now() - before}`);
      },
      [{ type: "pause", atMs: 500, on: "worker-1", forMs: 20_000 }],
    );
    expect(lines).toContain("20.500 s worker-1 woke after 20500");
  });

  it("hears that it is asked to stop, and may take its time", async () => {
    const lines = await said(
      async ({ kv, log, signal, sleep }) => {
        const { id } = await kv.grant(90);
        await sleep(60_000).catch((reason: unknown) => log((reason as Error).message));
        log(`aborted ${signal.aborted}`);
        await kv.revoke(id);
        await sleep(1000, new AbortController().signal);
        await kv.put("bell", "");
      },
      [{ type: "stop", atMs: 52_000, on: "worker-1" }],
    );
    expect(lines).toContain("52.000 s worker-1 the process was asked to stop");
    expect(lines).toContain("52.000 s worker-1 aborted true");
    expect(lines.at(-2)).toMatch(/^53\.\d+ s etcd revision 2: "bell" = "", by worker-1$/u);
  });

  it("is started again when it ends by itself, and says by which error", async () => {
    const lines = await said(async (ctx) => {
      await ctx.kv.put("life", "", { lease: "12345" }).catch((error: unknown) => {
        ctx.log(String(error));
      });
      await ctx.sleep(30_000);
      throw new Error("enough");
    });
    expect(lines[1]).toMatch(
      /EtcdError: kv\.put\("life"\): .*lease not found \(NotFound, did not happen\)$/u,
    );
    expect(lines.slice(2, 6)).toEqual([
      "30.004 s worker-1 ends by an error: enough",
      "30.004 s worker-1 ends",
      "31.004 s worker-1 begins",
      expect.stringContaining("EtcdError"),
    ]);
  });

  it("watches, gapless from a revision on, beside its own requests", async () => {
    const lines = await said(async (ctx) => {
      const { revision } = await ctx.kv.put("a/1", "eins");
      const watched = ctx.kv.watch({ prefix: "a/" }, { fromRevision: revision });
      await ctx.kv.put("a/2", "zwei ü");
      await ctx.kv.delete("a/1");
      let left = 3;
      for await (const { key, type, value } of watched) {
        ctx.log(`${type} ${key} ${value}`);
        if (--left === 0) break;
      }
      ctx.log((await ctx.kv.list("a/")).map(({ key, value }) => `${key}=${value}`).join());
    });
    expect(lines.flatMap((line) => /worker-1 (put .*|delete .*|a\/.*)$/u.exec(line)?.[1] ?? [])).toEqual([
      "put a/1 eins",
      "put a/2 zwei ü",
      "delete a/1",
      "a/2=zwei ü",
    ]);
  });

  it("draws the same chance in every run, and another in each life", async () => {
    const lines = await said(
      async (ctx) => {
        ctx.log(`drew ${ctx.random()}`);
      },
      [{ type: "crash", atMs: 5000, on: "worker-1", restartAfterMs: 1000 }],
    );
    const drawn = lines.flatMap((line) => /drew (.+)$/u.exec(line)?.[1] ?? []);
    expect(drawn).toHaveLength(2);
    expect(new Set(drawn).size).toBe(2);
  });
});

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

describe("the trace of what broke", () => {
  it("is told by the command, though its code is not there, and is not run again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-testing-"));
    const options = { properties: [lock], seed: 1, out: folder };
    const { failure } = await check(two({ faults: ["pause"] }), forgetful, options);
    const file = failure?.file ?? "";
    const { code, out } = await leasehold(["replay", file, "--print"]);
    expect(out).toMatch(/txn from worker-1: if version of lock is 0 then put lock/u);
    expect(out).toMatch(/^ +says: |claims lock \(token \d+\)$/mu);
    expect(code).toBe(0);
    expect((await refusalOf(["replay", file])).message).toContain("whose code is not here");
    rmSync(folder, { recursive: true });
  });
});
