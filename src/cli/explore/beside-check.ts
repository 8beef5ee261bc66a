/** How much of what exploring has seen the schedules of a check come through, and what they miss. */
import fc from "fast-check";
import { cases } from "../../../properties/arbitraries.ts";
import { seedOfBatch } from "../../../properties/check.ts";
import { besides, scheduledTogether } from "../../search/together.ts";
import { flow } from "../../words/cells.ts";
import { grouped } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Explored } from "./runner.ts";

/** Of what was explored, how much so many schedules come through. */
export interface Share {
  readonly explored: number;
  readonly checked: number;
  /** Explored, and in none of those schedules. */
  readonly missed: readonly string[];
}

/** Ways in which two coordinators stand together. */
export interface BesideCheck extends Share {
  readonly runs: number;
  /** Each state of one chart beside what the other coordinator is about. */
  readonly states: Share;
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
  return { runs, ...shareOf(explored, checked), states: shareOf(besides(explored), besides(checked)) };
}

function shareOf(explored: ReadonlySet<string>, checked: ReadonlySet<string>): Share {
  const missed = [...explored].filter((one) => !checked.has(one)).toSorted();
  return { explored: explored.size, checked: explored.size - missed.length, missed };
}

/** Missed ones that are named. */
const MOST_NAMED = 5;

export function renderBeside({ runs, states, ...ways }: BesideCheck, { proseWidth }: Terminal): string {
  const what = "ways in which two coordinators' charts stood together here";
  return [
    flow(`check: of the ${shareText(ways, what)} in its first ${grouped(runs)} schedules.`, proseWidth),
    ...namesOf(ways.missed, proseWidth),
    flow(`Of the ${shareText(states, "states of one beside what the other is about")}.`, proseWidth),
    ...namesOf(states.missed, proseWidth),
    "",
  ].join("\n");
}

function shareText({ checked, explored }: Share, what: string): string {
  const share = ((100 * checked) / explored).toFixed(1);
  return `${grouped(explored)} ${what}, it came through ${grouped(checked)} (${share} %)`;
}

function namesOf(missed: readonly string[], width: number): string[] {
  const named = missed.slice(0, MOST_NAMED).map((one) => flow(`never: ${one}`, width, "  "));
  return missed.length > MOST_NAMED
    ? [...named, `  and ${grouped(missed.length - MOST_NAMED)} others; --json names them all`]
    : named;
}
