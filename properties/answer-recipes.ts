/**
 * Old enemies of leases that befall what a coordinator asks: answers that are lost, late or refusals, of who campaigns, registers and loads.
 */
import type { Fault } from "../src/simulation/fault.ts";
import { soonMs, unanswered, type RecipeSetting } from "./recipe.ts";

export function campaignWonWithoutTheWinnerKnowing(setting: RecipeSetting, longMs: number): Fault[] {
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

/** A refusal on its way while its writer begins another term: of which is it? */
export function refusalOfTheTermBefore({ atMs, on, others, ttlMs }: RecipeSetting, longMs: number): Fault[] {
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

/** Whoever was refused several times in a row is then not answered: it has no reason any more to wait longer each time. */
export function refusedThenUnanswered({ atMs, on, spice, ttlMs }: RecipeSetting): Fault[] {
  const purpose = (["grant", "enroll", "readId"] as const)[spice % 3] ?? "grant";
  return [
    { type: "refuse", atMs, on, purpose, says: "too many requests", count: 2 + (spice % 2) },
    { type: "lose", atMs: atMs + 1, on, leg: "request", purpose, count: 1 },
    { type: "crash", atMs: atMs + 2, on, restartAfterMs: 1 + Math.round(ttlMs / 20) },
  ];
}

/** The same of more refusals in a row than make the pause longer. */
export function refusedOften({ atMs, on, spice, ttlMs }: RecipeSetting): Fault[] {
  const purpose = (["grant", "enroll", "readId"] as const)[spice % 3] ?? "grant";
  return [
    { type: "refuse", atMs, on, purpose, says: "too many requests", count: 7 + (spice % 2) },
    { type: "crash", atMs: atMs + 1, on, restartAfterMs: 1 + Math.round(ttlMs / 20) },
  ];
}

/** Whoever was refused several times, and then answered, is refused once more: it has no reason to wait as long as the last time. */
export function refusedLongAgo(
  { atMs, on, others: [next = on], spice, ttlMs }: RecipeSetting,
  longMs: number,
): Fault[] {
  const refusals = { on: next, purpose: "campaign", says: "too many requests" } as const;
  return [
    { type: "refuse", atMs, ...refusals, count: 4 + (spice % 2) },
    { type: "crash", atMs: atMs + 1, on: next, restartAfterMs: 1 + Math.round(ttlMs / 20) },
    { type: "refuse", atMs: atMs + ttlMs, ...refusals, count: 1 },
    { type: "stop", atMs: atMs + ttlMs + 1, on, restartAfterMs: longMs },
  ];
}

/** Whoever follows loads for longer than until its next renewal, and loses the active key meanwhile. */
export function robbedWhileItLoads({ atMs, on, others, size, spice, ttlMs }: RecipeSetting): Fault[] {
  return [
    ...others.flatMap((name): Fault[] => [
      { type: "lose", atMs, on: name, leg: "reply", purpose: "reload", count: 3 + (spice % 4) },
      unanswered(name, atMs),
    ]),
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: 1 + Math.round(ttlMs / 10) },
    { type: "deleteKey", atMs: atMs + 500 + Math.round(size * (ttlMs / 4)), on, key: "active" },
  ];
}

/** Long enough for the activation limit, three TTLs of a try each tenth of one. */
export function winnersThatCannotLoad({ atMs, on, others, spice }: RecipeSetting, longMs: number): Fault[] {
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

/** Whoever follows loads a page, and then there are other metadata; the revision of that page may be forgotten by then. */
export function writtenWhileItLoads(
  { atMs, on, others, size, spice, ttlMs }: RecipeSetting,
  longMs: number,
): Fault[] {
  const byMs = Math.min(3000, Math.round(ttlMs / 20));
  const entries = 1100 + (spice % 100);
  const writtenAtMs = atMs + Math.round((0.3 + 0.6 * size) * byMs);
  return [
    { type: "hoard", atMs, on, entries },
    ...others.map((name): Fault => ({
      type: "delay",
      atMs,
      on: name,
      leg: "reply",
      purpose: "reload",
      count: 1,
      byMs,
    })),
    { type: "stop", atMs: atMs + 1, on, restartAfterMs: longMs },
    { type: "hoard", atMs: writtenAtMs, on, entries },
    ...(spice % 2 === 0 ? [{ type: "compact", atMs: writtenAtMs + 1, keep: 0 } as const] : []),
  ];
}
