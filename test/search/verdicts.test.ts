/**
 * What the search says of a space against what the properties say of its runs: the same runs are judged alike, whatever grid they
 * are on.
 */
import { describe, expect, it } from "vitest";
import { delayed, variantWith } from "../../models/edits.ts";
import { judgeCase } from "../../properties/check.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { outsideOf, propertyNamed, STATE_PROMISES } from "../../src/search/promises.ts";
import { GRAPH_PROMISES, searchable } from "../../src/search/graph-promises.ts";
import { wayToBreach } from "../../src/search/outcome.ts";
import { retell, type Patience } from "../../src/search/retell.ts";
import type { Space } from "../../src/search/space.ts";
import { WholeSpace, type WholeState } from "../../src/search/whole-steps.ts";
import { spaceOf } from "./spaces.ts";

/** `closed`, or what is broken of these promises. */
function verdictOf(space: Space, names: readonly string[]): string {
  const judged = names.filter((name) => outsideOf(name, space).length === 0);
  const exploration = new Exploration(
    space,
    STATE_PROMISES.filter(({ name }) => judged.includes(name)),
  );
  while (exploration.advance(1000));
  const confirmed = (name: string, path: readonly WholeState[], patience?: Patience) => {
    const { decisions, scenario } = retell(space, path, exploration.compiled.ground, patience);
    const [judgement] = judgeCase({ scenario, decisions: [...decisions] }, space.variant, [
      propertyNamed(name),
    ]);
    expect(judgement?.verdict?.type, name).toBe("violated");
    return name;
  };
  const { breach } = exploration;
  if (breach !== undefined) {
    const { path, patience } = wayToBreach(exploration, breach, space);
    return confirmed(breach.promise, path, patience);
  }
  for (const { judge, name } of GRAPH_PROMISES) {
    if (!judged.includes(name)) continue;
    const verdict = judge(exploration, space);
    if (verdict.type === "violated") return confirmed(name, verdict.path, verdict.patience);
  }
  return "closed";
}

/** Asks for the next renewal at once, for ever. */
const RESTLESS = variantWith("restless", "renews without a pause", {
  chart: delayed(() => ({ renewDue: 0 })),
});

describe("a space has the same verdict on two grids, and the properties confirm it", () => {
  it.each([
    ["closed", spaceOf({})],
    ["closed", spaceOf({ faults: ["crash"] })],
    ["closed", spaceOf({ faults: ["compaction"] })],
    ["single-active", spaceOf({ faults: ["pause"], variant: "claim-never-ends" })],
    ["one-key-holder", spaceOf({ variant: "campaigns-unguarded" })],
    ["bounded-takeover", spaceOf({ faults: ["crash"], variant: "deaf-to-deletion" })],
    ["bounded-takeover", spaceOf({ faults: ["stop"], variant: "keeps-lease-on-stop" })],
    ["bounded-takeover", spaceOf({ coordinators: 1, faults: ["delete-key"], variant: "never-joins-again" })],
    ["no-causeless-takeover", spaceOf({ variant: "renews-once" })],
    ["no-causeless-takeover", spaceOf({ faults: ["loss"], variant: "renewal-dies" })],
    ["no-causeless-takeover", spaceOf({ faults: ["loss"], variant: "blind-to-own-session" })],
    ["recovery", spaceOf({ faults: ["crash"], variant: "blind-to-own-key" })],
    ["recovery", spaceOf({ faults: ["crash"], variant: "deaf-to-deletion" })],
    ["unique-ids", spaceOf({ variant: "shares-ids" })],
    ["unique-ids", spaceOf({ faults: ["loss"], variant: "unknown-id-is-mine" })],
    ["metadata-complete", spaceOf({ faults: ["crash"], variant: "serves-without-reload", writes: true })],
    ["metadata-complete", spaceOf({ faults: ["crash"], variant: "keeps-old-metadata", writes: true })],
  ])("%s", (verdict, space) => {
    const names = verdict === "closed" ? searchable : [verdict];
    expect(verdictOf(space, names)).toBe(verdict);
    expect(verdictOf({ ...space, gridMs: 1000 }, names)).toBe(verdict);
  });
});

describe("whoever asks without a pause goes in a circle that is told until it has asked too often", () => {
  it("on a grid of 20 ms", () => {
    const space = { ...spaceOf({ coordinators: 1, gridMs: 20 }), variant: RESTLESS };
    expect(verdictOf(space, ["bounded-requests"])).toBe("bounded-requests");
  });
});

/** One fault in so many steps. */
const SELDOM = 20;

