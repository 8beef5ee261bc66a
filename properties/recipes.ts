/**
 * Old enemies of leases: each needs two or three things to go wrong in a row, which chance alone seldom arranges.
 */
import type { Fault } from "../src/simulation/fault.ts";
import {
  campaignWonWithoutTheWinnerKnowing,
  refusalOfTheTermBefore,
  refusedThenUnanswered,
  refusedOften,
  refusedLongAgo,
  robbedWhileItLoads,
  winnersThatCannotLoad,
  writtenWhileItLoads,
} from "./answer-recipes.ts";
import { soonMs, unanswered, type Recipe, type RecipeSetting } from "./recipe.ts";

/** Each is drawn as often as a kind of fault of this weight. */
export const RECIPE_WEIGHT = 4;

/** How old is the lease? */
function slowRenewalThenSilence(setting: RecipeSetting, longMs: number): Fault[] {
  const { atMs, on, size, spice, ttlMs } = setting;
  const byMs = Math.max(1, Math.round(size * (ttlMs / 12)));
  return [
    { type: "delay", atMs, on, leg: "reply", purpose: "renew", count: 1, byMs },
    {
      type: "partition",
      atMs: soonMs(setting) + ttlMs / 3,
      on,
      forMs: longMs,
      direction: spice % 2 === 0 ? "both" : "fromEtcd",
    },
  ];
}

/** The same of a lease that is new: its holder may serve before it renews. */
function slowGrantThenSilence(setting: RecipeSetting, longMs: number): Fault[] {
  const { on, size, spice, ttlMs } = setting;
  const byMs = Math.max(1, Math.round((0.3 + 0.6 * size) * (ttlMs / 12)));
  return [
    { type: "delay", atMs: 0, on, leg: "reply", purpose: "grant", count: 1, byMs },
    {
      type: "partition",
      atMs: Math.round(ttlMs * (0.12 + 0.0002 * spice)),
      on,
      forMs: longMs,
      direction: "both",
    },
  ];
}

function writeUnderWayWhileTheRoleChangesHands(setting: RecipeSetting, longMs: number): Fault[] {
  const { atMs, on, spice } = setting;
  const atLater = soonMs(setting);
  return [
    { type: "delay", atMs, on, leg: "request", purpose: "write", count: 1, byMs: longMs },
    spice % 2 === 0
      ? { type: "crash", atMs: atLater, on, restartAfterMs: longMs }
      : { type: "pause", atMs: atLater, on, forMs: longMs },
  ];
}

/** The watches of those who wait, or of everybody, with their history forgotten meanwhile; and then something to be seen. */
function watchThatBeginsLate(
  { atMs, on, others, size, spice, ttlMs }: RecipeSetting,
  longMs: number,
): Fault[] {
  return [
    ...lateWatches(spice % 2 === 0 ? others : [on, ...others], atMs, longMs),
    { type: "restart", atMs: atMs + 1, forMs: 1 + (spice % 500) },
    { type: "compact", atMs: atMs + ttlMs, keep: 0 },
    { type: "stop", atMs: atMs + Math.round((2.7 + size) * ttlMs), on, restartAfterMs: longMs },
  ];
}

/** Once all are settled, one of those who wait follows, and is gone before the new watches of the others have begun. */
function vacantBeforeTheWatchBegins(
  { atMs, on, others: [next = on, ...others], size, spice, ttlMs }: RecipeSetting,
  longMs: number,
): Fault[] {
  const settledAtMs = atMs + Math.round(1.5 * ttlMs);
  const byMs = 3000 + Math.round(size * (ttlMs / 4));
  const goesAtMs = settledAtMs + 1000 + Math.round((spice / 1000) * (byMs - 2000));
  return [
    ...lateWatches(others, settledAtMs, byMs),
    { type: "stop", atMs: settledAtMs + 1, on, restartAfterMs: longMs },
    { type: "stop", atMs: goesAtMs, on: next, restartAfterMs: longMs },
  ];
}

