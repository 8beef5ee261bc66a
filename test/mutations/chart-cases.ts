/** What befalls a coordinator seldom enough that a few hundred schedules may miss it, each as a case of its own. */
import type { Case } from "../../properties/case.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinators, DEFAULT_SERVICE, scenario, type Scenario } from "../../src/simulation/scenario.ts";

const A = "rootcoord-a";
const B = "rootcoord-b";
/** Its grant is on the way to etcd. */
const WHILE_GRANTING_MS = 9;
/** Between two of its writes. */
const SERVING_MS = 105_000;

const made = (title: string, faults: readonly Fault[], more: Partial<Scenario> = {}): Case => ({
  scenario: scenario({ title, coordinators: coordinators("rootcoord", 2), faults, ...more }),
  decisions: [],
});

const ALONE = { coordinators: coordinators("rootcoord", 1) };

const supervised = coordinators("rootcoord", 1).map(
  (one) => ({ ...one, afterLoss: "exit", restartAfterMs: 1000 }) as const,
);

/** With active-standby off. */
const EXCLUSIVE = coordinators("rootcoord", 2).map((one) => ({
  ...one,
  activeStandby: false,
  retryTimes: 8,
}));

export const seldomCases: readonly Case[] = [
  made(
    "pages of the metadata are lost, and the answer to whether its key is there",
    [
      { type: "lose", atMs: 0, on: A, leg: "reply", purpose: "reload", count: 2 },
      { type: "lose", atMs: SERVING_MS, on: A, leg: "reply", purpose: "confirm", count: 1 },
    ],
    ALONE,
  ),
  made(
    "a standby is asked to hand over while its watch is broken, and then an operator deletes its session",
    [
      { type: "lose", atMs: SERVING_MS, on: B, leg: "watch", purpose: "watch", count: 1 },
      { type: "handOver", atMs: SERVING_MS, on: B },
      { type: "deleteKey", atMs: SERVING_MS + 40_000, on: B, key: "session" },
    ],
  ),
  made(
    "somebody is asked to hand over before it knows that it is registered",
    [
      { type: "lose", atMs: 0, on: A, leg: "reply", purpose: "enroll", count: 1 },
      { type: "handOver", atMs: 1000, on: A },
    ],
    ALONE,
  ),
  made(
    "another takes the active key from one that neither hears nor writes",
    [
      { type: "muteWatch", atMs: SERVING_MS, on: A, forMs: 120_000 },
      { type: "deleteKey", atMs: SERVING_MS + 1, on: A, key: "active" },
    ],
    { service: { ...DEFAULT_SERVICE, writeEveryMs: 0 }, horizonMs: 600_000 },
  ),
  made(
    "a write is refused to one whose watch is mute, before it asks whether its key is there",
    [
      { type: "muteWatch", atMs: SERVING_MS, on: A, forMs: 120_000 },
      { type: "deleteKey", atMs: SERVING_MS + 1, on: A, key: "active" },
    ],
    { service: { ...DEFAULT_SERVICE, writeEveryMs: 1000 } },
  ),
  made(
    "an operator deletes the active key, and nobody takes it",
    [{ type: "deleteKey", atMs: SERVING_MS, on: A, key: "active" }],
    ALONE,
  ),
  made(
    "another takes a deleted active key while its holder sleeps, and no watch of it is left",
    [
      { type: "pause", atMs: SERVING_MS, on: A, forMs: 15_000 },
      { type: "restart", atMs: SERVING_MS + 1000, forMs: 1000 },
      { type: "deleteKey", atMs: SERVING_MS + 5000, on: A, key: "active" },
    ],
    { service: { ...DEFAULT_SERVICE, writeEveryMs: 0 } },
  ),
  made("a standby finds the role free that its watch kept from it", [
    { type: "muteWatch", atMs: 90_000, on: "rootcoord-b", forMs: 300_000 },
    { type: "crash", atMs: SERVING_MS, on: A },
  ]),
  made("a lease is refused for a while", [{ type: "fillUp", atMs: WHILE_GRANTING_MS, forMs: 10_000 }]),
  made(
    "one that once could not prepare has served, and loses its role",
    [{ type: "deleteKey", atMs: SERVING_MS, on: A, key: "active" }],
    { ...ALONE, service: { ...DEFAULT_SERVICE, failsFirst: 1 } },
  ),
  made("a renewal is refused", [
    { type: "refuse", atMs: SERVING_MS, on: A, purpose: "renew", says: "too many requests", count: 1 },
  ]),
  made("a first grant goes unanswered", [
    { type: "lose", atMs: 0, on: A, leg: "reply", purpose: "grant", count: 1 },
  ]),
  made("whoever asks whether the role is held gets no answer", [
    { type: "lose", atMs: 30_000, on: "rootcoord-b", leg: "reply", purpose: "campaign", count: 1 },
  ]),
  made("a first campaign is refused", [
    { type: "refuse", atMs: 0, on: A, purpose: "campaign", says: "too many requests", count: 1 },
  ]),
  made("a first campaign goes unanswered", [
    { type: "lose", atMs: 0, on: A, leg: "reply", purpose: "campaign", count: 1 },
  ]),
  made("the metadata have several pages", [
    { type: "hoard", atMs: 90_000, on: A, entries: 1200 },
    { type: "crash", atMs: SERVING_MS, on: A },
  ]),
  made(
    "one that was outrun gives up, and its revoke goes unanswered",
    [{ type: "lose", atMs: 100, on: "rootcoord-b", leg: "reply", purpose: "revoke", count: 1 }],
    { coordinators: EXCLUSIVE },
  ),
  made(
    "one that was outrun wins, loses and is outrun again",
    [
      { type: "stop", atMs: 1500, on: A, restartAfterMs: 20_000 },
      { type: "deleteKey", atMs: 27_000, on: "rootcoord-b", key: "active" },
    ],
    { coordinators: EXCLUSIVE },
  ),
  made("somebody takes a server id", [{ type: "takeId", atMs: SERVING_MS, on: A }]),
  made("whoever asks whether the role is held is refused", [
    {
      type: "refuse",
      atMs: 30_000,
      on: "rootcoord-b",
      purpose: "campaign",
      says: "too many requests",
      count: 1,
    },
  ]),
  made("an activation that takes too long, twice", [], {
    horizonMs: 800_000,
    service: { ...DEFAULT_SERVICE, activationMs: 240_000 },
  }),
  made("an activation that takes too long, under a supervisor", [], {
    coordinators: supervised,
    service: { ...DEFAULT_SERVICE, activationMs: 240_000 },
  }),
  made("no revoke is answered", [
    { type: "lose", atMs: SERVING_MS - 1, on: A, leg: "reply", purpose: "revoke", count: 5 },
    { type: "stop", atMs: SERVING_MS, on: A },
  ]),
  made("an operator deletes the active key", [{ type: "deleteKey", atMs: SERVING_MS, on: A, key: "active" }]),
  made("an operator deletes a session key", [{ type: "deleteKey", atMs: SERVING_MS, on: A, key: "session" }]),
  made("a lease runs out early, and a mute watch does not tell", [
    { type: "muteWatch", atMs: SERVING_MS, on: A, forMs: 120_000 },
    { type: "stepEtcd", atMs: SERVING_MS + 1, byMs: 60_000 },
  ]),
  made("the service is of no use, under a supervisor", [{ type: "sicken", atMs: SERVING_MS, on: A }], {
    coordinators: supervised,
  }),
  made("the service is of no use", [
    { type: "sicken", atMs: SERVING_MS, on: A },
    { type: "crash", atMs: 400_000, on: "rootcoord-b" },
  ]),
  made("a revoke goes unanswered while the role is handed over", [
    { type: "lose", atMs: SERVING_MS - 1, on: A, leg: "reply", purpose: "revoke", count: 1 },
    { type: "handOver", atMs: SERVING_MS, on: A },
  ]),
  made(
    "the role is handed over after a preparation that failed",
    [{ type: "handOver", atMs: 23_000, on: A }],
    {
      ...ALONE,
      service: { ...DEFAULT_SERVICE, activationMs: 5000, failsFirst: 1 },
    },
  ),
  made(
    "the role is handed over by one that once failed to prepare, and has served since",
    [{ type: "handOver", atMs: SERVING_MS, on: A }],
    { ...ALONE, service: { ...DEFAULT_SERVICE, failsFirst: 1 } },
  ),
  made("a stop while it stops", [
    { type: "lose", atMs: SERVING_MS - 1, on: A, leg: "reply", purpose: "revoke", count: 2 },
    { type: "stop", atMs: SERVING_MS, on: A },
    { type: "stop", atMs: SERVING_MS + 1000, on: A },
  ]),
  made("a stop, and the grant comes", [{ type: "stop", atMs: WHILE_GRANTING_MS, on: A }]),
  made("a stop, and the grant is refused", [
    { type: "fillUp", atMs: WHILE_GRANTING_MS, forMs: 60_000 },
    { type: "stop", atMs: WHILE_GRANTING_MS, on: A },
  ]),
  made("a stop, and the grant goes unanswered", [
    { type: "lose", atMs: 0, on: A, leg: "reply", purpose: "grant", count: 1 },
    { type: "stop", atMs: WHILE_GRANTING_MS, on: A },
  ]),
];
