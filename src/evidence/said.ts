/** What one line of a log says of whoever wrote it: that it serves, that it does no more, that it takes part in an election. */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { Fact, LogSource } from "./fact.ts";
import { isMilvus } from "./participants.ts";

/** Who says so has the role, had it, or is about to. */
export function hints(what: Fact["what"], source: LogSource): boolean {
  if (what.type === "serving" || what.type === "promoted" || isMilestone(what, "won")) return true;
  return isLoss(what, source) || isActive(what, !isMilvus(source));
}

/** It had the role until now: of other elections also who says that it is lost, for a membership is no matter there. */
export function isLoss(what: Fact["what"], { mapping }: LogSource): boolean {
  return isDeposed(what) || (mapping !== undefined && isMilestone(what, "lost"));
}

export function isEnd(what: Fact["what"]): boolean {
  return what.type === "leaving" || (what.type === "milestone" && ENDS_MEMBERSHIP.has(what.milestone));
}

const ENDS_MEMBERSHIP: ReadonlySet<string> = new Set(["lost", "stopping", "stopped", "exited", "gaveUp"]);

/** Whoever says so serves no more, nor will. Milvus serves on while it stops. */
export function isOver(what: Fact["what"], source: LogSource): boolean {
  if (what.type !== "milestone") return false;
  if (source.mapping !== undefined) return ENDS_SERVICE.has(what.milestone);
  return isDeposed(what) || (!isMilvus(source) && what.milestone !== "stopping" && isEnd(what));
}

export function isElected(what: Fact["what"]): boolean {
  return what.type === "milestone" && (BEGINS_ANEW.has(what.milestone) || what.milestone === "active");
}

/** What came of a campaign. */
export const OUTCOMES: ReadonlySet<string> = new Set(["won", "watching", "outrun", "active"]);

/** Nobody who serves says so, but another process may. */
export const BEGINS_ANEW: ReadonlySet<string> = new Set([
  "starting",
  "identified",
  "registered",
  "standby",
  "campaigning",
  "watching",
  "vacancy",
  "won",
]);

export const ENDS_SERVICE: ReadonlySet<string> = new Set([
  "deposed",
  "lost",
  "stopping",
  "stopped",
  "exited",
]);

export function isMilestone(what: Fact["what"], milestone: Milestone): boolean {
  return what.type === "milestone" && what.milestone === milestone;
}

export function isDeposed(what: Fact["what"]): boolean {
  return isMilestone(what, "deposed");
}

/** Where `Register` blocks until the role is won, its end says that the coordinator serves. */
export function isActive(what: Fact["what"], blocks: boolean): boolean {
  if (what.type === "registerFinished") return blocks;
  return isMilestone(what, "active");
}
