/**
 * What no exploration of the shipped election reaches of its chart, and why. Kept by hand and held against explorations by a test: what
 * is reached after all must leave the list, what is not must be in it.
 */

/** Pairs of a state and an event, as `pairOf` writes them. */
export interface NeverReached {
  readonly why: string;
  readonly pairs: readonly string[];
}

export const NEVER_REACHED: readonly NeverReached[] = [
  {
    why: "a claim ends before its lease does, so whoever could hear it has left by then",
    pairs: ["member: lease.gone"],
  },
  {
    why: "two that have the same server id; unique-ids says that there are none",
    pairs: ["member: session.taken"],
  },
  {
    why: "high availability is on in a space",
    pairs: ["member.role.standby.outrun: after exclusiveRetry"],
  },
  {
    why: "nobody asks for the role, and no service fails to prepare",
    pairs: [
      "member.role.holding: handover.asked",
      "member.role.waiting: handover.asked",
      "member.session.enrolling: handover.asked",
      "member.role.holding.service.activating.preparing: unprepared",
    ],
  },
  {
    why: "nothing lasts three TTLs",
    pairs: ["member.role.holding.service.activating: after activationLimit"],
  },
  {
    why: "the metadata of a space, three keys, fits on one page",
    pairs: ["member.role.holding.service.activating.reloading: metadata.page"],
  },
];
