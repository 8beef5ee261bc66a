/** Time, and what can befall the served etcd itself and its members. */
import type { Etcd, MemberStatus } from "../../models/etcd.ts";
import { treeKeys } from "../../models/store/tree.ts";
import {
  ActionError,
  knownMember,
  manual,
  severalMembers,
  type Action,
  type ActionField,
  type Served,
} from "./action.ts";
import { tellByHand, type LiveEtcd } from "./live-etcd.ts";
import { admitThoseUp, summaryOf } from "./state-actions.ts";

/** Requests of whoever holds the control, whom nobody answers. */
const OPERATOR = -1;
const FOR: ActionField = { name: "for", type: "duration", meaning: "for how long", example: 1000 };
/** From a leader's end to the next one, on three members of etcd 3.4.23. */
const ELECTION_MS = 1200;
/** Nothing is quiet by itself after so long without a leader. */
const MOST_SETTLING_MS = 60_000;
const FOREVER_MS = 3_155_760_000_000;

const WELL: MemberStatus = { down: false, frozen: false, cut: false, lags: false };
const CONDITIONS: Readonly<Record<string, Partial<MemberStatus>>> = {
  well: {},
  down: { down: true },
  frozen: { frozen: true },
  cut: { cut: true },
  lags: { lags: true },
};

export const ETCD_ACTIONS: readonly Action[] = [
  {
    name: "advance",
    does: "let so much time pass, where time is manual",
    fields: [{ ...FOR, meaning: "how much" }],
    async run({ etcd }, { for: ms }) {
      await manual(etcd).advance(ms as number, settled);
      return { nowMs: etcd.time.now() };
    },
  },
  {
    name: "settle",
    does: "let time pass until nothing is under way: no request or watch waits, and there is a leader",
    fields: [{ name: "within", type: "duration", meaning: "at most so much", otherwise: MOST_SETTLING_MS }],
    async run({ etcd }, { within }) {
      const time = manual(etcd);
      const endMs = time.now() + (within as number);
      for (let why = unsettled(etcd); why !== undefined; why = unsettled(etcd)) {
        const nextMs = Math.max(time.now(), time.nextMs());
        if (nextMs > endMs)
          throw new ActionError(`it does not settle by itself: ${why}`, "give it more, or mend it");
        await time.advance(nextMs - time.now(), settled);
      }
      return { nowMs: time.now() };
    },
  },
  {
    name: "expire",
    does: "end a lease now, as if its time had run out",
    fields: [
      {
        name: "lease",
        type: "text",
        meaning: "its id, decimal or hexadecimal as etcdctl prints it",
        example: "7587000000000000001",
      },
    ],
    run({ etcd }, { lease }) {
      const id = leaseOf(etcd.state, lease as string);
      const input = {
        type: "request",
        client: OPERATOR,
        id: 0,
        request: { type: "leaseRevoke", id },
      } as const;
      serving(etcd, () => tellByHand(etcd, `the operator ends lease ${id}`, input));
      return { expired: id };
    },
  },
  {
    name: "compact",
    does: "forget history before this revision",
    fields: [{ name: "revision", type: "count", meaning: "up to it; 0: the newest", otherwise: 0 }],
    run({ etcd }, { revision }) {
      const { compactRevision, revision: newest } = etcd.state.store;
      const upTo = (revision as number) || newest;
      if (upTo > newest || upTo <= compactRevision)
        throw new ActionError(
          `it cannot be compacted to ${upTo}`,
          `say a revision from ${Math.max(1, compactRevision + 1)} to ${newest}`,
        );
      const request = { type: "compact", revision: upTo } as const;
      serving(etcd, () =>
        tellByHand(etcd, `the operator compacts to ${upTo}`, {
          type: "request",
          client: OPERATOR,
          id: 0,
          request,
        }),
      );
      return { compactedTo: upTo };
    },
  },
  {
    name: "change-leader",
    does: "the leader is gone; another takes over after a while and gives every lease its whole time again",
    fields: [{ ...FOR, otherwise: ELECTION_MS }],
    run: ({ etcd }, { for: ms }) =>
      serving(etcd, () =>
        tellByHand(etcd, "the leader is gone", { type: "leaderChange", electionMs: ms as number }),
      ),
  },
  {
    name: "lose-quorum",
    does: "there is no leader until it is mended: of several members, all but one hear nobody",
    fields: [],
    run: ({ etcd }) =>
      serving(etcd, () => {
        const { cluster } = etcd.state;
        if (cluster === null)
          return tellByHand(etcd, "there is no leader any more", {
            type: "leaderChange",
            electionMs: FOREVER_MS,
          });
        for (let number = 1; number <= cluster.members.length; number++)
          if (number !== cluster.leader) befallMember(etcd, number, "cut");
      }),
  },
  {
    name: "strand",
    does: "cut the leader off from the other members, which elect another; its own clients do not notice at once",
    fields: [],
    run({ etcd }) {
      severalMembers(etcd);
      return serving(etcd, () => befallMember(etcd, etcd.state.cluster?.leader ?? 1, "cut"));
    },
  },
  {
    name: "member",
    does: "one of several members is from now on well, down, frozen, cut off from the others, or lags behind them",
    fields: [
      { name: "number", type: "count", meaning: "which, from 1 on", example: 1 },
      {
        name: "is",
        type: "text",
        meaning: "how it stands",
        choices: Object.keys(CONDITIONS),
        example: "well",
      },
    ],
    run({ etcd, server }, { is, number }) {
      severalMembers(etcd);
      befallMember(etcd, knownMember(etcd, number as number), is as string);
      admitThoseUp(etcd, server);
      return summaryOf(etcd);
    },
  },
  {
    name: "mend",
    does: "all members are well again, and there is a leader soon; a crashed server is restarted",
    fields: [],
    run(served) {
      const { etcd, server, space } = served;
      if (etcd.state.mode === "down") restart(served, ELECTION_MS);
      etcd.state.cluster?.members.forEach((_, at) => befallMember(etcd, at + 1, "well"));
      if (etcd.state.electionEndsMs > etcd.time.now() + ELECTION_MS)
        etcd.amend({ electionEndsMs: etcd.time.now() + ELECTION_MS }, "there will be a leader");
      space.disarm();
      admitThoseUp(etcd, server);
      return summaryOf(etcd);
    },
  },
  {
    name: "stall",
    does: "take requests and answer none, for so long",
    fields: [FOR],
    run: ({ etcd }, { for: ms }) =>
      serving(etcd, () => tellByHand(etcd, "etcd stalls", { type: "stall", forMs: ms as number })),
  },
  {
    name: "crash",
    does: "the server dies, all members of it: connections end, and others are refused",
    fields: [],
    run({ etcd, server }) {
      if (etcd.state.mode === "down") throw new ActionError("it is down", "restart it first");
      tellByHand(etcd, "etcd dies", { type: "crash" });
      admitThoseUp(etcd, server);
      return summaryOf(etcd);
    },
  },
  {
    name: "restart",
    does: "start a server that crashed; what was stored is still there",
    fields: [{ ...FOR, meaning: "how long it is without a leader then", otherwise: ELECTION_MS }],
    run(served, { for: ms }) {
      if (served.etcd.state.mode !== "down") throw new ActionError("it is not down", "crash it first");
      restart(served, ms as number);
      return summaryOf(served.etcd);
    },
  },
  {
    name: "fill-up",
    does: "its space is used up: nothing is stored until the alarm is disarmed, by etcdctl or by mend",
    fields: [],
    run({ etcd, space }) {
      space.alarm();
      return summaryOf(etcd);
    },
  },
];

