/** Messages that did not simply arrive, as was seen when they were sent. */
import type { Observation } from "../../models/observation.ts";
import type { SeenRun } from "./seen.ts";

/** Sent during event `n`; `node`: the process that it comes from or goes to, by place. */
export type TroubledMessage = Extract<Observation, { type: "message" }> & { readonly n: number };

/** In the order in which they were sent. */
export function troublesOf({ seen }: SeenRun): TroubledMessage[] {
  return seen.flatMap(({ n, observation }): TroubledMessage[] =>
    observation.type === "message" ? [{ ...observation, n }] : [],
  );
}
