/**
 * How a scenario file says what goes wrong: an instant, a verb with its victim, and how. `at: 100s, crash: rootcoord-a`.
 * Each verb has one strict shape, and the same table serves the check, the JSON Schema and the list in messages.
 */
import { z } from "zod";
import { REQUEST_KINDS } from "../../models/election.ts";
import type { Purpose } from "../kv/kv.ts";
import type { Fault, Leg } from "../simulation/fault.ts";
import { parseDuration, writeDuration } from "./duration.ts";
import { count, duration, flag, name, oneOf, positive, rate, signedDuration, whole } from "./leaves.ts";

const PURPOSES: readonly Purpose[] = [...REQUEST_KINDS, "write"];
const REQUESTS = ["request", ...PURPOSES.map((purpose) => `${purpose} request`)] as const;

/** Messages by name: to etcd, back, or down a watch; `reply` alone is any. */
export const MESSAGES: readonly string[] = [
  ...REQUESTS,
  "watch request",
  "reply",
  ...PURPOSES.map((purpose) => `${purpose} reply`),
  "event",
  "watch event",
];

const at = duration("when it happens, from the beginning of the run");
const forSpan = positive("how long it lasts");
const message = oneOf("message", MESSAGES, "the message that it befalls");
const etcd = oneOf("victim", ["etcd"], "what it strikes");
const of = name("the coordinator that it befalls");
const times = count("how many such messages, 1 if not given").optional();

/** Every verb's shape. A fault has exactly one verb. */
export const VERBS = {
  crash: z.strictObject({
    at,
    crash: name("who dies at once"),
    restartAfter: positive("its supervisor's pause").optional(),
  }),
  stop: z.strictObject({
    at,
    stop: name("who is stopped cleanly"),
    restartAfter: positive("pause before it starts again").optional(),
  }),
  pause: z.strictObject({
    at,
    pause: name("who stands still"),
    for: forSpan,
    clockStops: flag("its clock stands still too").optional(),
  }),
  drift: z.strictObject({
    at,
    drift: name("whose clock runs wrong"),
    rate: rate("own seconds in a true second"),
    for: forSpan,
  }),
  stepClock: z.strictObject({
    at,
    stepClock: name("whose clock jumps"),
    by: signedDuration("how far, forward or back"),
  }),
  partition: z.strictObject({
    at,
    partition: name("who is cut off from etcd"),
    for: forSpan,
    direction: oneOf(
      "direction",
      ["both", "toEtcd", "fromEtcd"],
      "which way nothing passes, both if not given",
    ).optional(),
  }),
  lose: z.strictObject({ at, lose: message, of, count: times }),
  delay: z.strictObject({ at, delay: message, of, by: positive("how much later"), count: times }),
  duplicate: z.strictObject({
    at,
    duplicate: oneOf("request", REQUESTS, "the request that arrives twice"),
    of,
    count: times,
  }),
  changeLeader: z.strictObject({ at, changeLeader: etcd, for: positive("how long the election takes") }),
  strand: z.strictObject({ at, strand: name("who is connected to a leader that lost touch"), for: forSpan }),
  stall: z.strictObject({ at, stall: etcd, for: forSpan }),
  restart: z.strictObject({ at, restart: etcd, for: positive("how long it is down") }),
  compact: z.strictObject({
    at,
    compact: etcd,
    keep: whole("how many revisions of history stay").optional(),
  }),
  deleteKey: z.strictObject({
    at,
    deleteKey: oneOf("key", ["active", "session"], "which key an operator deletes"),
    of,
  }),
  hammer: z.strictObject({
    at,
    hammer: etcd,
    for: forSpan,
    every: positive("pause between two writes of other keys"),
  }),
} as const;

export type Verb = keyof typeof VERBS;
export const VERB_NAMES = Object.keys(VERBS) as Verb[];

/** A fault as written. */
export type FaultEntry = { [V in Verb]: z.infer<(typeof VERBS)[V]> }[Verb];

