/** What a coordinator's milestone says in its lane. */
import type { Observation } from "../../models/observation.ts";
import type { Entry } from "./entry.ts";

export type MilestoneSeen = Extract<Observation, { readonly type: "milestone" }>;

/** A milestone in words: what of an entry it makes up. */
export interface MilestoneWords extends Pick<Entry, "about"> {
  readonly text: string;
  readonly tone?: Entry["tone"];
}

/** Undefined: another milestone or observation tells it. `ttlSeconds` undefined: nobody said it. What is 0 was not told. */
export function tellMilestone(
  { loadedRevision, milestone, reason, role, roleRevision, serverId, token }: MilestoneSeen,
  ttlSeconds: number | undefined,
): MilestoneWords | undefined {
  switch (milestone) {
    case "starting":
      return { text: "registers anew" };
    case "identified":
      return { text: serverId > 0 ? `server id ${serverId}` : "draws its server id" };
    case "registered":
      return {
        text: `${serverId > 0 ? `key ${role}-${serverId}` : "registered"}${ttlSeconds === undefined ? "" : `, lease ${ttlSeconds} s`}`,
      };
    case "campaigning":
      return { text: "campaigns", about: "campaign" };
    case "outrun":
      // HA is off and somebody else holds the role.
      return { text: "role taken: tries again", about: "taken" };
    case "watching":
      return { text: `STANDBY: watches${roleRevision > 0 ? ` from rev ${roleRevision + 1}` : ""}` };
    case "vacancy":
      return { text: `sees ${role} deleted` };
    case "won":
      return { text: `WON${token > 0 ? `: fencing token ${token}` : ""}` };
    case "prepare":
      return {
        text: loadedRevision > 0 ? `metadata loaded: rev ${loadedRevision}` : "metadata loaded: none yet",
      };
    case "active":
      return { text: "ACTIVE: serves", tone: "good" };
    case "lost":
      return { text: `out: ${reason ?? "lost"}`, tone: "bad" };
    case "stopping":
      return { text: "stops: gives its lease back" };
    case "stopped":
      return { text: "stopped" };
    case "exited":
      return { text: "leaves the process" };
    case "gaveUp":
      return { text: "gives up", tone: "bad" };
    case "leaseKept":
      return { text: "stopped: its lease is left to run out", tone: "bad" };
    case "standby":
    case "deposed":
      return undefined;
  }
}