/** A way through the space, thrown. */
function somePath(whole: WholeSpace, seed: number, steps: number): WholeState[] {
  let thrown = seed;
  const roll = (below: number) => {
    thrown = (Math.imul(thrown, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((thrown / 2 ** 32) * below);
  };
  const path = [whole.initial()];
  for (let step = 0; step < steps; step++) {
    const from = path.at(-1) as WholeState;
    const calm = roll(SELDOM) > 0 ? [...whole.steps({ ...from, left: 0 })] : [];
    const next = calm.length > 0 ? calm : [...whole.steps(from)];
    const chosen = next[roll(next.length)];
    if (chosen === undefined) break;
    path.push(calm.length > 0 ? { ...chosen.to, left: from.left } : chosen.to);
  }
  return path;
}

const breachesOf = new Map<string, number>();

describe("states and steps are judged as the property judges the run that leads through them", () => {
  it.each([
    ["one-key-holder", spaceOf({ variant: "campaigns-unguarded" })],
    ["single-active", spaceOf({ variant: "deletes-rival", faults: ["crash"] })],
    ["metadata-complete", spaceOf({ variant: "serves-without-reload", faults: ["crash"], writes: true })],
    ["single-active", spaceOf({ faults: ["pause"], variant: "claim-never-ends" })],
    ["fencing", spaceOf({ faults: ["delay", "pause"], budget: 2, variant: "no-fencing", writes: true })],
    ["bounded-takeover", spaceOf({ faults: ["crash", "loss"], budget: 2, variant: "deaf-to-deletion" })],
    [
      "bounded-takeover",
      spaceOf({ faults: ["stop", "mute-watch"], budget: 2, variant: "keeps-lease-on-stop" }),
    ],
    ["bounded-takeover", spaceOf({ faults: ["pause", "leader"], budget: 2, variant: "role-without-lease" })],
    ["bounded-takeover", spaceOf({ faults: ["restart", "partition"], budget: 2 })],
    ["no-causeless-takeover", spaceOf({ faults: ["loss", "leader"], budget: 2, variant: "renewal-dies" })],
    ["no-causeless-takeover", spaceOf({ faults: ["pause", "partition"], budget: 2, variant: "renews-once" })],
    ["no-causeless-takeover", spaceOf({ faults: ["restart", "stall"], budget: 2, variant: "deletes-rival" })],
    ["no-causeless-takeover", spaceOf({ faults: ["partition", "pause"], budget: 2 })],
    ["no-causeless-takeover", spaceOf({ faults: ["refuse"], budget: 2, variant: "refused-is-gone" })],
    ["bounded-takeover", spaceOf({ faults: ["refuse", "crash"], budget: 2, variant: "waits-when-refused" })],
    ["unique-ids", spaceOf({ faults: ["restart", "loss"], budget: 2, variant: "shares-ids" })],
    ["unique-ids", spaceOf({ faults: ["loss"], budget: 2, variant: "unknown-id-is-mine" })],
  ])("%s", (name, space) => {
    const promise = STATE_PROMISES.find((one) => one.name === name);
    const { compiled } = new Exploration(space, promise === undefined ? [] : [promise]);
    const whole = new WholeSpace(space, compiled.ground);
    let breaches = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const path = somePath(whole, seed * 7919, 160);
      const rows = path.map((state) => Int32Array.from(compiled.rowOf(state)));
      const broken = rows.some((row, at) => {
        let breaks = false;
        const before = rows[at - 1];
        if (before === undefined) return promise?.broken(compiled, row, -1);
        compiled.steps(before, (next, { activated }) => {
          if (next.join() === row.join()) breaks ||= promise?.broken(compiled, row, activated) === true;
        });
        return breaks;
      });
      const { decisions, scenario } = retell(space, path, compiled.ground);
      const [judgement] = judgeCase({ scenario, decisions: [...decisions] }, space.variant, [
        propertyNamed(name),
      ]);
      expect(judgement?.verdict?.type === "violated", `seed ${seed}`).toBe(broken);
      if (broken === true) breaches += 1;
    }
    breachesOf.set(name, (breachesOf.get(name) ?? 0) + breaches);
  });
});

describe("among the ways that were thrown", () => {
  // What takes a fault at the right moment is seldom hit by chance.
  it.each(["one-key-holder", "bounded-takeover", "no-causeless-takeover", "unique-ids"])(
    "some break %s",
    (name) => {
      expect(breachesOf.get(name)).toBeGreaterThan(0);
    },
  );
});
