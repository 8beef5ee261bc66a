/**
 * The order of a coordinator's life, as it is seen from outside: which milestone may follow which, in which of them it may ask for what,
 * and what each of them brings about at once. Written from docs/protocol.md and not from the chart, which is held to it.
 */
import type { Milestone } from "../models/election-vocabulary.ts";

/** It has a lease, and whatever may happen to a member may happen to it. */
const MEMBER = [
  "identified",
  "registered",
  "standby",
  "campaigning",
  "watching",
  "vacancy",
  "outrun",
  "won",
  "prepare",
] as const satisfies readonly Milestone[];

/** It is a member. */
export const OWN = milestones(...MEMBER, "active");
/** It holds the active key. */
export const HOLDING = milestones("won", "prepare", "active");

function milestones(...all: readonly Milestone[]): ReadonlySet<Milestone | undefined> {
  return new Set(all);
}

/** After which milestones each may come. The first of all is `starting`. */
export const FOLLOWS: Readonly<Record<Milestone, readonly Milestone[]>> = {
  starting: ["lost"],
  identified: ["starting"],
  // Also again, when the watch on its session key has broken.
  registered: [...MEMBER, "active"],
  standby: ["identified", "registered"],
  campaigning: ["standby", "campaigning", "watching", "vacancy", "outrun"],
  watching: ["campaigning"],
  vacancy: ["watching"],
  outrun: ["campaigning"],
  won: ["campaigning", "watching"],
  prepare: ["won"],
  active: ["prepare"],
  deposed: ["active"],
  lost: [...MEMBER, "deposed"],
  gaveUp: ["outrun"],
  stopping: ["starting", ...MEMBER, "deposed", "lost", "gaveUp"],
  stopped: ["stopping"],
  leaseKept: ["stopping"],
  exited: ["lost"],
};

/** In which of them each request is sent; what is not named here may always be. */
export const ASKED_IN: Readonly<Record<string, ReadonlySet<Milestone | undefined>>> = {
  readId: milestones("starting"),
  claimId: milestones("starting"),
  grant: milestones("identified"),
  enroll: OWN,
  renew: OWN,
  watch: OWN,
  campaign: milestones("campaigning", "watching"),
  reload: milestones("won"),
  confirm: HOLDING,
  write: milestones("active"),
  revoke: milestones("lost", "stopping"),
};

/** What comes after a pause where one of these was not answered. */
export const ASKED_AGAIN: Readonly<Record<string, readonly string[]>> = {
  readId: ["readId"],
  claimId: ["readId"],
  grant: ["grant"],
  enroll: ["enroll"],
  campaign: ["campaigning"],
};

/** What comes at the same instant: each line is one thing, or one of several. */
export const AT_ONCE: Readonly<Partial<Record<Milestone | "begun", readonly (readonly string[])[]>>> = {
  begun: [["starting"]],
  starting: [["readId"]],
  identified: [["grant"]],
  registered: [["watch"]],
  standby: [["campaigning"]],
  campaigning: [["campaign"]],
  watching: [["watch"]],
  vacancy: [["campaigning"]],
  won: [["watch"], ["reload"]],
  deposed: [["lost", "stopping"]],
  gaveUp: [["stopping"]],
  stopped: [["ended"]],
  leaseKept: [["ended"]],
  exited: [["ended"]],
};
