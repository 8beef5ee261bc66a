/**
 * What is simulated for the page, as jobs: each a pure function of what is given, with a way to say how far it is. The worker does
 * them; where a browser has none, the page does.
 */
import { curve, type Curve } from "../../teach/curve.ts";
import { decidingInstant, grade, meet, told, type LessonAnswer } from "../../teach/engine.ts";
import { lessonNamed } from "../../teach/lessons/index.ts";
import type { Lesson, Setup } from "../../teach/lesson.ts";
import type { Fault } from "../../simulation/fault.ts";
import type { ForkPoint } from "../../run/fork.ts";
import type { OpenQuestion } from "../../run/questions.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import { whatBreaks, type Breakage } from "./break.ts";
import { openDroppedTrace, type Opened } from "./open-trace.ts";
import { chosenIn, forkedAt, forkedFrom, openAfter, recorded } from "./recorder.ts";
import type { Deviation } from "./tree.ts";

/** By its name: what a job is given, and what comes of it. */
export interface Jobs {
  /** Records a run; its lines are handed over as they are made. */
  record: { readonly given: TraceHeader; readonly made: undefined };
  /** Opens the text of a file; its lines are handed over as they are read. */
  open: { readonly given: string; readonly made: Opened };
  /** Where a fault would strike, and the run that comes of it; a text: why it cannot. */
  fork: {
    readonly given: {
      readonly header: TraceHeader;
      readonly n: number;
      readonly at: number;
      readonly fault: Fault;
    };
    readonly made: { readonly header: TraceHeader; readonly point: ForkPoint } | string;
  };
  /** The run of a fork whose instant is known. */
  header: {
    readonly given: { readonly header: TraceHeader; readonly turn: Deviation };
    readonly made: TraceHeader;
  };
  /** What the world leaves open after event `n`. */
  questions: {
    readonly given: { readonly header: TraceHeader; readonly n: number };
    readonly made: readonly OpenQuestion[];
  };
  meet: {
    readonly given: { readonly lesson: string; readonly choice: number };
    readonly made: { readonly right: boolean; readonly says: string };
  };
  told: {
    readonly given: { readonly lesson: string; readonly run: number };
    readonly made: readonly string[];
  };
  grade: {
    readonly given: { readonly lesson: string; readonly answer: LessonAnswer };
    readonly made: Graded | string;
  };
  /** What could break a promise from an instant on. */
  breaks: { readonly given: { readonly header: TraceHeader; readonly at: number }; readonly made: Breakage };
  /** `tolerance`: the margin, as a part of the TTL. */
  curve: {
    readonly given: { readonly ttls: readonly number[]; readonly tolerance: number };
    readonly made: Curve;
  };
}

export type JobName = keyof Jobs;

/** What is said of an answer, and the run that shows why. */
export interface Graded {
  readonly passed: boolean;
  readonly says: string;
  /** Where the run decides it, true ms. */
  readonly decidesAt?: number;
  readonly shown: Setup;
}

export type Job = {
  [Name in JobName]: { readonly name: Name; readonly given: Jobs[Name]["given"] };
}[JobName];

/** `part`: how much is done, 0 to 1; `lines`: those that were recorded since. */
export type JobReport = (part: number, lines?: readonly TraceLine[]) => void;

/** As many lines are handed over at once: few enough that taking them holds nobody up. */
const LINES_AT_ONCE = 1000;

export function doJob(job: Job, report: JobReport): Jobs[JobName]["made"] {
  switch (job.name) {
    case "record":
      return record(job.given, report);
    case "open":
      return handedOver(report, (take) => openDroppedTrace(job.given, take));
    case "fork": {
      const { at, fault, header, n } = job.given;
      return forkedAt(header, n, at, fault);
    }
    case "header":
      return turned(job.given.header, job.given.turn);
    case "questions":
      return openAfter(job.given.header, job.given.n);
    case "meet":
      return meet(known(job.given.lesson), job.given.choice);
    case "told":
      return told(known(job.given.lesson), job.given.run);
    case "grade":
      return gradeOf(known(job.given.lesson), job.given.answer);
    case "breaks":
      return whatBreaks(job.given.header, job.given.at, report);
    case "curve":
      return curve(job.given.ttls, job.given.tolerance);
  }
}

function turned(header: TraceHeader, { choice, fault }: Deviation): TraceHeader {
  return fault === undefined ? chosenIn(header, choice) : forkedFrom(header, fault);
}

function record(header: TraceHeader, report: JobReport): undefined {
  const { horizonMs } = header.scenario;
  handedOver(report, (take) =>
    recorded(header, (line) => take(line, "at" in line ? line.at / horizonMs : 0)),
  );
}

/** `make` hands its lines over one by one; they are passed on by the thousand. */
function handedOver<Made>(
  report: JobReport,
  make: (take: (line: TraceLine, part: number) => void) => Made,
): Made {
  let lines: TraceLine[] = [];
  const made = make((line, part) => {
    lines.push(line);
    if (lines.length < LINES_AT_ONCE) return;
    report(part, lines);
    lines = [];
  });
  report(1, lines);
  return made;
}

function gradeOf({ exercise }: Lesson, answer: LessonAnswer): Graded | string {
  try {
    const graded = grade(exercise, answer);
    const decidesAt = decidingInstant(graded);
    const { passed, says, shown } = graded;
    const { scenario, variant } = shown.observed;
    return {
      passed,
      says,
      ...(decidesAt === undefined ? {} : { decidesAt }),
      shown: { scenario, variant: variant.name },
    };
  } catch (error) {
    // An answer that keeps to no limits.
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function known(id: string): Lesson {
  const lesson = lessonNamed(id);
  if (lesson === undefined) throw new RangeError(`no lesson ${id}`);
  return lesson;
}
