/** What led to an event, and what it led to, along messages. */
import type { Message } from "../reading/message.ts";

/** Farther away it is another story. */
const FARTHEST = 4;

export interface Chain {
  readonly led: readonly Message[];
  readonly follows: readonly Message[];
}

/** `messages`: in order of sending; those that are not among them are not followed. `n`: the event. */
export function chainOf(messages: readonly Message[], n: number): Chain {
  const led: Message[] = [];
  for (let here: number | undefined = n; here !== undefined && led.length < FARTHEST;) {
    const event: number = here;
    const before = messages.find(({ arrivals }) => arrivals.some((arrival) => arrival.n === event));
    if (before !== undefined) led.push(before);
    here = before?.n;
  }
  const steps = new Map([[n, 0]]);
  const follows = messages.filter((message) => {
    const step = steps.get(message.n) ?? FARTHEST;
    if (step >= FARTHEST) return false;
    for (const arrival of message.arrivals) if (!steps.has(arrival.n)) steps.set(arrival.n, step + 1);
    return true;
  });
  return { led, follows };
}