function restart({ etcd, server }: Served, electionMs: number): void {
  tellByHand(etcd, "etcd is started", { type: "restart", electionMs });
  admitThoseUp(etcd, server);
}

function befallMember(etcd: LiveEtcd, member: number, condition: string): void {
  const status = { ...WELL, ...CONDITIONS[condition] };
  tellByHand(etcd, `member ${member} is ${condition}`, { type: "member", member, status });
}

/** What is still under way; undefined: nothing. */
function unsettled(etcd: LiveEtcd): string | undefined {
  const { cluster, mode, waiting, watchers } = etcd.state;
  if (mode === "down") return "it is down";
  if (mode !== "serving") return `it is ${mode}`;
  if (waiting.length > 0) return `${waiting.length} requests wait`;
  const members = cluster?.members ?? [];
  if (watchers.unsynced.length > 0 || members.some((member) => member.watchers.unsynced.length > 0))
    return "watches catch up";
  if (members.some(({ held, unsaid }) => held.length + unsaid.length > 0))
    return "a member holds requests back";
  return manual(etcd).hasOthers(etcd) ? "messages are late" : undefined;
}

/** `7587…` or what etcdctl prints, `694d8…` in hexadecimal. */
function leaseOf({ lessor }: Etcd, given: string): string {
  const ids = treeKeys(lessor.leases);
  const hex = /^[0-9a-f]{1,16}$/u.test(given) ? BigInt(`0x${given}`).toString() : "";
  const found = [given, hex].find((one) => ids.includes(one));
  if (found === undefined)
    throw new ActionError(
      `there is no lease ${given}`,
      ids.length === 0 ? "there are none" : `there are ${ids.slice(0, 5).join(", ")}`,
    );
  return found;
}

function serving(etcd: LiveEtcd, act: () => void): unknown {
  const { mode } = etcd.state;
  if (mode !== "serving")
    throw new ActionError(`it is ${mode}, not serving`, "wait until it serves, mend it, or restart it");
  act();
  return summaryOf(etcd);
}

/** Clients hear what was said, and what they ask then is heard, before more time passes. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 5));
}
