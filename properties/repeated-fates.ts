/** Whether what is to befall several messages befell a second one. Told in the order of the faults, as the world goes by it. */
import type { Observation } from "../models/observation.ts";
import type { Fault } from "../src/simulation/fault.ts";

type Message = Extract<Observation, { readonly type: "message" }>;
type Meddling = Extract<Fault, { readonly count: number }>;

const FATES: Readonly<Record<Meddling["type"], Message["fate"]>> = {
  lose: "lost",
  delay: "late",
  duplicate: "doubled",
  refuse: "refused",
};

interface Pending {
  readonly fault: Meddling;
  readonly node: number;
  met: number;
}

/** Its strike, if it is one of those. */
export function againOf(fault: Fault): string | undefined {
  return "count" in fault && fault.count > 1 ? `${fault.type} again` : undefined;
}

export class RepeatedFates {
  readonly #see: (strike: string) => void;
  readonly #pending: Pending[] = [];

  constructor(see: (strike: string) => void) {
    this.#see = see;
  }

  began(fault: Fault, node: number): void {
    if ("count" in fault) this.#pending.push({ fault, node, met: 0 });
  }

  message({ fate, leg, node, purpose }: Message): void {
    const met = this.#pending.find(
      ({ fault, node: on, met: times }) =>
        on === node &&
        FATES[fault.type] === fate &&
        times < fault.count &&
        (fault.purpose ?? purpose) === purpose &&
        (!("leg" in fault) || fault.leg === leg),
    );
    if (met === undefined) return;
    met.met += 1;
    const again = againOf(met.fault);
    if (met.met === 2 && again !== undefined) this.#see(again);
  }
}
