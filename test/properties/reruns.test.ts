import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { determinism, faithfulCopies } from "../../properties/reruns.ts";
import { cloneWorld, type World } from "../../src/simulation/world.ts";
import type { SimulationSetup } from "../../src/simulation/setup.ts";

const given = fc.sample(cases(), { numRuns: 40, seed: 1 });

describe("determinism", () => {
  test("holds for generated cases", () => {
    for (const one of given) expect(determinism.rerun(one, shipped).type).toBe("holds");
  });

  test("is violated by a world that remembers the run before", () => {
    let remembered = 0;
    const disturb = (simulation: { world: World }) => {
      simulation.world.etcdClock.localAnchorMs += remembered++;
    };
    expect(given.some((one) => determinism.rerun(one, shipped, { disturb }).type === "violated")).toBe(true);
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
    expect(given.some((one) => faithfulCopies.rerun(one, shipped, { copy }).type === "violated")).toBe(true);
  });

  test("are violated by a copy that shares coordinators with its original", () => {
    const copy = (world: World, setup: SimulationSetup): World => {
      const copied = cloneWorld(world, setup);
      copied.nodes.forEach((node, at) => Object.assign(node, { state: world.nodes[at]?.state }));
      return copied;
    };
    expect(given.some((one) => faithfulCopies.rerun(one, shipped, { copy }).type === "violated")).toBe(true);
  });
});
