/**
 * What can be done to a served etcd by hand. One table: the control's HTTP, its description for programs and `leasehold ctl` are made
 * of it.
 */
import { isVersion, type Etcd } from "../../models/etcd.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { treeKeys, treeSize } from "../../models/store/tree.ts";
import { fromBytes } from "../../models/bytes.ts";
import { PROCEDURES } from "../kv/etcd/convert.ts";
import { listed, nearest } from "../scenario-file/nearest.ts";
import { quote } from "../words/shown.ts";
import type { LiveEtcd } from "./live-etcd.ts";
import { ManualTime } from "./live-time.ts";
import type { Tampers } from "./tampers.ts";

/** What an action is told. Durations are ms. */
export interface ActionField {
  readonly name: string;
  readonly type: "duration" | "text" | "count";
  readonly meaning: string;
  /** Absent: it must be given. */
  readonly otherwise?: number | string;
}

export interface Served {
  readonly etcd: LiveEtcd;
  readonly tampers: Tampers;
}

export interface Action {
  readonly name: string;
  readonly does: string;
  readonly fields: readonly ActionField[];
  /** Throws an {@link ActionError}. */
  run(served: Served, given: Readonly<Record<string, unknown>>): unknown;
}

/** It cannot be done: what, and what to do instead. */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly remedy: string;

  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}

/** Requests of whoever holds the control, whom nobody answers. */
const OPERATOR = 0;
const FOR: ActionField = { name: "for", type: "duration", meaning: "for how long" };
/** From a leader's end to the next one, on three members of etcd 3.4.23. */
const ELECTION_MS = 1200;
/** Of a dump; a state of another version is none. */
const FORMAT = "leasehold-served-etcd 1";

const KINDS: readonly string[] = [...Object.keys(PROCEDURES), "watch"];

export const ACTIONS: readonly Action[] = [
  {
    name: "state",
    does: "how it stands: its time, its mode, its keys and leases",
    fields: [],
    run: ({ etcd }) => summaryOf(etcd),
  },
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
    name: "expire",
    does: "end a lease now, as if its time had run out",
    fields: [{ name: "lease", type: "text", meaning: "its id, decimal or hexadecimal as etcdctl prints it" }],
    run({ etcd }, { lease }) {
      const id = leaseOf(etcd.state, lease as string);
      etcd.tell({ type: "request", client: OPERATOR, id: 0, request: { type: "leaseRevoke", id } });
      return { expired: id };
    },
  },
  {
    name: "change-leader",
    does: "the leader is gone; another takes over after a while and gives every lease its whole time again",
    fields: [{ ...FOR, otherwise: ELECTION_MS }],
    run: ({ etcd }, { for: ms }) =>
      serving(etcd, () => etcd.tell({ type: "leaderChange", electionMs: ms as number })),
  },
  {
    name: "stall",
    does: "take requests and answer none, for so long",
    fields: [FOR],
    run: ({ etcd }, { for: ms }) => serving(etcd, () => etcd.tell({ type: "stall", forMs: ms as number })),
  },
  {
    name: "crash",
    does: "the server dies: watches and requests under way with it",
    fields: [],
    run: ({ etcd }) => serving(etcd, () => etcd.tell({ type: "crash" })),
  },
  {
    name: "restart",
    does: "start a server that crashed; what was stored is still there",
    fields: [{ ...FOR, meaning: "how long it is without a leader then", otherwise: ELECTION_MS }],
    run({ etcd }, { for: ms }) {
      if (etcd.state.mode !== "down") throw new ActionError("it is not down", "crash it first");
      etcd.tell({ type: "restart", electionMs: ms as number });
      return summaryOf(etcd);
    },
  },
  {
    name: "compact",
    does: "forget history before this revision",
    fields: [{ name: "revision", type: "count", meaning: "up to it", otherwise: 0 }],
    run({ etcd }, { revision }) {
      const upTo = (revision as number) || etcd.state.store.revision;
      etcd.tell({ type: "request", client: OPERATOR, id: 0, request: { type: "compact", revision: upTo } });
      return { compactedTo: upTo };
    },
  },
  {
    name: "lose",
    does: "lose the next requests, or their answers: then they are carried out and nobody hears",
    fields: [
      { name: "what", type: "text", meaning: "request or answer" },
      { name: "kind", type: "text", meaning: `any, or one of ${KINDS.join(", ")}`, otherwise: "any" },
      { name: "count", type: "count", meaning: "how many", otherwise: 1 },
    ],
    run({ tampers }, { count, kind, what }) {
      if (what !== "request" && what !== "answer")
        throw new ActionError(`"${String(what)}" cannot be lost`, "say request or answer");
      if (kind !== "any" && !KINDS.includes(kind as string))
        throw new ActionError(`there is no kind "${String(kind)}"`, `say any, or one of ${KINDS.join(", ")}`);
      tampers.add(kind === "any" ? undefined : (kind as string), `${what} lost`, count as number);
      return { next: count, what, kind };
    },
  },
  {
    name: "dump",
    does: "its whole state, to be loaded again: a fork, or a way back",
    fields: [],
    run: ({ etcd }) => ({ format: FORMAT, nowMs: etcd.time.now(), etcd: etcd.state }),
  },
  {
    name: "load",
    does: "take a dumped state, where time is manual; requests and watches under way are forgotten",
    fields: [],
    run({ etcd }, given) {
      const time = manual(etcd);
      const state = given["etcd"] as Etcd | undefined;
      if (
        given["format"] !== FORMAT ||
        typeof given["nowMs"] !== "number" ||
        !isVersion(String(state?.options.version))
      )
        throw new ActionError("it is no dump of this version", "give what dump said, as it is");
      etcd.restore(state as Etcd);
      time.set(given["nowMs"]);
      return summaryOf(etcd);
    },
  },
];

