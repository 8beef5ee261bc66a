/** What is seen of a coordinator leads from one standing to the next. */
import type { Milestone } from "../../models/election.ts";
import type { Observation } from "../../models/observation.ts";
import type { Standing } from "../trace/standing.ts";

/** The milestones that are not here change nothing. */
const LEADS_TO: Partial<Record<Milestone, Standing>> = {
  starting: "joining",
  identified: "joining",
  // As the chart has it: whoever may have the role stands by for it, also while it tries.
  standby: "standby",
  campaigning: "standby",
  outrun: "standby",
  vacancy: "standby",
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
    case "unseen":
      return "unknown";
    case "milestone":
      return LEADS_TO[seen.milestone as Milestone];
    default:
      return undefined;
  }
}
