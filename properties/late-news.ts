/**
 * Whether whoever stood still, or was cut off for no longer than its connection lives, is told afterwards what its watch had to tell: that
 * the role it waits for is free. Whoever has to ask has no vacancy to announce.
 */
import type { Observation } from "../models/observation.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import type { Fault } from "../src/simulation/fault.ts";
import { networkOf, type Scenario } from "../src/simulation/scenario.ts";

type Milestone = Extract<Observation, { readonly type: "milestone" }>;

export class LateNews {
  readonly #scenario: Scenario;
  readonly #count: (strike: string, what: "begun" | "effective") => void;
  /** What each waits to be told, since its active key was deleted; then since when it could be. */
  readonly #untold = new Map<number, { readonly strike: string; readonly since?: number }>();

  constructor(scenario: Scenario, count: (strike: string, what: "begun" | "effective") => void) {
    this.#scenario = scenario;
    this.#count = count;
  }

  /** The active key of that standby is gone while the fault lasts. */
  deleted(fault: Fault, node: number): void {
    const { coordinators, etcd } = this.#scenario;
    const { cut, standsStill } = effectsOf(fault);
    const { streamTimeoutMs } = networkOf(this.#scenario, coordinators[node]);
    const holds =
      standsStill === true || (cut?.fromEtcd === true && "forMs" in fault && fault.forMs < streamTimeoutMs);
    // Of several members another may tell.
    if (holds && etcd.members === undefined) this.#untold.set(node, { strike: `${fault.type} heard` });
  }

  /** `watches`: it still waits for the role. */
  ended({ type }: Fault, node: number, at: number, watches: boolean): void {
    const strike = `${type} heard`;
    if (this.#untold.get(node)?.strike !== strike) return;
    if (!watches) {
      this.#untold.delete(node);
      return;
    }
    this.#count(strike, "begun");
    this.#untold.set(node, { strike, since: at });
  }

  /** Within so long of what ended it hears of a deletion. */
  milestone({ at, milestone, node }: Milestone, withinMs: number): void {
    const { since = Number.NEGATIVE_INFINITY, strike = "" } = this.#untold.get(node) ?? {};
    this.#untold.delete(node);
    if (milestone === "vacancy" && at <= since + withinMs) this.#count(strike, "effective");
  }
}
