/**
 * How a coordinator stands: what is seen of it leads from one standing to the next, and each standing has a shape. The one
 * place for both, whoever draws: the timeline, the stepper, the exports.
 */
import type { Milestone } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";

/** `activating`: it holds the role and does not serve yet. */
export type Standing = "down" | "joining" | "standby" | "activating" | "active" | "leaving";

/** The milestones that are not here change nothing. */
const LEADS_TO: Partial<Record<Milestone, Standing>> = {
  starting: "joining",
  identified: "joining",
  campaigning: "joining",
  outrun: "joining",
  vacancy: "joining",
  watching: "standby",
  won: "activating",
  active: "active",
  lost: "leaving",
  stopping: "leaving",
  gaveUp: "leaving",
};

/** How a coordinator stands after this was seen of it; undefined: as before. */
export function leadsTo(seen: {
  readonly type: Observation["type"];
  readonly milestone?: unknown;
}): Standing | undefined {
  switch (seen.type) {
    case "started":
      return "joining";
    case "ended":
      return "down";
    case "milestone":
      return LEADS_TO[seen.milestone as Milestone];
    default:
      return undefined;
  }
}

/** So that nothing rests on colour. `ghost`: down, while its lease lives on. */
export const BARS: Readonly<Record<Standing | "paused" | "ghost", string>> = {
  down: " ",
  joining: "┊",
  standby: "│",
  activating: "▒",
  active: "█",
  leaving: "╎",
  paused: "░",
  ghost: "·",
};
