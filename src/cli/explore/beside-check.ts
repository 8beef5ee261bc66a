/** How much of what exploring has seen the schedules of a check come through, and what they miss. */
import fc from "fast-check";
import { cases } from "../../../properties/arbitraries.ts";
import { seedOfBatch } from "../../../properties/check.ts";
import { scheduledTogether } from "../../search/together.ts";
import { flow } from "../../words/cells.ts";
import { grouped } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Explored } from "./runner.ts";

/** Ways in which two coordinators stand together. */
export interface BesideCheck {
  readonly runs: number;
  readonly explored: number;
  readonly checked: number;
  /** Explored, and in none of those schedules. */
  readonly missed: readonly string[];
}

const SEED = 1;

/** Undefined: nothing was explored with two coordinators. */
export function besideCheck(all: readonly Explored[], runs: number): BesideCheck | undefined {
  const two = all.filter(({ together }) => together.size > 0);
  const [first] = two;
  if (first === undefined) return undefined;
  const explored = new Set(two.flatMap(({ together }) => [...together]));
  const { ttlSeconds, variant } = first.space;
  const given = fc.sample(cases({ coordinators: 2, ttlSeconds }), {
    numRuns: runs,
    seed: seedOfBatch(SEED, 0),
  });
  const checked = scheduledTogether(given, variant);
  const missed = [...explored].filter((one) => !checked.has(one)).toSorted();
  return { runs, explored: explored.size, checked: explored.size - missed.length, missed };
}

/** Missed ones that are named. */
const MOST_NAMED = 5;

export function renderBeside(
  { checked, explored, missed, runs }: BesideCheck,
  { proseWidth }: Terminal,
): string {
  const share = ((100 * checked) / explored).toFixed(1);
  const head = `check: of the ${grouped(explored)} ways in which two coordinators' charts stood together here, its first ${grouped(runs)} schedules came through ${grouped(checked)} (${share} %).`;
  const named = missed.slice(0, MOST_NAMED).map((one) => flow(`never: ${one}`, proseWidth, "  "));
  const rest =
    missed.length > MOST_NAMED
      ? [`  and ${grouped(missed.length - MOST_NAMED)} others; --json names them all`]
      : [];
  return [flow(head, proseWidth), ...named, ...rest, ""].join("\n");
}
