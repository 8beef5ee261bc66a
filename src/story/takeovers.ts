/**
 * Who served when, and every change of hands beside the bound that the configuration implies. Pure folds over a observed.
 */
import type { LossReason } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  recoveryBoundMs,
  timingFor,
} from "../../models/timing.ts";
import { kindNamed } from "../simulation/fault.ts";
import { environmentOf } from "../simulation/scenario.ts";
import type { ObservedRun } from "./observed-run.ts";

/** One stretch of serving. */
export interface Serving {
  readonly role: string;
  readonly node: number;
  readonly token: number;
  readonly from: number;
  /** Until it said so, or its claim ran out. */
  readonly to: number;
  /** It still serves when the run ends. */
  readonly open: boolean;
}

/** How the former one's service ended: by a crash, a clean stop, or why its membership ended; `lost`: it gave no reason. */
export type TakeoverCause = "killed" | "stopped" | "lost" | LossReason;

/** A role that passed from one stretch of serving to the next. */
export interface Takeover {
  readonly before: Serving;
  readonly after: Serving;
  readonly cause: TakeoverCause;
  readonly tookMs: number;
  readonly boundMs: number;
  /** Something else went wrong meanwhile, and the bound counts from there. */
  readonly disturbed: boolean;
}

export function servings({ observations }: ObservedRun): Serving[] {
  const done: Serving[] = [];
  const open = new Map<number, Serving>();
  for (const observation of observations) {
    if (observation.type === "claim") {
      const { at, node, role, token, until } = observation;
      const from = open.get(node)?.from ?? at;
      open.set(node, { role, node, token, from, to: until, open: true });
    } else if (observation.type === "claimEnded") {
      const serving = open.get(observation.node);
      if (serving !== undefined)
        done.push({ ...serving, to: Math.min(serving.to, observation.at), open: false });
      open.delete(observation.node);
    } else if (observation.type === "end") {
      for (const serving of open.values()) {
        done.push({
          ...serving,
          to: Math.min(serving.to, observation.at),
          open: serving.to >= observation.at,
        });
      }
    }
  }
  return done.sort((left, right) => left.from - right.from);
}

export function takeovers(observed: ObservedRun): Takeover[] {
  const found: Takeover[] = [];
  const last = new Map<string, Serving>();
  for (const after of servings(observed)) {
    const before = last.get(after.role);
    last.set(after.role, after);
    if (before !== undefined) found.push(compare(observed, before, after));
  }
  return found;
}

function compare(observed: ObservedRun, before: Serving, after: Serving): Takeover {
  const { observations, scenario } = observed;
  const timing = timingFor(scenario.ttlSeconds);
  const around = environmentOf(scenario);
  const cause = causeOf(observations, before);
  const usualMs = cause === "stopped" ? cleanTakeoverBoundMs(around) : crashTakeoverBoundMs(timing, around);
  const disturbedAt = lastDisturbance(observations, before, after, timing.ttlMs);
  const boundMs =
    disturbedAt === undefined
      ? usualMs
      : Math.max(usualMs, disturbedAt - before.to + recoveryBoundMs(timing, around));
  return {
    before,
    after,
    cause,
    tookMs: after.from - before.to,
    boundMs,
    disturbed: disturbedAt !== undefined,
  };
}

function causeOf(observations: readonly Observation[], { node, to }: Serving): TakeoverCause {
  for (const observation of observations) {
    if (observation.at < to || !("node" in observation) || observation.node !== node) continue;
    if (observation.type === "ended" && observation.cause === "crash") return "killed";
    if (observation.type !== "milestone") continue;
    if (observation.milestone === "stopping") return "stopped";
    if (observation.milestone === "lost") return observation.reason ?? "lost";
  }
  return "claim ended";
}

/** What befell etcd since the last TTL began, or another candidate while nobody served; undefined: nothing. */
function lastDisturbance(
  observations: readonly Observation[],
  before: Serving,
  after: Serving,
  ttlMs: number,
): number | undefined {
  let at: number | undefined;
  for (const observation of observations) {
    if (observation.at > after.from) break;
    if (observation.type !== "fault" && observation.type !== "message") continue;
    // What faults do to messages is observed apart.
    if (observation.type === "fault" && kindNamed(observation.kind)?.delaysTakeovers === false) continue;
    if (observation.type === "message" && observation.purpose === "write") continue;
    if (observation.node === before.node && after.node !== before.node) continue;
    if (observation.at <= before.to - (observation.node < 0 ? ttlMs : 0)) continue;
    at = observation.type === "message" ? observation.until : observation.at;
  }
  return at;
}
