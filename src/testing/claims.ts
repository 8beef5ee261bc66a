/** Who claims what at an instant, as a fold. A claim that ran out by its holder's clock is none, told or not. */
import type { Observation } from "../../models/observation.ts";

interface Held {
  readonly node: number;
  readonly role: string;
  readonly token: number;
  readonly until: number;
}

export class Claims {
  readonly #held = new Map<string, Held>();

  observe(observation: Observation): void {
    if (observation.type === "claim") {
      const { node, role, token, until } = observation;
      this.#held.set(`${node} ${role}`, { node, role, token, until });
    } else if (observation.type === "claimEnded") {
      this.#held.delete(`${observation.node} ${observation.role}`);
    }
  }

  at(instant: number): readonly Held[] {
    return [...this.#held.values()].filter(({ until }) => until > instant);
  }

  of(role: string, instant: number): readonly Held[] {
    return this.at(instant).filter((one) => one.role === role);
  }

  /** The latest end of all claims of this; undefined: there is none. */
  heldUntil(role: string): number | undefined {
    const ends = [...this.#held.values()].flatMap((one) => (one.role === role ? [one.until] : []));
    return ends.length === 0 ? undefined : Math.max(...ends);
  }
}
