/** The faults that the fork menu offers, with defaults that make a difference: longer than the lease where that matters. */
import { kindsFor, type Fault } from "../simulation/fault.ts";
import type { Aim } from "../simulation/faults/kind.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { SimulatedNode } from "../simulation/world.ts";

export interface FaultChoice {
  readonly label: string;
  /** At instant 0: the fork gives it its own. */
  readonly fault: Fault;
}

/** More than the lease lasts. */
const BEYOND_MS = 10_000;

/**
 * What can befall the coordinator named `on`, then what can befall etcd. `node`: how it stands, to aim at what it waits for.
 */
export function faultChoices({ etcd, ttlSeconds }: Scenario, on: string, node: SimulatedNode): FaultChoice[] {
  const purpose = node.open.at(-1)?.purpose;
  const longMs = ttlSeconds * 1000 + BEYOND_MS;
  const aim: Aim = { on, longMs, ...(purpose === undefined ? {} : { purpose }) };
  return (["coordinator", "etcd"] as const).flatMap((who) =>
    kindsFor(etcd.members)
      .filter(({ strikes }) => strikes === who)
      .flatMap((kind) =>
        kind.offers(aim).map(({ fault, label }) => ({
          label,
          fault: { type: kind.name, atMs: 0, ...fault } as Fault,
        })),
      ),
  );
}
