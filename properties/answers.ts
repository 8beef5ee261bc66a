/**
 * Whether answers of the scheduler matter that are no fates of messages: another order of simultaneous things, a longer pause. One that is
 * not 0 and changes nothing of what is seen tests nothing, and a world that ignores them would keep every promise.
 */
import type { Observation } from "../models/observation.ts";
import type { Variant } from "../models/variant.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { execute } from "../src/simulation/execute.ts";
import { decided, type Question, type Scheduler } from "../src/simulation/scheduler.ts";
import type { Case } from "./case.ts";
import { noneStruck, STRIKES, type ANSWERS, type StrikeCounts } from "./strike-counts.ts";

/** One case in so many is looked at: each of its answers takes another run. */
export const LOOKED_AT = 2;

/** Notes what was asked where an answer is not 0. */
export class NotedAnswers {
  readonly #asked = new Map<number, Question["type"]>();

  /** Answers as the other does. */
  of(answering: Scheduler): Scheduler {
    return {
      choose: (index, question) => {
        const answer = answering.choose(index, question);
        if (answer !== 0) this.#asked.set(index, question.type);
        return answer;
      },
    };
  }

  /** Those that are looked at here, by the numbers of their questions. */
  get others(): ReadonlyMap<number, (typeof ANSWERS)[number]> {
    const found = new Map<number, (typeof ANSWERS)[number]>();
    for (const [index, type] of this.#asked) if (type !== "fate") found.set(index, type);
    return found;
  }
}

/**
 * How many such answers the case has, and how many of them change what is seen: each takes another run, as far as it is the same.
 * `seen`: in the case's own run, to its end.
 */
export function answersThatMatter(
  { decisions, scenario }: Case,
  variant: Variant,
  given: NotedAnswers,
  seen: readonly Observation[],
): StrikeCounts | undefined {
  const { others } = given;
  if (others.size === 0) return undefined;
  const counts = noneStruck();
  const matters = (index: number): boolean => {
    let same = 0;
    const { ended } = execute(createSetup(scenario, variant), {
      scheduler: decided(decisions.filter((one) => one.index !== index)),
      listeners: [{ observe: (one) => void (same >= 0 && (same = isSame(one, seen[same]) ? same + 1 : -1)) }],
      enough: () => same < 0,
    });
    return ended === "enough" || same !== seen.length;
  };
  for (const [index, type] of others) {
    const place = STRIKES.indexOf(type);
    counts.begun[place] = (counts.begun[place] ?? 0) + 1;
    if (matters(index)) counts.effective[place] = (counts.effective[place] ?? 0) + 1;
  }
  return counts;
}

/** Of plain data. */
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const [ours, theirs] = [left as Record<string, unknown>, right as Record<string, unknown>];
  const names = Object.keys(ours);
  return (
    names.length === Object.keys(theirs).length && names.every((name) => isSame(ours[name], theirs[name]))
  );
}