/** Throws an {@link ActionError} where there is none. */
export function actionNamed(name: string): Action {
  const found = ACTIONS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = ACTIONS.map((one) => one.name);
  const near = nearest(name, names);
  throw new ActionError(
    `there is no action ${quote(name)}`,
    near.length === 0 ? `there is ${names.join(", ")}` : `did you mean ${listed(near, "or")}?`,
  );
}

function summaryOf({ state, time }: LiveEtcd) {
  const { lessor, mode, options, raftTerm, store, watchers } = state;
  return {
    nowMs: Math.round(time.now()),
    time: time instanceof ManualTime ? "manual" : "runs",
    version: options.version,
    mode,
    revision: store.revision,
    raftTerm,
    leases: treeSize(lessor.leases),
    watches: watchers.synced.length + watchers.unsynced.length,
    keys: presentKeys(begin(store), "", null, 1000).map(({ key, lease, value }) => ({
      key: fromBytes(key),
      value: fromBytes(value),
      ...(lease === "0" ? {} : { lease }),
    })),
  };
}

/** `7587…` or what etcdctl prints, `694d8…` in hexadecimal. */
function leaseOf({ lessor }: Etcd, given: string): string {
  const ids = treeKeys(lessor.leases);
  const hex = /^[0-9a-f]+$/u.test(given) ? BigInt(`0x${given}`).toString() : "";
  const found = [given, hex].find((one) => ids.includes(one));
  if (found === undefined)
    throw new ActionError(
      `there is no lease ${given}`,
      ids.length === 0 ? "there are none" : `there are ${ids.slice(0, 5).join(", ")}`,
    );
  return found;
}

function manual({ time }: LiveEtcd): ManualTime {
  if (time instanceof ManualTime) return time;
  throw new ActionError("its time runs by itself", "start it with --time manual");
}

function serving(etcd: LiveEtcd, act: () => void): unknown {
  const { mode } = etcd.state;
  if (mode !== "serving")
    throw new ActionError(`it is ${mode}, not serving`, "wait until it serves, or restart it");
  act();
  return summaryOf(etcd);
}

/** Clients hear what was said, and what they ask then is heard, before more time passes. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 5));
}
