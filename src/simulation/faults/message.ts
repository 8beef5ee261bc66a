/** Messages as faults name them: to etcd, back, or down a watch. */
import { REQUEST_KINDS } from "../../../models/election-vocabulary.ts";
import type { Purpose } from "../../kv/kv.ts";

/** A message on its way: to etcd, back, or down a watch. */
export type Leg = "request" | "reply" | "watch";

export const LEGS: readonly Leg[] = ["reply", "request", "watch"];

/** What a request may be for. */
export const PURPOSES: readonly Purpose[] = [...REQUEST_KINDS, "write"];

/** In plain words which message is meant: `campaign reply`, `watch event`; without a purpose any of its leg. */
export function messageText(leg: Leg, purpose: string | undefined): string {
  const last = leg === "watch" ? "event" : leg;
  return purpose === undefined ? last : `${purpose} ${last}`;
}

/** Every request by its name; `request` alone is any. */
export const REQUESTS: readonly string[] = ["request", ...PURPOSES.map((one) => messageText("request", one))];

/** Every message by its name; `reply` alone is any. */
export const MESSAGES: readonly string[] = [
  ...REQUESTS,
  "watch request",
  "reply",
  ...PURPOSES.map((one) => messageText("reply", one)),
  "event",
  "watch event",
];

/** Back from {@link messageText}, for a name of {@link MESSAGES}. */
export function messageNamed(text: string): {
  readonly leg: Leg;
  readonly purpose?: Purpose;
} {
  const words = text.split(" ");
  const last = words.at(-1);
  const leg = last === "reply" ? "reply" : last === "event" ? "watch" : "request";
  return words.length === 1 ? { leg } : { leg, purpose: words[0] as Purpose };
}
