/**
 * Runs what a header describes, and forks it: the one place where the page meets the simulation. What it hands out is what the
 * engine did, recorded as a trace.
 */
import { variantNamed } from "../../../models/variants.ts";
import type { Variant } from "../../../models/variant.ts";
import { byNumber, type MeantDecision } from "../../simulation/meant-decisions.ts";
import { decided } from "../../simulation/scheduler.ts";
import type { Fault } from "../../simulation/fault.ts";
import { chosenHeader, forkHeader, forkPoint, type ForkPoint } from "../../run/fork.ts";
import { questionsAfter, type OpenQuestion } from "../../run/questions.ts";
import { recordRun } from "../../run/record.ts";
import { Retraced } from "../../run/retraced.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";

/** Records the run that `header` describes. `take`: told of each line as it is made. */
export function recorded(
  header: TraceHeader,
  take: (line: TraceLine) => void = () => undefined,
): TraceLine[] {
  const lines: TraceLine[] = [];
  recordRun(header, {
    variant: knownVariant(header),
    scheduler: decided(byNumber(header.decisions)),
    sink(_, line) {
      lines.push(line);
      take(line);
    },
  });
  return lines;
}

/** The run that `header` describes with one more fault, from `at` on after event `n`; a text: why there is none. */
export function forkedAt(
  header: TraceHeader,
  n: number,
  at: number,
  fault: Fault,
): { readonly header: TraceHeader; readonly point: ForkPoint } | string {
  const history = historyOf(header);
  const point = forkPoint(history, n, at, fault);
  return typeof point === "string" ? point : { header: forkHeader(history, point, fault), point };
}

/** The same where it is known when the fault strikes. */
export function forkedFrom(header: TraceHeader, fault: Fault): TraceHeader {
  const history = historyOf(header);
  const { atMs } = fault;
  return forkHeader(history, { n: history.eventAt(atMs), atMs }, fault);
}

/** The run that `header` describes where one question is answered otherwise. */
export function chosenIn(header: TraceHeader, choice: MeantDecision): TraceHeader {
  return chosenHeader(historyOf(header), choice);
}

/** More than these nobody chooses among. */
const MOST_QUESTIONS = 8;

/** What the world leaves open after event `n`. */
export function openAfter(header: TraceHeader, n: number): OpenQuestion[] {
  return questionsAfter(historyOf(header), n, MOST_QUESTIONS);
}

const MOST_HISTORIES = 6;
/** By their headers, the least recently used first. */
const histories = new Map<string, Retraced>();

function historyOf(header: TraceHeader): Retraced {
  const key = JSON.stringify(header);
  const known = histories.get(key) ?? new Retraced(header, knownVariant(header), recorded(header));
  histories.delete(key);
  histories.set(key, known);
  for (const oldest of histories.keys()) {
    if (histories.size <= MOST_HISTORIES) break;
    histories.delete(oldest);
  }
  return known;
}

/** Throws a RangeError where this version knows none of that name. */
export function knownVariant({ variant: name }: TraceHeader): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new RangeError(`there is no variant ${name}`);
  return variant;
}
