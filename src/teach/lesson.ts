/**
 * What a lesson is: a text, a prediction, the runs it is about, what they show, and an exercise. Lessons are data; what
 * they say about a run is read off it by small functions, so no figure in a lesson can be wrong without its run being so.
 */
import type { FaultType } from "../simulation/fault.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { Facts } from "./facts.ts";
import type { Seen } from "./seen.ts";

/** What is run: a scenario and a variant of the protocol, by name. */
export interface Setup {
  readonly scenario: Scenario;
  readonly variant: string;
}

/** One run of a lesson. */
export interface LessonRun {
  readonly setup: Setup;
  /** What it is, above the drawing. */
  readonly caption: string;
  /** The drawing begins here; what was before is known from earlier lessons. */
  readonly fromMs?: number;
  /** ...and ends here; what comes after is another story. */
  readonly untilMs?: number;
  /** How long one waits is the point of it: a page draws every second as wide as any other. */
  readonly inTrueTime?: true;
}

/** What a lesson says of its runs; they are handed over in the order of {@link Lesson.runs}. */
export type Telling<Said> = (...seen: readonly Seen[]) => Said;

export interface Choice {
  readonly text: string | ((facts: Facts) => string);
  /** Exactly one choice of a prediction is right. */
  readonly right?: true;
  /** What meets whoever chose it, read off the runs. */
  readonly met: Telling<string>;
}

/** What came of an attempt, with the reason read off its run. */
export interface Outcome {
  readonly passed: boolean;
  readonly says: string;
  /** Where the run decides it, true ms, if not where {@link Seen.decidesAt} has it. */
  readonly decidesAt?: number;
}

interface Task {
  readonly task: (facts: Facts) => readonly string[];
  /** How an answer is written, where it is typed; said before the task. */
  readonly typed?: readonly string[];
  /** For whoever asks. */
  readonly hint: string;
  /** An answer that passes, as it is typed. */
  readonly solution: string;
  readonly judge: (seen: Seen) => Outcome;
}

/** Injure the run: at most so many faults, of these kinds. */
export interface FaultExercise extends Task {
  readonly type: "fault";
  readonly setup: Setup;
  readonly most: number;
  /** Absent: any. */
  readonly kinds?: readonly FaultType[];
}

/** Choose a variant or a setting; it must stand every one of its runs. */
export interface ChoiceExercise extends Task {
  readonly type: "choice";
  readonly options: readonly { readonly text: string; readonly setups: readonly Setup[] }[];
}

/** Find the smallest or the largest whole number for which every run passes. */
export interface NumberExercise extends Task {
  readonly type: "number";
  readonly what: string;
  readonly unit: string;
  readonly extreme: "smallest" | "largest";
  readonly least: number;
  readonly most: number;
  readonly setups: (value: number) => readonly Setup[];
}

export type Exercise = FaultExercise | ChoiceExercise | NumberExercise;

/** A number in a sentence that one may change. */
export interface Lever {
  readonly what: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** What it is at first. */
  readonly usual: number;
}

/** A run of which some numbers are one's own. */
export interface LeverRun {
  readonly levers: readonly Lever[];
  /** The sentence around them: one piece before each, and one behind the last. */
  readonly says: readonly string[];
  /** `values`: in the order of the levers. */
  readonly setup: (...values: readonly number[]) => Setup;
}

export interface Lesson {
  /** As given to `leasehold teach`. */
  readonly id: string;
  readonly title: string;
  /** What one knows afterwards, in one sentence. */
  readonly point: string;
  readonly text: (facts: Facts) => readonly string[];
  /** The first is the one that is predicted. */
  readonly runs: readonly [LessonRun, ...LessonRun[]];
  readonly question: (facts: Facts) => string;
  readonly choices: readonly Choice[];
  /** One paragraph list for each run, in their order. */
  readonly shows: readonly Telling<readonly string[]>[];
  readonly exercise: Exercise;
  /** What to remember, once the exercise is done. */
  readonly moral: string;
  /** Where there is a page to drag on: a run with numbers of one's own. Of one with a figure the first lever is the TTL, the third the margin. */
  readonly own?: LeverRun;
  /** The figure drawn after the runs, computed from many runs. */
  readonly figure?: "ttl-curve";
}