/** etcd was away for a moment, which ended every watch, and the role falls vacant before those who wait would ask for themselves. */
function vacantSoonAfterARestart({ atMs, on, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const forMs = 1 + (spice % 500);
  return [
    { type: "restart", atMs, forMs },
    { type: "stop", atMs: atMs + forMs + 1000 + Math.round(size * (ttlMs / 2)), on, restartAfterMs: longMs },
  ];
}

/** The role falls vacant while those who wait stand still, or are cut off for a moment. */
function newsThatWaits({ atMs, on, others, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const forMs = 1000 + Math.round(size * Math.min(8000, ttlMs / 2));
  return [
    ...others.map((name): Fault =>
      spice % 3 === 0
        ? { type: "pause", atMs, on: name, forMs }
        : { type: "partition", atMs, on: name, forMs, direction: spice % 3 === 1 ? "both" : "fromEtcd" },
    ),
    { type: "stop", atMs: atMs + 1 + Math.round((spice / 2000) * forMs), on, restartAfterMs: longMs },
  ];
}

function lateWatches(names: readonly string[], atMs: number, byMs: number): Fault[] {
  return names.map((name) => ({
    type: "delay",
    atMs,
    on: name,
    leg: "request",
    purpose: "watch",
    count: 2,
    byMs,
  }));
}

function successorStandsStillAboutToServe(
  { atMs, on, others, size, spice, ttlMs }: RecipeSetting,
  longMs: number,
): Fault[] {
  return [
    { type: "crash", atMs, on, restartAfterMs: longMs },
    ...others.map((name): Fault => ({
      type: "pause",
      atMs: atMs + ttlMs - Math.round(size * ttlMs * 0.3),
      on: name,
      forMs: ttlMs + (spice % 100) * 300,
    })),
  ];
}

/** Who waits must ask for itself. */
function watchesThatSayNothing({ atMs, on, others, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const goesAtMs = atMs + 1 + Math.round(((spice % 100) / 100) * ttlMs);
  return [
    ...others.map((name): Fault => ({ type: "muteWatch", atMs, on: name, forMs: longMs + ttlMs })),
    spice % 3 === 0
      ? { type: "stop", atMs: goesAtMs, on, restartAfterMs: longMs + ttlMs }
      : { type: "crash", atMs: goesAtMs, on, restartAfterMs: longMs + ttlMs },
  ];
}

/** Whoever is about to leave is struck once more: killed, cut off, or asked to. */
function struckWhileLeaving({ atMs, on, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const soon = atMs + 1 + (spice % 20);
  const first: Fault =
    spice % 2 === 0
      ? { type: "stop", atMs, on, restartAfterMs: ttlMs }
      : { type: "pause", atMs, on, forMs: longMs };
  const leavesAtMs = spice % 2 === 0 ? soon : soon + longMs;
  const then: Fault[] = [
    { type: "crash", atMs: leavesAtMs, on, restartAfterMs: ttlMs },
    { type: "partition", atMs: leavesAtMs, on, forMs: longMs, direction: "both" },
    { type: "stop", atMs: leavesAtMs, on, restartAfterMs: ttlMs },
  ];
  return [first, then[spice % then.length] as Fault];
}

/** A write comes to etcd after its writer has given the role away, and the refusal to a writer that still waits for it. */
function handedOverWhileItWrites({ atMs, on, size, ttlMs }: RecipeSetting): Fault[] {
  const byMs = Math.round(ttlMs / 14);
  return [
    { type: "delay", atMs, on, leg: "request", purpose: "write", count: 8, byMs },
    { type: "handOver", atMs: atMs + 1 + Math.round(size * ttlMs), on },
  ];
}

/** It is stopped, its revokes go unanswered, and its time is over before it has done with them. */
function killedWhileStopping({ atMs, on, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const graceMs = Math.max(1, Math.round(size * (ttlMs / 6)));
  return [
    {
      type: "lose",
      atMs,
      on,
      leg: spice % 2 === 0 ? "reply" : "request",
      purpose: "revoke",
      count: 1 + (spice % 3),
    },
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: longMs, graceMs },
  ];
}

/** A lease runs out by a clock of etcd's that is wrong, mostly as little as one may be. */
function leaseByAWrongClock({ atMs, on, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const rates = [0.981, 1.019, 0.985, 1.015] as const;
  const soon = atMs + 1 + Math.round(size * (ttlMs / 2));
  const crash: Fault = { type: "crash", atMs: soon, on, restartAfterMs: longMs + ttlMs };
  if (spice % 5 === 0) return [crash, { type: "stepEtcd", atMs: soon + 1, byMs: Math.round(ttlMs / 4) }];
  const rate = spice % 12 === 1 ? 0 : (rates[spice % rates.length] ?? 1);
  return [{ type: "driftEtcd", atMs, rate, forMs: longMs + ttlMs }, crash];
}

/** Many leases run out with the one of who dies, or there is much to load for who follows. */
function takeoverUnderLoad({ atMs, on, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const crash: Fault = { type: "crash", atMs: atMs + 1 + (spice % 50), on, restartAfterMs: longMs };
  return spice % 5 < 2
    ? [{ type: "crowd", atMs, leases: 600 + (spice % 400), forMs: ttlMs }, crash]
    : [{ type: "hoard", atMs, on, entries: 1001 + (spice % 100) }, crash];
}

/** Whoever waits does so in a future that is not to come. */
function backInTimeWhileOthersWait({ atMs, on, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const backMs = 1 + Math.round(size * (ttlMs / 10));
  return [
    { type: "goBack", atMs, by: 1 + (spice % 12), forMs: backMs },
    { type: "crash", atMs: atMs + backMs + 1500 + Math.round(ttlMs / 2), on, restartAfterMs: longMs },
  ];
}

/** The store forgets that somebody has won, while the answer is on its way: the winner's watch waits for revisions to come. */
function backBeforeTheTakeover({ atMs, on, others, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const byMs = 1300 + (spice % 30) * 100;
  return [
    ...others.flatMap((name): Fault[] => [
      { type: "delay", atMs, on: name, leg: "reply", purpose: "campaign", count: 1, byMs },
      unanswered(name, atMs),
    ]),
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: longMs },
    { type: "goBack", atMs: atMs + 20 + Math.round(ttlMs / 100), by: 1 + (spice % 5), forMs: 1 },
  ];
}

/** An operator takes the active key from somebody who does not hear of it, perhaps not even from a write; and perhaps nobody else does. */
function robbedUnheard({ atMs, on, others, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  return [
    ...(spice % 2 === 0 ? [on] : [on, ...others]).flatMap((name): Fault[] => [
      { type: "muteWatch", atMs, on: name, forMs: longMs + ttlMs },
      ...(spice % 3 === 0 ? [unanswered(name, atMs)] : []),
    ]),
    { type: "deleteKey", atMs: atMs + 1 + spice, on, key: "active" },
  ];
}

/** Whoever follows is killed before it serves. */
function killedWhileActivating({ atMs, on, others, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  // Each look costs, and whoever follows does so at once.
  const everyMs = 20 + (spice % 30);
  return [
    ...others.slice(0, 2).map((name): Fault => ({
      type: "probe",
      atMs,
      on: name,
      forMs: 1000 + spice,
      everyMs,
      restartAfterMs: Math.round(ttlMs / 20),
    })),
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: longMs },
  ];
}

/** Whoever stayed away because it was of no use is back, and loses its membership for another reason. */
function struckOnceItIsBack({ atMs, on, size, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const backMs = atMs + Math.round((4.1 + size) * ttlMs);
  return [
    { type: "sicken", atMs, on },
    spice % 2 === 0
      ? { type: "partition", atMs: backMs, on, forMs: longMs, direction: "both" }
      : { type: "lose", atMs: backMs, on, leg: "request", purpose: "renew", count: 12 },
  ];
}

export const RECIPES: readonly Recipe[] = [
  slowRenewalThenSilence,
  slowGrantThenSilence,
  struckWhileLeaving,
  refusalOfTheTermBefore,
  refusalOfTheTermBefore,
  refusalOfTheTermBefore,
  writeUnderWayWhileTheRoleChangesHands,
  writeUnderWayWhileTheRoleChangesHands,
  campaignWonWithoutTheWinnerKnowing,
  // Seldom comes to what it is for.
  watchThatBeginsLate,
  watchThatBeginsLate,
  // Of three coordinators and more.
  vacantBeforeTheWatchBegins,
  vacantBeforeTheWatchBegins,
  vacantBeforeTheWatchBegins,
  vacantBeforeTheWatchBegins,
  vacantSoonAfterARestart,
  vacantSoonAfterARestart,
  newsThatWaits,
  newsThatWaits,
  newsThatWaits,
  robbedWhileItLoads,
  successorStandsStillAboutToServe,
  winnersThatCannotLoad,
  watchesThatSayNothing,
  // Every fifth time it has just written.
  handedOverWhileItWrites,
  handedOverWhileItWrites,
  handedOverWhileItWrites,
  killedWhileStopping,
  leaseByAWrongClock,
  takeoverUnderLoad,
  backInTimeWhileOthersWait,
  backBeforeTheTakeover,
  robbedUnheard,
  robbedUnheard,
  refusedThenUnanswered,
  refusedOften,
  // Of two coordinators and more, and longer than a TTL.
  refusedLongAgo,
  refusedLongAgo,
  writtenWhileItLoads,
  writtenWhileItLoads,
  writtenWhileItLoads,
  killedWhileActivating,
  struckOnceItIsBack,
];
