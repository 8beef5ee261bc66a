/** What speaks for a promise at this instant, as far as the world shows it: facts, no prophecy. */
import { catalogue } from "../../properties/catalogue.ts";
import type { CoordinatorMoment, Moment } from "../trace/moment.ts";
import { seconds, shortKey } from "../trace/words.ts";
import type { History } from "./history.ts";
import { serves } from "./standing.ts";

/** In a few words; for promises about more than an instant, what they promise. */
export function evidence(property: string, { header }: History, moment: Moment): string {
  const roles = [...new Set(header.scenario.coordinators.map(({ role }) => role))];
  switch (property) {
    case "single-active":
    case "bounded-takeover":
    case "recovery":
      return roles.map((role) => servedBy(role, header.scenario.coordinators, moment)).join("; ");
    case "one-key-holder":
      return roles.map((role) => heldBy(role, moment)).join("; ");
    case "fencing":
      return tokens(moment);
    case "unique-ids":
      return ids(moment);
    default:
      return catalogue.find(({ name }) => name === property)?.guarantee ?? "";
  }
}

function servedBy(
  role: string,
  setups: readonly { readonly role: string }[],
  { at, coordinators }: Moment,
): string {
  const serving = coordinators.filter((one, place) => setups[place]?.role === role && serves(one));
  if (serving.length === 0) return `nobody serves ${role}`;
  return serving.map((one) => `${one.name} serves until ${until(one, at)}`).join(" and ");
}

function until({ claimLeftMs = 0 }: CoordinatorMoment, at: number): string {
  return claimLeftMs === Number.POSITIVE_INFINITY ? "for ever" : seconds(at + claimLeftMs);
}

function heldBy(role: string, { keys }: Moment): string {
  const key = keys.find((one) => shortKey(one.key).endsWith(`/${role}`));
  return key === undefined ? `no key ${role}` : `key ${role} created at revision ${key.createRevision}`;
}

function tokens({ coordinators }: Moment): string {
  const held = coordinators.filter(({ status, token }) => token > 0 && status !== "down");
  if (held.length === 0) return "nobody holds a token";
  return held.map(({ name, token }) => `${name} writes with token ${token}`).join(", ");
}

function ids({ coordinators }: Moment): string {
  const given = coordinators.filter(({ serverId }) => serverId > 0);
  return given.length === 0
    ? "no ids yet"
    : given.map(({ name, serverId }) => `${name} ${serverId}`).join(", ");
}
