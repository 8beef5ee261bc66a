/**
 * How much of the chart an exploration has been through, of all that there is: states that one can be found in, and pairs of a state and
 * an event that leads on from it. Numbers with a true denominator, unlike anything that a random check can say.
 */
import { chartWaysOf, type ChartWays } from "../../models/chart-ways.ts";
import { timingFor } from "../../models/timing.ts";
import { CoordinatorKind } from "../simulation/coordinator-process.ts";
import { processAt } from "../simulation/setup.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import type { Space } from "./space.ts";

/** What there is, or what was reached of it. Of a pair, the innermost state that has a way on for the event. */
export interface ChartParts {
  /** Paths such as `member.lease.held.resting`. */
  readonly states: ReadonlySet<string>;
  /** As {@link pairOf} writes them. */
  readonly pairs: ReadonlySet<string>;
}

/** A state of the chart, by its path (empty: the whole chart), and an event, for people: `after backOff` for a timer's. */
export function pairOf(state: string, event: string): string {
  return `${stateText(state)}: ${event}`;
}

/** The same, of a type of event as the chart writes it. */
export function pairOfType(state: string, type: string): string {
  return pairOf(state, eventFor(type));
}

export function stateText(state: string): string {
  return state === "" ? "(anywhere)" : state;
}

function eventFor(type: string): string {
  return type.startsWith("xstate.after.") ? `after ${type.split(".")[2] ?? ""}` : type;
}

/** Of every coordinator in a space. */
export const EXPLORED_SETTINGS = { activeStandby: true, afterLoss: "registerAnew" } as const;

function waysIn({ ttlSeconds, variant }: Pick<Space, "ttlSeconds" | "variant">): ChartWays {
  return chartWaysOf(variant.createChart(timingFor(ttlSeconds), EXPLORED_SETTINGS));
}

/** All that the variant's chart has. `ways`: the events that lead on from each state, in the chart's order. */
export function chartOfSpace(
  space: Pick<Space, "ttlSeconds" | "variant">,
): ChartParts & { readonly ways: ReadonlyMap<string, readonly string[]> } {
  const chart = waysIn(space);
  const ways = new Map([...chart.ways].map(([state, types]) => [state, types.map(eventFor)]));
  const pairs = [...ways].flatMap(([state, events]) => events.map((event) => pairOf(state, event)));
  return { states: new Set(chart.states), pairs: new Set(pairs), ways };
}

/** What somebody was found in, and what was taken there. */
export function chartReached({ ground, nodes, space }: CompiledSpace): ChartParts {
  const { kind } = processAt(ground.setup, 0);
  if (!(kind instanceof CoordinatorKind)) throw new RangeError("the search knows coordinators alone");
  const { ways } = waysIn(space);
  const states = new Set<string>();
  const pairs = new Set<string>();
  for (const [state, types] of nodes.stood) {
    for (const path of kind.chart.facts(state).paths) {
      states.add(path);
      for (const type of types) {
        const owner = ownerOf(ways, path, type);
        if (owner !== undefined) pairs.add(pairOfType(owner, type));
      }
    }
  }
  return { states, pairs };
}

/** The innermost state on the path that has a way on for the event. */
function ownerOf(ways: ChartWays["ways"], path: string, type: string): string | undefined {
  const parts = path.split(".");
  for (let length = parts.length; length >= 0; length--) {
    const own = parts.slice(0, length).join(".");
    if (ways.get(own)?.includes(type) === true) return own;
  }
  return undefined;
}

/** What the one has and the others have not, in its order. */
export function lacking(all: ReadonlySet<string>, reached: readonly ReadonlySet<string>[]): string[] {
  return [...all].filter((one) => !reached.some((some) => some.has(one)));
}