/** The fault that a checked entry stands for. */
export function readFault(entry: FaultEntry): Fault {
  const atMs = ms(entry.at);
  if ("crash" in entry) return { type: "crash", atMs, on: entry.crash, ...restartOf(entry.restartAfter) };
  if ("stop" in entry) return { type: "stop", atMs, on: entry.stop, ...restartOf(entry.restartAfter) };
  if ("pause" in entry) {
    const clockStops = entry.clockStops === undefined ? {} : { clockStops: entry.clockStops };
    return { type: "pause", atMs, on: entry.pause, forMs: ms(entry.for), ...clockStops };
  }
  if ("drift" in entry)
    return { type: "drift", atMs, on: entry.drift, rate: entry.rate, forMs: ms(entry.for) };
  if ("stepClock" in entry) return { type: "clockStep", atMs, on: entry.stepClock, byMs: ms(entry.by) };
  if ("partition" in entry) {
    const direction = (entry.direction ?? "both") as "both" | "toEtcd" | "fromEtcd";
    return { type: "partition", atMs, on: entry.partition, forMs: ms(entry.for), direction };
  }
  if ("lose" in entry)
    return { type: "lose", atMs, on: entry.of, ...messageOf(entry.lose), count: entry.count ?? 1 };
  if ("delay" in entry) {
    return {
      type: "delay",
      atMs,
      on: entry.of,
      ...messageOf(entry.delay),
      count: entry.count ?? 1,
      byMs: ms(entry.by),
    };
  }
  if ("duplicate" in entry) {
    const { purpose } = messageOf(entry.duplicate);
    const aimed = purpose === undefined ? {} : { purpose };
    return { type: "duplicate", atMs, on: entry.of, ...aimed, count: entry.count ?? 1 };
  }
  if ("changeLeader" in entry) return { type: "leaderChange", atMs, electionMs: ms(entry.for) };
  if ("strand" in entry) return { type: "strand", atMs, on: entry.strand, forMs: ms(entry.for) };
  if ("stall" in entry) return { type: "stall", atMs, forMs: ms(entry.for) };
  if ("restart" in entry) return { type: "etcdRestart", atMs, downMs: ms(entry.for) };
  if ("compact" in entry) return { type: "compact", atMs, keep: entry.keep ?? 0 };
  if ("deleteKey" in entry) {
    return { type: "deleteKey", atMs, key: entry.deleteKey === "active" ? "role" : "session", on: entry.of };
  }
  return { type: "hammer", atMs, forMs: ms(entry.for), everyMs: ms(entry.every) };
}

/** The entry that {@link readFault} reads as this fault. */
export function writeFault(fault: Fault): FaultEntry {
  const at = writeDuration(fault.atMs);
  switch (fault.type) {
    case "crash":
      return { at, crash: fault.on, ...restartText(fault.restartAfterMs) };
    case "stop":
      return { at, stop: fault.on, ...restartText(fault.restartAfterMs) };
    case "pause": {
      const clockStops = fault.clockStops === undefined ? {} : { clockStops: fault.clockStops };
      return { at, pause: fault.on, for: writeDuration(fault.forMs), ...clockStops };
    }
    case "drift":
      return { at, drift: fault.on, rate: fault.rate, for: writeDuration(fault.forMs) };
    case "clockStep":
      return { at, stepClock: fault.on, by: writeDuration(fault.byMs) };
    case "partition": {
      const direction = fault.direction === "both" ? {} : { direction: fault.direction };
      return { at, partition: fault.on, for: writeDuration(fault.forMs), ...direction };
    }
    case "lose":
      return { at, lose: messageText(fault.leg, fault.purpose), of: fault.on, ...countText(fault.count) };
    case "delay": {
      const by = writeDuration(fault.byMs);
      return {
        at,
        delay: messageText(fault.leg, fault.purpose),
        of: fault.on,
        by,
        ...countText(fault.count),
      };
    }
    case "duplicate":
      return {
        at,
        duplicate: messageText("request", fault.purpose),
        of: fault.on,
        ...countText(fault.count),
      };
    case "leaderChange":
      return { at, changeLeader: "etcd", for: writeDuration(fault.electionMs) };
    case "strand":
      return { at, strand: fault.on, for: writeDuration(fault.forMs) };
    case "stall":
      return { at, stall: "etcd", for: writeDuration(fault.forMs) };
    case "etcdRestart":
      return { at, restart: "etcd", for: writeDuration(fault.downMs) };
    case "compact":
      return { at, compact: "etcd", ...(fault.keep === 0 ? {} : { keep: fault.keep }) };
    case "deleteKey":
      return { at, deleteKey: fault.key === "role" ? "active" : "session", of: fault.on };
    case "hammer":
      return { at, hammer: "etcd", for: writeDuration(fault.forMs), every: writeDuration(fault.everyMs) };
  }
}

function ms(text: string): number {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new RangeError(`${text} is no duration`);
  return parsed;
}

function restartOf(text: string | undefined): { restartAfterMs?: number } {
  return text === undefined ? {} : { restartAfterMs: ms(text) };
}

function restartText(restartAfterMs: number | undefined): { restartAfter?: string } {
  return restartAfterMs === undefined ? {} : { restartAfter: writeDuration(restartAfterMs) };
}

function countText(times: number): { count?: number } {
  return times === 1 ? {} : { count: times };
}

const LEGS: Readonly<Record<string, Leg>> = { request: "request", reply: "reply", event: "watch" };

function messageOf(text: string): { leg: Leg; purpose?: Purpose } {
  const words = text.split(" ");
  const leg = LEGS[words.at(-1) ?? ""] ?? "request";
  return words.length === 1 ? { leg } : { leg, purpose: words[0] as Purpose };
}

/** In plain words which message is meant: `campaign reply`. */
export function messageText(leg: Leg, purpose: Purpose | undefined): string {
  const last = leg === "watch" ? "event" : leg;
  return purpose === undefined ? last : `${purpose} ${last}`;
}
