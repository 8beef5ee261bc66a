/** The life of a program: how it begins, stands still, is stopped, dies, and what it is given. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adversity, type Adversity, type Program } from "../../src/testing/index.ts";
import type { Observation } from "../../models/observation.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { judgePrograms } from "../../src/testing/run.ts";
import { tellProgramStory } from "../../src/testing/story.ts";
import { inOneTurn } from "../../src/testing/turn.ts";

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
