/**
 * One of etcd's members applies nothing of what the others decide, and hears them all the same: what may be old it answers as it was, its
 * watches tell late, and other answers of it wait until it has caught up. Leases it has renewed: the leader does that.
 */
import { memberField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { drawMember, memberText } from "./members.ts";

/** Longest that is drawn, in TTLs: a lease runs out in it, and whoever waits asks more than once. */
const LONGEST_TTLS = 4;

export const memberLags = faultKind(
  "memberLags",
  { member: memberField("which member lags"), forMs: spanField("until it catches up", 70_000) },
  {
    strikes: "etcd",
    names: "member",
    span: "forMs",
    members: "several",
    whileItLasts: () => ({ member: "lags" }),
    disturbs: "at once",
    words: {
      begins: ({ member }) => `${memberText(member)} lags: it applies nothing more`,
      ends: ({ member }) => `${memberText(member)} has caught up`,
    },
    weight: 4,
    draw: (draw) => ({ member: drawMember(draw), forMs: draw.within(LONGEST_TTLS * draw.ttlMs) }),
    button: { label: "Let a member lag" },
    offers: ({ longMs }) => [{ label: "etcd: its leader lags", fault: { member: "leader", forMs: longMs } }],
  },
);
