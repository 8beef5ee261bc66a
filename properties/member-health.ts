/** How etcd's members stand, told by the faults that begin and end: for judges, who see no more than that. */
import type { Observation } from "../models/observation.ts";
import { MEMBER_ELECTION_MS } from "../models/etcd/members.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import type { Scenario } from "../src/simulation/scenario.ts";

type FaultSeen = Extract<Observation, { readonly type: "fault" }>;

/** A member that hears the others no more, is gone, or is out of a process' reach. */
interface Ill {
  readonly member: number;
  /** Out of whose reach; undefined: it is ill for everybody. */
  readonly node: number | undefined;
}

/** An election takes its time by etcd's own clock, which may be slow; what was passed on in it is lost. */
export const AFTER_ELECTION_MS = 100;

export class MemberHealth {
  readonly #scenario: Scenario;
  readonly #ills = new Map<number, Ill>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  note({ index, member, node, phase }: FaultSeen): void {
    if (member === undefined) return;
    if (phase === "ends") this.#ills.delete(index);
    const fault = this.#scenario.faults[index];
    if (phase === "ends" || fault === undefined) return;
    const { member: ill, outOfReach } = effectsOf(fault);
    if (outOfReach === true) this.#ills.set(index, { member, node });
    // It goes on hearing the others, and has leases renewed.
    else if (ill !== "lags") this.#ills.set(index, { member, node: undefined });
  }

  /** Whether a majority hears each other. */
  get hasQuorum(): boolean {
    const { members = 1 } = this.#scenario.etcd;
    const ill = new Set(
      [...this.#ills.values()].flatMap((one) => (one.node === undefined ? [one.member] : [])),
    );
    return members - ill.size > members / 2;
  }
}

/** How long an election may take that follows on a member's falling ill, true ms. */
export function electionMs({ etcd: { clockRate } }: Scenario): number {
  return MEMBER_ELECTION_MS / Math.min(1, clockRate) + AFTER_ELECTION_MS;
}

/** Whether etcd elects another leader, if it was this member: everybody may have to wait. */
export function mayElect({ index, member, phase }: FaultSeen, { faults }: Scenario): boolean {
  const fault = faults[index];
  if (member === undefined || phase === "ends" || fault === undefined) return false;
  const { member: ill } = effectsOf(fault);
  return ill !== undefined && ill !== "lags";
}
