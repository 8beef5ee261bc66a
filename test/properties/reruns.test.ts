import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import type { Observation } from "../../models/observation.ts";
import { cases } from "../../properties/arbitraries.ts";
import type { Case } from "../../properties/case.ts";
import { noLeftovers } from "../../properties/leftovers.ts";
import { determinism, faithfulCopies, reruns } from "../../properties/reruns.ts";
import { isKnownKind, tellDetails, tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import { seconds } from "../../src/words/seconds.ts";
import type { CoordinatorState } from "../../src/simulation/coordinator-process.ts";
import { cloneWorld, type World } from "../../src/simulation/world.ts";
import type { SimulationSetup } from "../../src/simulation/setup.ts";

const given = fc.sample(cases(), { numRuns: 40, seed: 1 });

const sideOf = (side: Observation | undefined) => JSON.stringify(side) ?? "nothing more";

/** The ways in which copies part from their originals. */
function kindsFound(copy: typeof cloneWorld): Set<string> {
  const verdicts = given.map((one) => faithfulCopies.rerun(one, shipped, { copy }));
  return new Set(verdicts.flatMap((one) => (one.type === "violated" ? [one.violation.kind] : [])));
}

test("every kind of a rerun is known to whoever tells it", () => {
  const kinds = reruns.flatMap(({ kinds: own, name }) =>
    Object.keys(own).map((kind) => ({ property: name, kind })),
  );
  expect(kinds.map(({ kind }) => kind)).toEqual([
    "runs-part",
    "copy-parts",
    "reading-parts",
    "copy-shares",
    "watches",
    "timer",
    "request",
    "waits-for-nothing",
    "lease-abandoned",
    "watch-of-the-dead",
    "out-of-turn",
    "put-off",
    "too-soon",
    "too-eager",
    "watch-again",
    "too-long",
    "carried-over",
    "too-few-tries",
    "too-many-tries",
    "loaded-otherwise",
  ]);
  expect(kinds.filter((one) => !isKnownKind(one))).toEqual([]);
});

describe("determinism", () => {
  test("holds for generated cases", () => {
    for (const one of given) expect(determinism.rerun(one, shipped).type).toBe("holds");
  });

  test("is violated by a world that remembers the run before", () => {
    let remembered = 0;
    const disturb = (world: World) => {
      world.etcdClock.localAnchorMs += remembered++;
    };
    const verdict = given
      .map((one) => determinism.rerun(one, shipped, { disturb }))
      .find(({ type }) => type === "violated");
    if (verdict?.type !== "violated") throw new Error("not violated");
    const { violation } = verdict;
    expect(violation).toMatchObject({ property: "determinism", kind: "runs-part", nodes: [] });
    const { again, observation, once } = violation.facts;
    expect(once).not.toEqual(again);
    const told = named(violation, (given[0] as Case).scenario);
    expect(tellViolation(told)).toBe(
      `two runs of one input part: observation ${observation} differs, at ${seconds(violation.at)}.`,
    );
    expect(tellDetails(told)).toEqual([`  once:  ${sideOf(once)}`, `  again: ${sideOf(again)}`]);
  });
});

describe("faithful copies", () => {
  test("hold for generated cases, copied or written down", () => {
    for (const one of given) expect(faithfulCopies.rerun(one, shipped).type).toBe("holds");
  });

  test("are violated by a copy that forgets messages under way", () => {
    const copy = (world: World, setup: SimulationSetup): World => {
      const copied = cloneWorld(world, setup);
      copied.timeline.items.forEach((item, at) => {
        if (item.type === "reply") copied.timeline.items[at] = { type: "etcd" };
      });
      return copied;
    };
    expect(kindsFound(copy)).toEqual(new Set(["copy-parts"]));
    expect(
      tellViolation({
        property: "faithful-copies",
        kind: "copy-parts",
        at: 61_000,
        nodes: [],
        facts: { observation: 7 },
      }),
    ).toBe("a copied world parts from its original: observation 7 differs, at 61.000 s.");
  });

  test("are violated by a copy that shares coordinators with its original", () => {
    const copy = (world: World, setup: SimulationSetup): World => {
      const copied = cloneWorld(world, setup);
      copied.nodes.forEach((node, at) => Object.assign(node, { state: world.nodes[at]?.state }));
      return copied;
    };
    expect(kindsFound(copy)).toContain("copy-parts");
  });

  test("are violated by a copy that shares what no observation shows", () => {
    const copy = (world: World, setup: SimulationSetup): World => {
      const copied = cloneWorld(world, setup);
      copied.nodes.forEach(({ state }, at) => {
        const [own, other] = [world.nodes[at]?.state, state].map(
          (one) => one as CoordinatorState | undefined,
        );
        if (other !== undefined) Object.assign(other.coordinator, { sentAt: own?.coordinator.sentAt });
      });
      return copied;
    };
    expect(kindsFound(copy)).toContain("copy-shares");
  });
});

describe("no leftovers", () => {
  const found = (variant: Variant) =>
    given
      .map((one) => noLeftovers.rerun(one, variant))
      .flatMap((one) => (one.type === "violated" ? [one.violation] : []));

  test("hold for generated cases", () => {
    expect(found(shipped)).toEqual([]);
  });

  test("are violated by a watch that nobody closes, and told with the state that needs none", () => {
    const forgetful = variantNamed("forgets-to-unwatch");
    if (forgetful === undefined) throw new Error("no such mutant");
    const [violation] = found(forgetful);
    if (violation?.kind !== "watches") throw new Error(`found ${String(violation?.kind)}`);
    const { needed, open, state } = violation.facts;
    expect(open).toBeGreaterThan(needed);
    const told = named(violation, (given[0] as Case).scenario);
    expect(tellViolation(told)).toContain(`has ${open} watches open`);
    expect(tellDetails(told)).toEqual(state.map((path) => `  ${path}`));
  });

  test.each([
    ["timer", { timer: "backOff@election.losing.pausing", state: [] }, "is not in that state"],
    ["request", { purpose: "renew", overMs: 500 }, "whose time was over 0.500 s ago"],
    ["waits-for-nothing", { missing: "timer", state: [] }, "for a timer that is not running"],
    ["waits-for-nothing", { missing: "renew", state: [] }, "the answer to a renew that is not under way"],
    ["lease-abandoned", {}, "while etcd may be granting it one"],
    ["watch-of-the-dead", { key: "k", owner: "a" }, "etcd holds a watch on k"],
  ] as const)("are told of a %s", (kind, facts, says) => {
    expect(tellViolation({ property: "no-leftovers", kind, at: 1000, nodes: ["a"], facts })).toContain(says);
  });
});
