/** What may have brought about what lanes say: for each thing that calls for a cause, the faults that it may have been. */
import type { Fault } from "../simulation/fault.ts";
import type { CaseLane, CaseStep } from "./case-lanes.ts";

/** Something that has a cause, and what that may have been, the likeliest first. */
export interface UnknownCause {
  readonly likely: readonly (readonly Fault[])[];
}

/** Just before the line that tells it. */
const BEFORE_MS = 5;
/** Of a TTL, how much of it a dead coordinator's lease usually has left. */
const LEFT_OF_TTL = 0.85;

export function causesIn(
  lanes: readonly CaseLane[],
  untilMs: number,
  ttlMs: number,
): readonly UnknownCause[] {
  return lanes.flatMap((lane) => {
    const others = lanes.filter((one) => one !== lane && one.role === lane.role);
    return [
      ...endsOf(lane, others, untilMs, ttlMs),
      ...lossesOf(lane, others, ttlMs),
      ...lateWrites(lane, others),
    ];
  });
}

const BEGINNINGS: ReadonlySet<string> = new Set(["starting", "identified", "registered"]);
const ENDS: ReadonlySet<string> = new Set(["exited", "stopping", "gaveUp", "lost"]);

/** It was stopped, or it was killed: its lines break off, or it begins again without a word. */
function endsOf(
  { lastAt, name, steps }: CaseLane,
  others: readonly CaseLane[],
  untilMs: number,
  ttlMs: number,
): UnknownCause[] {
  const causes: UnknownCause[] = [];
  const lives = livesIn(steps);
  for (const [index, life] of lives.entries()) {
    const end = life.at(-1);
    if (end === undefined) continue;
    const again = lives[index + 1]?.[0];
    const stop = life.find(({ milestone }) => milestone === "stopping");
    if (stop !== undefined) {
      causes.push({
        likely: [[{ type: "stop", atMs: soon(stop.at), on: name, ...restart(stop.at, again) }]],
      });
      continue;
    }
    const quietAt = again === undefined ? lastAt : end.at;
    if (
      life.some(({ milestone }) => ENDS.has(milestone)) ||
      (again === undefined && quietAt > untilMs - ttlMs / 2)
    )
      continue;
    const seen = vacancyAfter(others, quietAt);
    const at = seen === undefined ? quietAt + 1 : Math.max(quietAt + 1, seen - LEFT_OF_TTL * ttlMs);
    const crash = (atMs: number): readonly Fault[] => [
      { type: "crash", atMs: Math.round(atMs), on: name, ...restart(atMs, again) },
    ];
    causes.push({ likely: [crash(at), crash(quietAt + 1)] });
  }
  return causes;
}

/** A new server id, or a beginning, begins a life. */
function livesIn(steps: readonly CaseStep[]): CaseStep[][] {
  const lives: CaseStep[][] = [];
  for (const step of steps) {
    const open = lives.at(-1);
    const last = open?.at(-1);
    const anew = BEGINNINGS.has(step.milestone) && last !== undefined && !BEGINNINGS.has(last.milestone);
    if (open === undefined || anew) lives.push([step]);
    else open.push(step);
  }
  return lives;
}

function restart(from: number, again: CaseStep | undefined): { restartAfterMs?: number } {
  return again === undefined ? {} : { restartAfterMs: Math.max(1, Math.round(again.at - from)) };
}

/** Its membership ended, though nobody stopped it. */
function lossesOf({ name, steps }: CaseLane, others: readonly CaseLane[], ttlMs: number): UnknownCause[] {
  return steps.flatMap((step, index): UnknownCause[] => {
    const { at, milestone, reason } = step;
    const told = steps[index - 1]?.milestone === "lost";
    if (milestone !== "lost" && (milestone !== "exited" || told)) return [];
    const wrong = struckFrom(others, at, ttlMs);
    const cut = (direction: "both" | "toEtcd" | "fromEtcd"): readonly Fault[] => [
      { type: "partition", atMs: wrong, on: name, forMs: Math.max(1, soon(at) - wrong), direction },
    ];
    const still: readonly Fault[] = [
      { type: "pause", atMs: wrong, on: name, forMs: Math.max(1, Math.round(at) - wrong) },
    ];
    const deleted = (key: "active" | "session"): readonly Fault[] => [
      { type: "deleteKey", atMs: soon(at), on: name, key },
    ];
    switch (reason) {
      case "session key deleted":
        return [{ likely: [deleted("session")] }];
      case "active key lost":
        return [{ likely: [deleted("active"), still] }];
      case "handed over":
        return [{ likely: [[{ type: "handOver", atMs: soon(at), on: name }]] }];
      default:
        return [{ likely: [still, cut("both"), cut("toEtcd"), cut("fromEtcd"), deleted("active")] }];
    }
  });
}

/** When whatever made it lose its lease began: a TTL before somebody saw the role free, or it lost its claim. */
function struckFrom(others: readonly CaseLane[], lostAt: number, ttlMs: number): number {
  const free = others
    .flatMap(({ steps }) => steps)
    .filter(({ at, milestone }) => milestone === "vacancy" && at <= lostAt)
    .map(({ at }) => at);
  const until = Math.max(...free, Number.NEGATIVE_INFINITY);
  const seen = Number.isFinite(until) && until > lostAt - 4 * ttlMs ? until : lostAt;
  return Math.max(0, Math.round(seen - LEFT_OF_TTL * ttlMs));
}

function vacancyAfter(others: readonly CaseLane[], after: number): number | undefined {
  const free = others
    .flatMap(({ steps }) => steps)
    .filter(({ at, milestone }) => at > after && (milestone === "vacancy" || milestone === "won"))
    .map(({ at }) => at);
  return free.length === 0 ? undefined : Math.min(...free);
}

/** A write without an answer lay in the network until another had won, or its answer was lost. */
function lateWrites({ name, steps }: CaseLane, others: readonly CaseLane[]): UnknownCause[] {
  const first = steps.find(({ milestone }) => milestone === "unanswered")?.at;
  if (first === undefined) return [];
  const serves = others
    .flatMap(({ steps }) => steps)
    .find(({ at, milestone }) => milestone === "active" && at > first);
  const sent = Math.max(0, Math.round(first - WRITE_PATIENCE_MS));
  const byMs = Math.round((serves?.at ?? first) - sent + WRITE_PATIENCE_MS);
  return [
    {
      likely: [
        [{ type: "delay", atMs: sent, on: name, leg: "request", purpose: "write", count: 1, byMs }],
        [{ type: "lose", atMs: sent, on: name, leg: "reply", purpose: "write", count: 1 }],
      ],
    },
  ];
}

/** So long a coordinator waits for an answer. */
const WRITE_PATIENCE_MS = 5000;

function soon(at: number): number {
  return Math.max(0, Math.round(at - BEFORE_MS));
}
