/**
 * Old enemies of leases: each needs two or three things to go wrong in a row, which chance alone seldom arranges.
 */
import type { Fault } from "../src/simulation/fault.ts";

/** Whom a recipe strikes, and two numbers that vary it. `size` is from 0 to 1, `spice` whole. */
export interface RecipeSetting {
  readonly atMs: number;
  readonly on: string;
  /** The other coordinators. */
  readonly others: readonly string[];
  readonly size: number;
  readonly spice: number;
  readonly ttlMs: number;
}

/** Each is drawn as often as a kind of fault of this weight. */
export const RECIPE_WEIGHT = 4;

/** `longMs`: longer than a lease. */
export type Recipe = (setting: RecipeSetting, longMs: number) => readonly Fault[];

/** Soon after `atMs`: within a renewal. */
function soonMs({ atMs, spice, ttlMs }: RecipeSetting): number {
  return atMs + Math.round(((spice % 100) / 100) * (ttlMs / 3)) + 1;
}

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

function campaignWonWithoutTheWinnerKnowing(setting: RecipeSetting, longMs: number): Fault[] {
  const { atMs, on, others, spice } = setting;
  const count = 1 + (spice % 2);
  return [
    ...others.map((name): Fault => ({
      type: "lose",
      atMs,
      on: name,
      leg: "reply",
      purpose: "campaign",
      count,
    })),
    { type: "crash", atMs: soonMs(setting), on, restartAfterMs: longMs },
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

/** Whoever follows loads for longer than until its next renewal, and loses the active key meanwhile. */
function robbedWhileItLoads({ atMs, on, others, size, spice, ttlMs }: RecipeSetting): Fault[] {
  return [
    ...others.flatMap((name): Fault[] => [
      { type: "lose", atMs, on: name, leg: "reply", purpose: "reload", count: 3 + (spice % 4) },
      unanswered(name, atMs),
    ]),
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: 1 + Math.round(ttlMs / 10) },
    { type: "deleteKey", atMs: atMs + 500 + Math.round(size * (ttlMs / 4)), on, key: "active" },
  ];
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

/** Long enough for the activation limit, three TTLs of a try each tenth of one. */
function winnersThatCannotLoad({ atMs, on, others, spice }: RecipeSetting, longMs: number): Fault[] {
  const count = 20 + (spice % 40);
  return [
    ...(others.length === 0 ? [on] : others.slice(0, 1 + (spice % 2))).map((name): Fault => ({
      type: "lose",
      atMs,
      on: name,
      leg: spice % 3 === 0 ? "request" : "reply",
      purpose: "reload",
      count,
    })),
    { type: "crash", atMs: atMs + 1, on, restartAfterMs: longMs },
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

/** A refusal on its way while its writer begins another term: of which is it? */
function refusalOfTheTermBefore({ atMs, on, others, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  const lateMs = Math.round(ttlMs / 12.5);
  return [
    { type: "lose", atMs, on, leg: "request", purpose: "renew", count: 12 },
    { type: "delay", atMs: atMs + 1, on, leg: "request", purpose: "write", count: 4, byMs: lateMs },
    ...others.map((name): Fault => ({
      type: "crash",
      atMs: atMs + 2,
      on: name,
      restartAfterMs: longMs + ttlMs,
    })),
  ];
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

/** So many of its writes come to nothing: no refusal tells it that its term is over. */
function unanswered(on: string, atMs: number): Fault {
  return { type: "lose", atMs, on, leg: "request", purpose: "write", count: 40 };
}

/** Whoever was refused several times in a row is then not answered: it has no reason any more to wait longer each time. */
function refusedThenUnanswered({ atMs, on, spice, ttlMs }: RecipeSetting): Fault[] {
  const purpose = (["grant", "enroll", "readId"] as const)[spice % 3] ?? "grant";
  return [
    { type: "refuse", atMs, on, purpose, says: "too many requests", count: 2 + (spice % 2) },
    { type: "lose", atMs: atMs + 1, on, leg: "request", purpose, count: 1 },
    { type: "crash", atMs: atMs + 2, on, restartAfterMs: 1 + Math.round(ttlMs / 20) },
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

/** An operator takes the active key from somebody who does not hear of it, and perhaps nobody else does. */
function robbedUnheard({ atMs, on, others, spice, ttlMs }: RecipeSetting, longMs: number): Fault[] {
  return [
    ...(spice % 2 === 0 ? [on] : [on, ...others]).flatMap((name): Fault[] => [
      { type: "muteWatch", atMs, on: name, forMs: longMs + ttlMs },
      unanswered(name, atMs),
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
  refusedThenUnanswered,
  killedWhileActivating,
  struckOnceItIsBack,
];
