/**
 * Decisions by meaning: what a scheduler answered, written so that a later version, which asks more or fewer questions,
 * still gives each answer where it belongs.
 */
import type { SimulationSetup } from "./setup.ts";
import { briefOf, nameOfNode, readEventName, writeEventName } from "./names.ts";
import { FATES, type Decision, type Question, type Scheduler } from "./scheduler.ts";

/** An answer that was not harmless, and to what it was the answer. */
export interface MeantDecision {
  readonly question: Question["type"];
  /** The question's number in this run; later versions may ask more or fewer before it. */
  readonly index: number;
  readonly answer: number;
  readonly options?: number;
  readonly atMs?: number;
  /** How many questions of the same meaning (question, node, leg or timer, purpose) were asked before. */
  readonly ordinal?: number;
  /** Whose message or timer. */
  readonly node?: string;
  readonly leg?: string;
  readonly purpose?: string;
  /** `delay@state`, for `jitter`. */
  readonly timer?: string;
  /** What the answer means: a fate's name; for `order`, what went first. */
  readonly means?: string;
}

/** The current true instant of the run that asks; a scheduler is not told. */
export type Now = () => number;

/** Questions of one meaning share this text. */
function meaningOf(question: Question["type"], node: string, which: string, purpose: string): string {
  return `${question} ${node} ${which} ${purpose}`;
}

/** Answers as `scheduler` does, and hands on every answer that is not harmless. */
export function witnessed(
  scheduler: Scheduler,
  setup: SimulationSetup,
  now: Now,
  note: (decision: MeantDecision) => void,
): Scheduler {
  const asked = new Map<string, number>();
  return {
    choose(index, question) {
      const answer = scheduler.choose(index, question);
      const { options, type } = question;
      const name = nameOfNode(setup.scenario, question.node);
      const meaning = meaningOf(type, name, question.which, question.purpose);
      const ordinal = asked.get(meaning) ?? 0;
      asked.set(meaning, ordinal + 1);
      if (answer === 0) return 0;
      const about = aboutOf(question, name, answer, setup);
      note({ question: type, index, answer, options, atMs: now(), ordinal, ...about });
      return answer;
    },
  };
}

/** Every answer to a question by its meaning, the harmless one first. */
export function answersTo(
  question: Question,
  index: number,
  setup: SimulationSetup,
  atMs: number,
): readonly MeantDecision[] {
  const { options, type } = question;
  const name = nameOfNode(setup.scenario, question.node);
  return Array.from({ length: options }, (_, answer) => ({
    question: type,
    index,
    answer,
    options,
    atMs,
    ...aboutOf(question, name, answer, setup),
  }));
}

function aboutOf(
  { purpose, tied, type, which }: Question,
  node: string,
  answer: number,
  setup: SimulationSetup,
): Pick<MeantDecision, "node" | "leg" | "purpose" | "timer" | "means"> {
  switch (type) {
    case "fate":
      return { node, leg: which, purpose, means: FATES[answer] ?? "arrives" };
    case "jitter":
      return { node, timer: writeEventName(which) };
    case "order": {
      const first = tied?.[answer];
      return first === undefined ? {} : { means: briefOf(first, setup) };
    }
  }
}

/** The same answers by their numbers, for a run of the same version. */
export function byNumber(decisions: readonly MeantDecision[]): Decision[] {
  return decisions.map(({ answer, index }) => ({ index, answer }));
}

/** A scheduler by meaning, and what became of each decision. */
export interface Understood {
  readonly scheduler: Scheduler;
  /** Decisions to whose question the run never came. */
  readonly unmet: () => readonly MeantDecision[];
}

/**
 * Gives each decision to the question of the same meaning: the one of the same ordinal if it is asked within `windowMs`
 * of the recorded instant, else the first one from that instant on, within `windowMs`.
 */
export function byMeaning(
  decisions: readonly MeantDecision[],
  setup: SimulationSetup,
  now: Now,
  windowMs: number,
): Understood {
  const open = new Set(decisions);
  const asked = new Map<string, number>();
  const isNear = ({ atMs = 0, ordinal }: MeantDecision, nth: number) => {
    const lateMs = now() - atMs;
    return ordinal === nth ? Math.abs(lateMs) <= windowMs : lateMs >= 0 && lateMs <= windowMs;
  };
  const scheduler: Scheduler = {
    choose(index, question) {
      const { type } = question;
      const name = nameOfNode(setup.scenario, question.node);
      const meaning = meaningOf(type, name, question.which, question.purpose);
      const nth = asked.get(meaning) ?? 0;
      asked.set(meaning, nth + 1);
      for (const decision of open) {
        const answer = answerOf(decision, index, question, setup);
        if (answer === undefined) continue;
        const same =
          type === "order" || decisionMeaning(decision) === undefined
            ? decision.atMs === undefined || Math.abs(now() - decision.atMs) <= windowMs
            : decisionMeaning(decision) === meaning && isNear(decision, nth);
        if (!same) continue;
        open.delete(decision);
        return answer;
      }
      return 0;
    },
  };
  return { scheduler, unmet: () => [...open] };
}

/** Undefined: written before decisions had a meaning, so that only the number counts. */
function decisionMeaning({ leg, node, purpose, question, timer }: MeantDecision): string | undefined {
  if (question === "order" || node === undefined) return undefined;
  const which = question === "fate" ? leg : timer;
  if (which === undefined) return undefined;
  return question === "fate"
    ? meaningOf(question, node, which, purpose ?? "")
    : meaningOf(question, node, readEventName(which), "");
}

/** The answer that means the same here; undefined: this question is not the one. */
function answerOf(
  decision: MeantDecision,
  index: number,
  { options, tied, type }: Question,
  setup: SimulationSetup,
): number | undefined {
  if (decision.question !== type) return undefined;
  if (decision.means === undefined && decisionMeaning(decision) === undefined)
    return index === decision.index ? decision.answer % options : undefined;
  if (type === "order") {
    const at = (tied ?? []).findIndex((item) => briefOf(item, setup) === decision.means);
    return at > 0 ? at : undefined;
  }
  const fate = FATES.findIndex((name) => name === decision.means);
  return type === "fate" && fate > 0 ? fate : decision.answer % options;
}
