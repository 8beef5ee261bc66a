/** Messages that did not simply arrive, as was seen when they were sent. */
import type { Observation } from "../../models/observation.ts";
import { messageText } from "../simulation/faults/message.ts";
import { seconds } from "../words/seconds.ts";
import type { SeenRun } from "./seen.ts";

/** Sent during event `n`; `node`: the process that it comes from or goes to, by place. */
export type TroubledMessage = Extract<Observation, { type: "message" }> & { readonly n: number };

/** In the order in which they were sent. */
export function troublesOf({ seen }: SeenRun): TroubledMessage[] {
  return seen.flatMap(({ n, observation }): TroubledMessage[] =>
    observation.type === "message" ? [{ ...observation, n }] : [],
  );
}

/** `campaign reply late: arrives at 3.000 s`. */
export function tellTrouble({
  fate,
  leg,
  purpose,
  until,
}: Extract<Observation, { type: "message" }>): string {
  const befell = {
    lost: "lost on its way",
    late: `late: arrives at ${seconds(until)}`,
    doubled: "arrives twice",
    refused: "refused at etcd's door",
  };
  return `${messageText(leg, purpose)} ${befell[fate]}`;
}
