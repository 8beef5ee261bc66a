/** Mistakes in etcd's several members, and in the client that goes from one to the next: in schedules that have them. */
import type { CaseOptions } from "../../properties/case.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { noEffect, violated, type SourceMutant } from "./edits.ts";

/** A mistake that shows in these schedules. */
export interface MemberMutant extends SourceMutant {
  readonly cases: CaseOptions;
}

const AT_MEMBER = "models/etcd/at-member.ts";
const CLIENT = "src/simulation/member-client.ts";
const STRIKE = "src/simulation/strike-member.ts";

const three: CaseOptions = { etcdMembers: 3 };

/** The standby is at a member that lags when the one who serves dies. */
const lagging: CaseOptions = {
  around: scenario({
    title: "a standby at a member that lags",
    etcd: { version: "3.4.23", clockRate: 1, members: 3 },
    coordinators: coordinators("rootcoord", 2),
    faults: [
      { type: "memberLags", atMs: 90_000, member: 2, forMs: 400_000 },
      { type: "crash", atMs: 100_000, on: "rootcoord-a" },
    ],
  }),
};

export const memberMutants: readonly MemberMutant[] = [
  {
    name: "stale-linearizable-reads",
    mistake: "a member that lags answers linearizable reads from what it has applied (etcd issue 20418)",
    file: AT_MEMBER,
    from: "if (isLinearizableRead(input.request)) return setMember(work, number, { held: [...held, input] });",
    to: "if (isLinearizableRead(input.request)) return byItself(work, number, () => serve(work, input));",
    noticed: violated("no-causeless-takeover"),
    cases: lagging,
  },
  {
    name: "minority-leader-writes",
    mistake: "a leader that is cut off says that it has stored what nobody else hears of",
    file: AT_MEMBER,
    from: '  else if (led !== null && request.type === "leaseKeepAlive")',
    to: `  else if (led !== null && request.type !== "leaseKeepAlive") byItself(work, number, () => serve(work, input));
  else if (led !== null && request.type === "leaseKeepAlive")`,
    noticed: violated("unique-ids"),
    cases: three,
  },
  {
    name: "minority-leader-renews-on",
    mistake: "a leader that is cut off never steps down, and renews leases alone",
    file: AT_MEMBER,
    from: "const CHECKS_OF_QUORUM = 2;",
    to: "const CHECKS_OF_QUORUM = 1000;",
    noticed: violated("no-causeless-takeover"),
    cases: three,
  },
  {
    name: "no-time-for-leases",
    mistake: "a new leader gives leases no time",
    file: "models/etcd.ts",
    from: "      next.lessor = promote(next.lessor, next.options, nowMs);\n",
    to: "",
    noticed: violated("no-causeless-takeover"),
    // It has to be shorter than what an election takes from a lease.
    cases: { ...three, ttlSeconds: 2 },
  },
  {
    name: "never-fails-over",
    mistake: "a client stays with the member that leaves its requests unanswered",
    file: CLIENT,
    from: "  if (client.member === member) client.member = (member % client.members) + 1;\n",
    to: "",
    noticed: violated("no-causeless-takeover"),
    cases: three,
  },
  ...(
    [
      ["down", "memberDown", "a member that is killed goes on"],
      ["frozen", "memberFrozen", "a member that stands still goes on"],
      ["cut", "memberCut", "a member that is cut off hears the others"],
      ["lags", "memberLags", "a member that lags does not"],
    ] as const
  ).map(([ill, kind, mistake]) => ({
    name: `${ill}-is-well`,
    mistake,
    file: STRIKE,
    from: `${ill}: ills.has("${ill}")`,
    to: `${ill}: false`,
    noticed: noEffect(kind),
    cases: { kinds: [kind] },
  })),
  {
    name: "apart-reaches",
    mistake: "a member out of reach is reached",
    file: "src/simulation/connections.ts",
    from: "return member !== undefined && client?.outOfReach.includes(member) === true;",
    to: "return member === -1 && client !== undefined;",
    noticed: noEffect("memberApart"),
    cases: { kinds: ["memberApart"] },
  },
];
