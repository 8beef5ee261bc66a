/**
 * How many serve a role at once, from the run's beginning to its end: nobody, one, or several, which an election is there to
 * prevent. What anybody promised is no question here: two who serve are two.
 */
import type { Scenario } from "../simulation/scenario.ts";
import type { Serving } from "./takeovers.ts";

/** A stretch in which the same ones serve. */
export interface ServingCount {
  readonly role: string;
  /** True ms. */
  readonly from: number;
  readonly to: number;
  /** The places of those who serve; empty: nobody does. */
  readonly nodes: readonly number[];
}

/** In order by role, each role without gaps from 0 to `untilMs`. A role that nobody ever claims is one that nobody serves. */
export function servingCountsOf(
  { coordinators }: Scenario,
  servings: readonly Serving[],
  untilMs: number,
): ServingCount[] {
  const roles = new Set([...coordinators.map(({ role }) => role), ...servings.map(({ role }) => role)]);
  return [...roles].flatMap((role) =>
    countsOf(
      role,
      servings.filter((one) => one.role === role),
      untilMs,
    ),
  );
}

function countsOf(role: string, servings: readonly Serving[], untilMs: number): ServingCount[] {
  const ends = servings.flatMap(({ from, to }) => [from, to]).filter((at) => at > 0 && at < untilMs);
  const instants = [...new Set([0, ...ends, untilMs])].sort((left, right) => left - right);
  const counts: ServingCount[] = [];
  const open = new Set<Serving>();
  let next = 0;
  for (const [index, to] of instants.entries()) {
    const from = instants[index - 1];
    if (from === undefined) continue;
    for (let one = servings[next]; one !== undefined && one.from <= from; one = servings[++next])
      open.add(one);
    for (const one of open) if (one.to <= from) open.delete(one);
    const nodes = [...new Set([...open].map(({ node }) => node))].sort((left, right) => left - right);
    const last = counts.at(-1);
    if (last !== undefined && String(last.nodes) === String(nodes))
      counts[counts.length - 1] = { ...last, to };
    else counts.push({ role, from, to, nodes });
  }
  return counts;
}
