/**
 * One of etcd's members stands still (SIGSTOP, a machine that thrashes): connections to it live and bring nothing, and it hears the
 * others no more. If it led, they elect another.
 */
import { LONG_TTLS } from "./drawing.ts";
import { memberField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { drawMember, memberText } from "./members.ts";

export const memberFrozen = faultKind(
  "memberFrozen",
  { member: memberField("which member stands still"), forMs: spanField("how long it lasts", 70_000) },
  {
    strikes: "etcd",
    names: "member",
    span: "forMs",
    members: "several",
    whileItLasts: () => ({ member: "frozen" }),
    disturbs: "at once",
    words: {
      begins: ({ member }) => `${memberText(member)} stands still: it takes requests and answers none`,
      ends: ({ member }) => `${memberText(member)} wakes up`,
    },
    weight: 6,
    draw: (draw) => ({ member: drawMember(draw), forMs: draw.within(LONG_TTLS * draw.ttlMs) }),
    button: { label: "Freeze a member" },
    offers: ({ longMs }) => [
      { label: "etcd: freeze its leader", fault: { member: "leader", forMs: longMs } },
    ],
  },
);
