/** Programs of one's own under adversity: what is found and told, and that what holds is said to hold. */
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
  type AdversityOptions,
  type Program,
} from "../../src/testing/index.ts";
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
