/** One of etcd's members is killed, and comes back with what it had stored. If it led, the others elect another. */
import { LONG_TTLS } from "./drawing.ts";
import { memberField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { drawMember, memberText } from "./members.ts";

export const memberDown = faultKind(
  "memberDown",
  {
    member: memberField("which member is down"),
    forMs: spanField("how long it is down", 30_000, "down for"),
  },
  {
    strikes: "etcd",
    names: "member",
    span: "forMs",
    members: "several",
    whileItLasts: () => ({ member: "down" }),
    disturbs: "at once",
    words: {
      begins: ({ member }) => `${memberText(member)} is KILLED`,
      ends: ({ member }) => `${memberText(member)} is up again`,
    },
    weight: 6,
    draw: (draw) => ({ member: drawMember(draw), forMs: draw.within(LONG_TTLS * draw.ttlMs) }),
    button: { label: "Kill a member" },
    offers: ({ longMs }) => [{ label: "etcd: kill its leader", fault: { member: "leader", forMs: longMs } }],
  },
);
