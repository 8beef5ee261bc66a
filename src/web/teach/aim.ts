/**
 * How to strike one message and no other: the fault that waits for the next of its kind is set at the last instant before
 * this one is sent.
 */
import type { Fault } from "../../simulation/fault.ts";
import { ETCD } from "../../simulation/names.ts";
import type { Message } from "../../reading/message.ts";
import type { Picture } from "../picture.ts";

export type Blow = "drop" | "delay" | "double";

/** Where a run is to be forked, and with what; a text: why it cannot be done. */
export interface Aim {
  readonly n: number;
  readonly at: number;
  readonly fault: Fault;
}

const LATE_MS = 10_000;

/** What can be done to a message. */
export function blowsFor({ leg, what }: Message): readonly Blow[] {
  if (what === "unwatch") return [];
  return leg === "request" && what !== "watch" ? ["drop", "delay", "double"] : ["drop", "delay"];
}

/** `lateMs`: by how much it is delayed, if it is. */
export function aimAt(picture: Picture, message: Message, blow: Blow, lateMs = LATE_MS): Aim | string {
  const { at, from, leg, n, to, what } = message;
  const on = from === ETCD ? to : from;
  const twin = picture.messages.some(
    (one) =>
      one !== message &&
      one.at === at &&
      one.n <= n &&
      one.leg === leg &&
      one.what === what &&
      one.from === from &&
      one.to === to,
  );
  if (twin) return "another message of its kind is sent at the same instant before it";
  if (at <= 0) return "it is sent at the very beginning";
  const before = picture.run.events.findLast((event) => event.at < at);
  const place = { n: before?.n ?? 0, at: before?.at ?? 0 };
  const common = { atMs: 0, on, count: 1 };
  switch (blow) {
    case "drop":
      return { ...place, fault: { type: "lose", leg, purpose: what, ...common } };
    case "delay":
      return { ...place, fault: { type: "delay", leg, purpose: what, byMs: lateMs, ...common } };
    case "double":
      return { ...place, fault: { type: "duplicate", purpose: what, ...common } };
  }
}
