/** Nothing passes between a coordinator and one of etcd's members; it reaches the others. */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, memberField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { drawMember, formerText, memberText } from "./members.ts";

export const memberApart = faultKind(
  "memberApart",
  {
    on: coordinatorField("who is cut off from a member"),
    member: memberField("the member that it does not reach"),
    forMs: spanField("how long it lasts", 70_000),
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    members: "several",
    whileItLasts: () => ({ outOfReach: true }),
    disturbs: "at once",
    words: {
      begins: ({ member }) => `cut off from ${memberText(member)} of etcd`,
      ends: ({ member }) => `reaches ${formerText(member)} of etcd again`,
    },
    weight: 26,
    draw: (draw) => ({ on: draw.on, member: drawMember(draw), forMs: draw.within(LONG_TTLS * draw.ttlMs) }),
    button: { label: "Cut off from a member" },
    offers: ({ longMs, on }) => [
      { label: "cut off from etcd's leader", fault: { on, member: "leader", forMs: longMs } },
    ],
  },
);
