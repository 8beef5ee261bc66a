/**
 * Why a run differs from its trace, guessed from the first two lines that differ: what a reader should look at first.
 */
import type { MeantDecision } from "../simulation/meant-decisions.ts";
import { eventKey } from "../trace/event-key.ts";
import type { TraceEvent, TraceLine } from "../trace/format.ts";
import type { Divergence } from "./replay.ts";
import { quote } from "../words/shown.ts";

export type Reason =
  | "a timing value changed"
  | "the chart steps otherwise"
  | "a request is worded otherwise"
  | "etcd or the network answers otherwise"
  | "other things happen, or in another order"
  | "a decision found no question"
  | "a property judges otherwise"
  | "the scenario reads otherwise";

export interface Because {
  readonly reason: Reason;
  /** What was recorded and what is there now, in one sentence. */
  readonly detail: string;
}

/** The likely cause of `divergence`; `unmet`: decisions whose question the run never came to. */
export function because(divergence: Divergence, unmet: readonly MeantDecision[]): Because {
  const { n, recordedLine, replayedLine } = divergence;
  const lost = unmet.find(({ atMs }) => atMs !== undefined && atMs <= (atOf(recordedLine) ?? 0));
  if (lost !== undefined) return { reason: "a decision found no question", detail: describe(lost) };
  if (recordedLine?.type !== "event" || replayedLine?.type !== "event") {
    const length = recordedLine?.type === replayedLine?.type;
    return length
      ? { reason: "a property judges otherwise", detail: sides(divergence) }
      : {
          reason: "other things happen, or in another order",
          detail: `${recordedLine?.type === "end" ? "the recorded run ends" : "the run now ends"} at event ${n}`,
        };
  }
  return ofEvents(divergence, recordedLine, replayedLine);
}

function ofEvents(divergence: Divergence, recorded: TraceEvent, replayed: TraceEvent): Because {
  const { path } = divergence;
  const sameCause =
    recorded.node === replayed.node &&
    JSON.stringify(eventKey(recorded)) === JSON.stringify(eventKey(replayed));
  if (!sameCause) {
    const late =
      recorded.cause.type === "timer" && replayed.cause.type === "timer" ? timing(recorded, replayed) : "";
    if (late !== "") return { reason: "a timing value changed", detail: late };
    return {
      reason: "other things happen, or in another order",
      detail: `recorded: ${glance(recorded)}; now: ${glance(replayed)}`,
    };
  }
  if (path === "at" || path.endsWith(".delayMs") || path.endsWith(".elapsedMs")) {
    return { reason: "a timing value changed", detail: `${timerAt(recorded, path)}${sides(divergence)}` };
  }
  if (path.startsWith("steps"))
    return { reason: "the chart steps otherwise", detail: stepAt(divergence, recorded) };
  if (path.startsWith("cause.request")) {
    return { reason: "a request is worded otherwise", detail: `${glance(recorded)}: ${sides(divergence)}` };
  }
  return {
    reason: "etcd or the network answers otherwise",
    detail: `${glance(recorded)}: ${sides(divergence)}`,
  };
}

function timing(recorded: TraceEvent, replayed: TraceEvent): string {
  return recorded.at === replayed.at
    ? ""
    : `recorded: ${glance(recorded)} at ${recorded.at} ms; now: ${glance(replayed)} at ${replayed.at} ms`;
}

function glance(event: TraceEvent): string {
  return eventKey(event).slice(1).concat(event.node).join(" ");
}

function timerAt(event: TraceEvent, path: string): string {
  const [, step, , effect] = path.split(".");
  const found = event.steps?.[Number(step)]?.effects[Number(effect)];
  return found?.type === "startTimer" ? `${found.timer}: ` : "";
}

function stepAt(divergence: Divergence, event: TraceEvent): string {
  const [, index] = divergence.path.split(".");
  const step = event.steps?.[Number(index)];
  const on = step === undefined ? "" : ` on ${step.event}`;
  return `${event.node}${on}: ${sides(divergence)}`;
}

/** Both sides of a difference in few words. */
export function sides({ path, recorded, replayed }: Divergence): string {
  return `${path} was ${brief(recorded)}, is ${brief(replayed)}`;
}

function brief(value: unknown): string {
  if (value === undefined) return "absent";
  return quote(value, 90);
}

function describe({
  answer,
  atMs,
  index,
  leg,
  means,
  node,
  purpose,
  question,
  timer,
}: MeantDecision): string {
  const about = [node, leg, purpose, timer].filter((part) => part !== undefined).join(" ");
  return `question ${index} (${question}${about === "" ? "" : ` of ${about}`}, at ${atMs ?? "?"} ms, answer ${means ?? answer}) was never asked`;
}

function atOf(line: TraceLine | undefined): number | undefined {
  return line === undefined || line.type === "header" ? undefined : line.at;
}
