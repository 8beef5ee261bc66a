/** The steps on the way to the protocol: each lacks the one idea that its summary names, and has all the others. */
import { describe, expect, it } from "vitest";
import { naive } from "../../models/naive.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { observeRun, type ObservedRun } from "../../src/reading/observed-run.ts";

function run(variant: Variant, change: Partial<Parameters<typeof scenario>[0]> = {}): ObservedRun {
  return observeRun(
    scenario({ coordinators: coordinators("rootcoord", 2), horizonMs: 180_000, ...change }),
    variant,
  );
}

function named(name: string): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new Error(name);
  return variant;
}

function campaigns({ observations }: ObservedRun): number {
  return observations.filter((one) => one.type === "request" && one.purpose === "campaign").length;
}

function watchesOfTheRole({ observations }: ObservedRun): number {
  return observations.filter((one) => one.type === "milestone" && one.milestone === "watching").length;
}

/** Leases of the active key whenever it was put. */
function leases({ observations }: ObservedRun): string[] {
  return observations.flatMap((one) =>
    one.type === "change" && one.event.type === "PUT" && one.event.kv.key.endsWith("/rootcoord")
      ? [one.event.kv.lease]
      : [],
  );
}

describe("a protocol without", () => {
  it("anything is found by its name, and has a name of its own", () => {
    expect(naive.map(({ name }) => variantNamed(name))).toEqual(naive);
    expect(new Set(naive.map(({ name }) => name)).size).toBe(naive.length);
  });

  it("an election asks nobody: no campaign, no active key", () => {
    const observed = run(named("no-election"));
    expect([campaigns(observed), leases(observed)]).toEqual([0, []]);
    expect(campaigns(run(shipped))).toBeGreaterThan(0);
  });

  it("a lease on the active key keeps its lease on the session key", () => {
    const observed = run(named("key-without-lease"));
    expect(leases(observed)).toEqual(["0"]);
    expect(leases(run(shipped))).not.toContain("0");
    const session = observed.observations.flatMap((one) =>
      one.type === "change" && one.event.kv.key.endsWith("/rootcoord-1") ? [one.event.kv.lease] : [],
    );
    expect(session).not.toContain("0");
  });

  it.each([
    ["polling", 1000],
    ["polling-seldom", 10_000],
  ])("a watch of the role asks every so often: %s", (name, everyMs) => {
    const observed = run(named(name));
    expect(watchesOfTheRole(observed)).toBe(0);
    const asked = observed.observations.flatMap((one) =>
      one.type === "request" && one.purpose === "campaign" && one.node === 1 ? [one.at] : [],
    );
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    // Each question takes a trip there and back.
    expect(new Set(pauses.map(Math.round))).toEqual(new Set([everyMs + 4]));
    expect(watchesOfTheRole(run(shipped))).toBe(1);
  });
});
