/** What faults of etcd's members have in common: a kind of them is what is out of order of one, and its words. */
import type { MemberStatus } from "../../../models/etcd.ts";
import { LONG_TTLS } from "./drawing.ts";
import { memberField, spanField, type FaultyMember } from "./fields.ts";
import { faultKind, type Draw } from "./kind.ts";

/** `member 2`, `the leader`. */
export function memberText(member: FaultyMember): string {
  return member === "leader" ? "the leader" : `member ${member}`;
}

/** The same when it is well again, and another may lead by then. */
export function formerText(member: FaultyMember): string {
  return member === "leader" ? "the member that led" : memberText(member);
}

/** One in so many strikes whoever leads. */
const LEADERS = 2;
/** No others are struck but by those who write scenarios: in a larger cluster they are like these. */
const MOST_STRUCK = 3;

export function drawMember({ members, spice }: Draw): FaultyMember {
  const struck = Math.min(members, MOST_STRUCK);
  return spice % LEADERS === 0 ? "leader" : 1 + (Math.floor(spice / LEADERS) % struck);
}

/** What is said of a fault that befalls a member for everybody. */
interface MemberFault {
  readonly is: keyof MemberStatus;
  /** What follows the member's name: `is KILLED`, `is up again`. */
  readonly begins: string;
  readonly ends: string;
  readonly meaning: string;
  readonly usualMs: number;
  readonly weight: number;
  /** Longest that is drawn. */
  readonly longestTtls?: number;
  /** The button's label; what the menu offers of the leader. */
  readonly button: string;
  readonly offer: string;
}

export function memberFault<const Name extends string>(name: Name, told: MemberFault) {
  const { begins, button, ends, is, longestTtls = LONG_TTLS, meaning, offer, usualMs, weight } = told;
  return faultKind(
    name,
    { member: memberField(meaning), forMs: spanField("how long it lasts", usualMs) },
    {
      strikes: "etcd",
      names: "member",
      span: "forMs",
      members: "several",
      whileItLasts: () => ({ member: is }),
      disturbs: "at once",
      words: {
        begins: ({ member }) => `${memberText(member)} ${begins}`,
        ends: ({ member }) => `${formerText(member)} ${ends}`,
      },
      weight,
      draw: (draw) => ({ member: drawMember(draw), forMs: draw.within(longestTtls * draw.ttlMs) }),
      button: { label: button },
      offers: ({ longMs }) => [{ label: offer, fault: { member: "leader", forMs: longMs } }],
    },
  );
}
