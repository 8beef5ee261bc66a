/**
 * Nothing passes between one of etcd's members and the others; its clients still reach it. It decides nothing, answers what may be old
 * as it was, tells its watches nothing, and says that it has no leader once it has noticed. If it led, the others elect another.
 */
import { LONG_TTLS } from "./drawing.ts";
import { memberField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { drawMember, memberText } from "./members.ts";

export const memberCut = faultKind(
  "memberCut",
  {
    member: memberField("which member is cut off from the others"),
    forMs: spanField("how long it lasts", 70_000),
  },
  {
    strikes: "etcd",
    names: "member",
    span: "forMs",
    members: "several",
    whileItLasts: () => ({ member: "cut" }),
    disturbs: "at once",
    words: {
      begins: ({ member }) => `${memberText(member)} is cut off from the other members`,
      ends: ({ member }) => `${memberText(member)} hears the others again`,
    },
    weight: 6,
    draw: (draw) => ({ member: drawMember(draw), forMs: draw.within(LONG_TTLS * draw.ttlMs) }),
    button: { label: "Cut off a member" },
    offers: ({ longMs }) => [
      { label: "etcd: cut off its leader", fault: { member: "leader", forMs: longMs } },
    ],
  },
);
