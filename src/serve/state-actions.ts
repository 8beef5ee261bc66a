/** Looking at the whole state, keeping it, and going back to it. */
import { restoredAt } from "../../models/etcd/restored.ts";
import { fromBytes } from "../../models/bytes.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { treeSize } from "../../models/store/tree.ts";
import { Digest } from "../trace/digest.ts";
import { ActionError, manual, type Action, type Kept, type Served } from "./action.ts";
import type { LiveEtcd } from "./live-etcd.ts";
import { ManualTime } from "./live-time.ts";

/** Of a dump; a state of another version is none. */
const FORMAT = "leasehold-served-etcd 2";
const MOST_MARKS = 100;

export const STATE_ACTIONS: readonly Action[] = [
  {
    name: "state",
    does: "how it stands: its time, its mode, its keys and leases",
    fields: [],
    run: ({ etcd }) => summaryOf(etcd),
  },
  {
    name: "clients",
    does: "who is connected, by the names that the recording has",
    fields: [],
    run: ({ guests }) => ({ clients: guests.all }),
  },
  {
    name: "dump",
    does: "its whole state, to be loaded again",
    fields: [],
    run({ etcd }) {
      const kept: Kept = { nowMs: etcd.time.now(), etcd: etcd.state };
      return { format: FORMAT, ...kept, digest: digestOf(kept) };
    },
  },
  {
    name: "load",
    does: "take a dumped state, where time is manual; requests and watches under way are forgotten",
    fields: [],
    open: true,
    run(served, given) {
      const { digest, etcd, format, nowMs } = given as Partial<Kept> & { digest?: unknown; format?: unknown };
      if (format !== FORMAT || nowMs === undefined || etcd === undefined)
        throw new ActionError("it is no dump of this version", "give what dump said, as it is");
      const kept: Kept = { nowMs, etcd };
      if (digest !== digestOf(kept))
        throw new ActionError("it is a dump that was changed", "give what dump said, as it is");
      return goTo(served, kept, "a dump is loaded");
    },
  },
  {
    name: "mark",
    does: "keep its state under a name, to rewind to",
    fields: [{ name: "name", type: "text", meaning: "any", example: "before" }],
    run({ etcd, marks }, { name }) {
      if (marks.size >= MOST_MARKS && !marks.has(name as string))
        throw new ActionError(`${MOST_MARKS} states are kept`, "mark one of their names again");
      marks.set(name as string, { nowMs: etcd.time.now(), etcd: etcd.state });
      return { marks: [...marks.keys()] };
    },
  },
  {
    name: "rewind",
    does: "go back to a marked state, where time is manual; requests and watches under way are forgotten",
    fields: [{ name: "name", type: "text", meaning: "of the mark", example: "before" }],
    run(served, { name }) {
      const kept = served.marks.get(name as string);
      if (kept !== undefined) return goTo(served, kept, `back to ${String(name)}`);
      const known = [...served.marks.keys()];
      throw new ActionError(
        `nothing is marked ${String(name)}`,
        known.length === 0 ? "mark it first" : `there is ${known.join(", ")}`,
      );
    },
  },
  {
    name: "fork",
    does: "serve another one in the same state, on ports of its own",
    fields: [],
    run: ({ fork }) => fork(),
  },
  {
    name: "restore",
    does: "go back to an older revision with its leases, as from a snapshot of then: newer ones are given anew, and connections break",
    fields: [{ name: "revision", type: "count", meaning: "which", example: 1 }],
    run({ etcd }, { revision }) {
      const { store } = etcd.state;
      const first = Math.max(1, store.compactRevision);
      if ((revision as number) < first || (revision as number) > store.revision)
        throw new ActionError(
          `there is no revision ${String(revision)}`,
          `say one from ${first} to ${store.revision}`,
        );
      const leases = etcd.leases.at(revision as number) ?? etcd.state.lessor.leases;
      etcd.restore(
        restoredAt(etcd.state, revision as number, leases, etcd.time.now()),
        `restored at revision ${String(revision)}`,
      );
      return summaryOf(etcd);
    },
  },
  {
    name: "trace",
    does: "what clients did until now, as a trace: leasehold replay reads it",
    fields: [],
    run({ recording }) {
      if (recording === undefined)
        throw new ActionError("nothing is recorded", "start it with --record FILE");
      const { failure, path } = recording.file;
      if (failure !== undefined)
        throw new ActionError(
          `the recording in ${path} ended: ${failure}`,
          "start it anew, with room for it",
        );
      return recording.file.read();
    },
  },
];

function digestOf({ etcd, nowMs }: Kept): string {
  const digest = new Digest();
  digest.line(JSON.stringify([nowMs, etcd]));
  return digest.text();
}

/** Another state from now on, at its own instant. */
function goTo({ etcd, server }: Served, { etcd: state, nowMs }: Kept, how: string): unknown {
  const time = manual(etcd);
  const members = etcd.state.cluster?.members.length ?? 1;
  const wanted = state.cluster?.members.length ?? 1;
  if (members !== wanted)
    throw new ActionError(`it is of an etcd with ${wanted} members`, `this one has ${members}`);
  time.set(nowMs);
  etcd.restore(state, how);
  admitThoseUp(etcd, server);
  return summaryOf(etcd);
}

/** Whose process is gone takes no connections. */
export function admitThoseUp({ state }: LiveEtcd, server: Served["server"]): void {
  const members = state.cluster?.members ?? [undefined];
  members.forEach((member, at) =>
    server.admit(at + 1, state.mode !== "down" && member?.status.down !== true),
  );
}

export function summaryOf({ state, time }: LiveEtcd) {
  const { cluster, lessor, mode, options, raftTerm, spaceAlarms, store, watchers } = state;
  const all = cluster === null ? [watchers] : cluster.members.map((member) => member.watchers);
  return {
    nowMs: Math.round(time.now()),
    time: time instanceof ManualTime ? "manual" : "runs",
    version: options.version,
    mode,
    ...(cluster === null
      ? {}
      : {
          leader: mode === "serving" ? cluster.leader : null,
          members: cluster.members.map(({ behind, status }) => ({
            ...status,
            revision: behind?.revision ?? store.revision,
          })),
        }),
    revision: store.revision,
    raftTerm,
    noSpace: spaceAlarms > 0,
    leases: treeSize(lessor.leases),
    watches: all.reduce((sum, { synced, unsynced }) => sum + synced.length + unsynced.length, 0),
    keys: presentKeys(begin(store), "", null, 1000).map(({ key, lease, value }) => ({
      key: fromBytes(key),
      value: fromBytes(value),
      ...(lease === "0" ? {} : { lease }),
    })),
  };
}
