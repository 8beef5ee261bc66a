/** What faults of etcd's members have in common. */
import type { FaultyMember } from "./fields.ts";
import type { Draw } from "./kind.ts";

/** `member 2`, `the leader`. */
export function memberText(member: FaultyMember): string {
  return member === "leader" ? "the leader" : `member ${member}`;
}

/** One in so many strikes whoever leads. */
const LEADERS = 2;
/** Every cluster has so many: more are struck by those who write scenarios. */
const FEWEST = 3;

export function drawMember({ spice }: Draw): FaultyMember {
  return spice % LEADERS === 0 ? "leader" : 1 + (Math.floor(spice / LEADERS) % FEWEST);
}
