/**
 * Who served when, and every change of hands beside the bound that the configuration implies. Pure folds over a observed.
 */
import type { LossReason } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import { Takeovers as Fold } from "../../properties/takeovers.ts";
import type { Scenario } from "../simulation/scenario.ts";

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
  /** How long it may take if nothing else goes wrong; undefined: the former one still served, so nobody had to. */
  readonly boundMs: number | undefined;
  /** How long it might take here, where the bound counts from whatever went wrong last; Infinity: nobody could. */
  readonly allowedMs: number;
}

export function servingsOf(observations: readonly Observation[]): Serving[] {
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

/** Who took over from whom, beside the bound that the promise about takeovers counts with. */
export function takeoversOf(
  scenario: Scenario,
  observations: readonly Observation[],
  servings: readonly Serving[],
): Takeover[] {
  const folded = new Fold(scenario);
  const filled = observations.flatMap((observation) => folded.observe(observation) ?? []);
  const last = new Map<string, Serving>();
  return servings.flatMap((after): Takeover[] => {
    const before = last.get(after.role);
    last.set(after.role, after);
    if (before === undefined) return [];
    const filling = filled.find(
      ({ at, node, role }) => role === after.role && node === after.node && at === after.from,
    );
    return [
      {
        before,
        after,
        cause: causeOf(observations, before),
        tookMs: after.from - before.to,
        boundMs: filling?.boundMs,
        allowedMs: filling === undefined ? Number.POSITIVE_INFINITY : filling.dueAt - filling.since,
      },
    ];
  });
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
