/** A service on `runElection`, unchanged, in virtual time: its real `serve` under faults. */
import { describe, expect, it } from "vitest";
import { observeElection } from "../../src/service/observe-election.ts";
import { runElection } from "../../src/service/run-election.ts";
import type { Term } from "../../src/service/term.ts";
import {
  adversity,
  always,
  check,
  eventually,
  neverTwo,
  type ProcessContext,
} from "../../src/testing/index.ts";

const services = ["service-a", "service-b"];
const given = { processes: services, horizonMs: 180_000, ttlMs: 10_000 } as const;

/** Serves one thing: a counter, written under the fence or, forgetting it, beside it. */
function service(fenced: boolean) {
  return async (ctx: ProcessContext): Promise<void> => {
    const serve = async (term: Term): Promise<void> => {
      ctx.claim("serving", { token: term.token });
      term.signal.addEventListener("abort", () => ctx.release("serving"));
      while (term.isCurrent()) {
        const key = "counter";
        // Work that takes its time, between looking at the term and writing.
        await ctx.sleep(2000);
        if (fenced) await term.write([{ type: "put", key, value: String(term.token) }]);
        else await ctx.kv.put(key, String(term.token)).catch(() => undefined);
      }
    };
    const election = await runElection({
      role: "counter",
      address: `${ctx.name}:1`,
      etcd: ctx.etcd,
      ttlSeconds: 10,
      signal: ctx.signal,
      onProblem: ({ message }) => ctx.log(message),
      onNotice: (notice) => {
        if (notice.type === "phase") ctx.log(notice.phase);
      },
      serve,
    });
    ctx.log(`ended: ${await election.ended}`);
  };
}

const growing = always("tokens only grow", () => {
  let last = 0;
  return ({ change }) => {
    if (change?.key !== "counter") return true;
    const token = Number(change.value);
    if (token < last) return `the counter was written under token ${token} after ${last}`;
    last = token;
    return true;
  };
});

describe("a service on runElection", () => {
  it("is elected, taken over from, and never writes late, whatever goes wrong", async () => {
    const properties = [growing, eventually("serving", { withinMs: 40_000 })];
    const { failure, runs } = await check(adversity(given), service(true), { properties, seed: 3, runs: 60 });
    expect(failure?.story).toBeUndefined();
    expect(runs).toBe(60);
  });

  it("is found out where it writes beside the fence", async () => {
    const faults = ["pause"] as const;
    const properties = [growing];
    const { failure } = await check(adversity({ ...given, faults }), service(false), { properties, seed: 3 });
    expect(failure?.says).toMatch(/^the counter was written under token \d+ after \d+$/u);
    expect(failure?.story.join("\n")).toMatch(/service-[ab] {2}active[^]*stands still[^]*wakes up/u);
  });

  it("tells of a claim that outlasts its term by the time in which nobody is awake to end it", async () => {
    const { failure } = await check(adversity({ ...given, faults: ["pause"] }), service(true), {
      properties: [neverTwo("serving")],
      seed: 3,
    });
    expect(failure?.says).toMatch(/claims "serving" while service-[ab] still does/u);
  });

  it("is observed from outside", async () => {
    const watcher = async (ctx: ProcessContext): Promise<void> => {
      await observeElection({
        role: "counter",
        etcd: ctx.etcd,
        onLeader: (leader) => ctx.claim(`knows ${leader?.address ?? "nobody"}`),
      });
      await ctx.sleep(1e9);
    };
    const programs = { watcher, "service-a": service(true) };
    const heard = always("nobody is known", () => ({ claims }) => {
      const known = claims.find(({ process, what }) => process === "watcher" && what !== "knows nobody");
      return known === undefined ? true : known.what;
    });
    const processes = ["service-a", "watcher"];
    const calm = adversity({ ...given, processes, faults: [] });
    const { failure } = await check(calm, programs, { properties: [heard], runs: 1, seed: 1 });
    expect(failure?.says).toBe("knows service-a:1");
  });
});
