/** Requests that came to a member of etcd that stood still: it takes them up when it wakes, if it is there then and hears the others. */
import { effectsOf } from "../simulation/effects.ts";
import type { MemberStatus } from "../../models/etcd.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { TraceEvent } from "../trace/format.ts";

interface Ill {
  readonly member: number;
  readonly is: keyof MemberStatus;
}

export class HeldRequests {
  readonly #scenario: Scenario;
  /** By the fault's place in the scenario. */
  readonly #ills = new Map<number, Ill>();
  #held: TraceEvent[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  add(event: TraceEvent): void {
    this.#held.push(event);
  }

  /** Its sender is gone. */
  forget(isGone: (event: TraceEvent) => boolean): void {
    this.#held = this.#held.filter((event) => !isGone(event));
  }

  /** Whether it came to a member that is down now: nobody takes it, or it is forgotten. */
  isForgotten(event: TraceEvent): boolean {
    const member = memberOf(event);
    return [...this.#ills.values()].some((ill) => ill.is === "down" && ill.member === member);
  }

  /** What is taken up, in order, as a fault begins or ends. */
  release({ seen = [] }: TraceEvent): TraceEvent[] {
    const taken: TraceEvent[] = [];
    for (const one of seen) {
      const member = one["member"];
      if (one.type !== "fault" || typeof member !== "number") continue;
      const index = Number(one["index"]);
      const fault = this.#scenario.faults[index];
      const is = fault === undefined ? undefined : effectsOf(fault).member;
      if (is === undefined) continue;
      if (one["phase"] === "begins") this.#ills.set(index, { member, is });
      else this.#ills.delete(index);
      const still = new Set(
        [...this.#ills.values()].flatMap((ill) => (ill.member === member ? [ill.is] : [])),
      );
      if (still.has("frozen") && !still.has("down")) continue;
      const own = this.#held.filter((event) => memberOf(event) === member);
      this.#held = this.#held.filter((event) => memberOf(event) !== member);
      if (!still.has("down") && !still.has("cut")) taken.push(...own);
    }
    return taken;
  }
}

function memberOf({ cause }: TraceEvent): number | undefined {
  return cause.type === "request" ? cause.member : undefined;
}
