/** What speaks for a promise at this instant, as far as the world shows it: facts, no prophecy. */
import { keysFor } from "../../models/dialect.ts";
import { seconds } from "../words/seconds.ts";
import { AFTER } from "../../properties/bounded-takeover-kinds.ts";
import { vacancyAt } from "../reading/takeovers.ts";
import type { History, HistoryMoment, StandingMoment } from "../run/history.ts";
import type { Cursor } from "./moves.ts";
import { serves } from "./standing.ts";

/** In a few words; undefined for promises about more than an instant: the screen shows no future. */
export function evidence(
  property: string,
  history: History,
  cursor: Cursor,
  moment: HistoryMoment,
): string | undefined {
  const { scenario } = history.header;
  const roles = [...new Set(scenario.coordinators.map(({ role }) => role))];
  switch (property) {
    case "single-active":
      return roles.map((role) => servedBy(role, scenario.coordinators, moment)).join("; ");
    case "bounded-takeover":
      return roles.map((role) => vacancyOf(role, history, cursor)).join("; ");
    case "one-key-holder":
      return roles.map((role) => heldBy(role, moment)).join("; ");
    case "fencing":
      return tokens(moment);
    case "unique-ids":
      return ids(moment);
    default:
      return undefined;
  }
}

/** Since when nobody serves, beside what a takeover may take after that if nothing else goes wrong. */
function vacancyOf(role: string, history: History, cursor: Cursor): string {
  const vacancy = vacancyAt(history.course.vacancies, role, cursor, (n) => history.instantOf(n));
  if (vacancy === undefined) return `${role} is served`;
  const { boundMs, cause, since } = vacancy;
  if (cause === "start") return `nobody has served ${role} yet`;
  return `nobody serves ${role} for ${seconds(cursor.at - since)}; after ${AFTER[cause]} at most ${seconds(boundMs)}`;
}

function servedBy(
  role: string,
  setups: readonly { readonly role: string }[],
  { at, coordinators }: HistoryMoment,
): string {
  const serving = coordinators.filter((one, place) => setups[place]?.role === role && serves(one));
  if (serving.length === 0) return `nobody serves ${role}`;
  return serving.map((one) => `${one.name} serves ${until(one, at)}`).join(" and ");
}

const HOUR_MS = 3_600_000;

function until({ claimLeftMs = 0 }: StandingMoment, at: number): string {
  return claimLeftMs > HOUR_MS ? "for more than an hour" : `until ${seconds(at + claimLeftMs)}`;
}

function heldBy(role: string, { keys }: HistoryMoment): string {
  const key = keys.find((one) => one.key === keysFor(role).role);
  return key === undefined ? `no key ${role}` : `key ${role} created at revision ${key.createRevision}`;
}

function tokens({ coordinators }: HistoryMoment): string {
  const held = coordinators.filter(({ status, token }) => token > 0 && status !== "down");
  if (held.length === 0) return "nobody holds a token";
  return held.map(({ name, token }) => `${name} writes with token ${token}`).join(", ");
}

function ids({ coordinators }: HistoryMoment): string {
  const given = coordinators.filter(({ serverId }) => serverId > 0);
  return given.length === 0
    ? "no ids yet"
    : given.map(({ name, serverId }) => `${name} ${serverId}`).join(", ");
}
