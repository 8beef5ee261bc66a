/**
 * How two coordinators stand together: where each chart is, whoever of them it is, and nothing else. An exploration has been in so many of
 * these; what share of them random schedules come through says how much of the small they see.
 */
import type { Variant } from "../../models/variant.ts";
import type { Case } from "../../properties/case.ts";
import { execute } from "../simulation/execute.ts";
import { decided } from "../simulation/scheduler.ts";
import { createSetup, type SimulationSetup } from "../simulation/setup.ts";
import { viewOf, type SimulatedNode } from "../simulation/world.ts";
import type { Exploration } from "./exploration.ts";

const APART = " | ";
const PAUSED = "paused ";

/** One coordinator's place, for people. */
function placeOf(node: SimulatedNode, setup: SimulationSetup, at: number): string {
  if (node.status === "down") return "down";
  const paths = viewOf(node, setup, at)?.paths.map((path) => path.replace(/^member\./u, "")) ?? [];
  return `${node.status === "paused" ? PAUSED : ""}${paths.join("+")}`;
}

function together(nodes: readonly SimulatedNode[], setup: SimulationSetup): string {
  return nodes
    .map((node, at) => placeOf(node, setup, at))
    .toSorted()
    .join(APART);
}

/** What whoever stands there is about, whatever its messages do; the first that fits. */
const ABOUT: readonly (readonly [pattern: RegExp, says: string])[] = [
  [/^down/u, "is down"],
  [/^paused/u, "stands still"],
  [/^(?:stopping|losing)/u, "leaves"],
  [/service\.active$|service\.active\+/u, "serves"],
  [/role\.holding/u, "prepares to serve"],
  [/role\.standby/u, "stands by"],
  [/./u, "registers"],
];

/** Each state of one chart beside what the other is about, of ways in which two stand together. */
export function besides(ways: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const way of ways) {
    const places = way.split(APART);
    for (const [at, place] of places.entries()) {
      const other = places[1 - at] as string;
      const about = ABOUT.find(([pattern]) => pattern.test(other))?.[1] as string;
      const still = place.startsWith(PAUSED) ? PAUSED : "";
      for (const state of place.slice(still.length).split("+"))
        found.add(`${still}${state} while the other ${about}`);
    }
  }
  return found;
}

/** The ways in which the coordinators stood together in an exploration. */
export function stoodTogether(exploration: Exploration): Set<string> {
  const { ground, nodes, space } = exploration.compiled;
  const places = nodes.parts.all.map(({ at, node }) => placeOf(node, ground.setup, at));
  const seen = new Set<string>();
  exploration.forEach((row) => {
    const here = Array.from(row.subarray(0, space.coordinators), (part) => places[part] ?? "");
    seen.add(here.toSorted().join(APART));
  });
  return seen;
}

/** The same of schedules of two coordinators. */
export function scheduledTogether(given: readonly Case[], variant: Variant): Set<string> {
  const seen = new Set<string>();
  for (const { decisions, scenario } of given) {
    const setup = createSetup(scenario, variant);
    execute(setup, {
      scheduler: decided(decisions),
      listeners: [{ observe() {}, happens: (_, { nodes }) => void seen.add(together(nodes, setup)) }],
    });
  }
  return seen;
}
