/**
 * What an exploration that went to its end says: closed, or a promise that is broken on a run which the ordinary simulation repeats and
 * the ordinary property judges.
 */
import type { Case } from "../../properties/case.ts";
import { judgeCase } from "../../properties/check.ts";
import type { Violation } from "../../properties/violation.ts";
import type { Exploration, FoundBreach } from "./exploration.ts";
import { GRAPH_PROMISES } from "./graph-promises.ts";
import { propertyNamed, STATE_PROMISES } from "./promises.ts";
import { boundOf, type SlowestRecovery } from "./recovery.ts";
import { retell, type Patience } from "./retell.ts";
import type { Space } from "./space.ts";
import type { WholeState } from "./whole-steps.ts";
import { Disagreement } from "./not-explorable.ts";

/** A promise that is broken, as the ordinary simulation has it. */
export interface ConfirmedBreach {
  readonly type: "violated";
  readonly case: Case;
  readonly violation: Violation;
  /** How many things happen on the way. */
  readonly things: number;
  /** Whether there is no way with fewer: the one to a broken state is the shortest, a way of waiting or asking is one of many. */
  readonly isShortest: boolean;
  /** How many of the space's faults struck, messages that met another fate among them. */
  readonly struck: number;
}

export type ExplorationOutcome =
  /** Nothing was left to go on from. `recovery`: where it was judged. */
  | { readonly type: "closed"; readonly recovery?: SlowestRecovery }
  | ConfirmedBreach
  /** The promise seems broken on a way that its property does not judge. */
  | { readonly type: "open"; readonly why: "unconfirmed"; readonly promise: string };

/** Concludes an exploration that has found a breach, or that has closed. `judged`: the promises that are, by name. */
export function conclude(
  exploration: Exploration,
  space: Space,
  judged: readonly string[],
): ExplorationOutcome {
  const { breach } = exploration;
  if (breach !== undefined) {
    const { path, patience } = wayToBreach(exploration, breach, space);
    return violated(exploration, space, breach.promise, path, patience);
  }
  let recovery: SlowestRecovery | undefined;
  for (const { judge, name } of GRAPH_PROMISES) {
    if (!judged.includes(name)) continue;
    const verdict = judge(exploration, space);
    if (verdict.type === "violated")
      return violated(exploration, space, name, verdict.path, verdict.patience);
    recovery ??= verdict.recovery;
  }
  return { type: "closed", ...(recovery === undefined ? {} : { recovery }) };
}

/** The states on a way to the breach, and for how long to wait at its end where nothing happens any more. */
export function wayToBreach(
  exploration: Exploration,
  breach: FoundBreach,
  space: Space,
): { readonly path: readonly WholeState[]; readonly patience?: Patience } {
  const path = exploration.pathToBreach(breach);
  if (breach.rests !== true) return { path };
  return { path, patience: { waitsFrom: path.length - 1, boundMs: boundOf(space), rests: true } };
}

function violated(
  exploration: Exploration,
  space: Space,
  promise: string,
  path: readonly WholeState[],
  patience?: Patience,
): ExplorationOutcome {
  const run = retell(space, path, exploration.compiled.ground, patience);
  const told = { ...run.scenario, title: `${promise} on ${space.variant.name}` };
  // The property may count from later than the search: where nothing happens any more, it is waited as long again.
  const again = patience?.rests === true ? [told.horizonMs + patience.boundMs] : [];
  for (const horizonMs of [told.horizonMs, ...again]) {
    const given: Case = { scenario: { ...told, horizonMs }, decisions: [...run.decisions] };
    const [judgement] = judgeCase(given, space.variant, [propertyNamed(promise)]);
    if (judgement?.verdict?.type !== "violated") continue;
    const { violation } = judgement.verdict;
    const isShortest = exploration.breach !== undefined;
    const struck = space.budget - (path.at(-1)?.left ?? 0);
    return { type: "violated", case: given, violation, things: path.length - 1, isShortest, struck };
  }
  // A property may excuse what happens at a run's beginning and end, or by a hair.
  if (!STATE_PROMISES.some(({ fold, name }) => name === promise && fold === undefined))
    return { type: "open", why: "unconfirmed", promise };
  throw new Disagreement(`${promise} is broken in the search, and not where the simulation repeats it`);
}
