/**
 * Several members behind one store. What their majority has decided is `store` and `lessor`, as with one server, for whoever
 * decides has all of it; a member is what it has applied of that, the watches of its clients, and whether it hears the others.
 * Entries of a leader that were decided on by nobody are not kept: it loses them when it hears of another.
 */
import type { Store } from "../store.ts";
import type { StoreEvent } from "../etcd-api.ts";
import type { ClientId, Cluster, Etcd, ClusterMember, MemberStatus, Watcher, Work } from "./types.ts";
import { breakWatches, createWatchers, dropWatches, notify, returnWatches, takeWatches } from "./watch.ts";

/** Connections to one member, at most; those to the next are numbered on from here. */
const CONNECTIONS = 1_000_000_000;

/** A leader falls silent, and so long after it another one leads: measured on three members of 3.4.23, 1.1 to 1.6 s. */
export const MEMBER_ELECTION_MS = 1250;

/** Of a member that was started again: it has heard of no leader. */
const NEVER_HEARD = Number.MIN_SAFE_INTEGER;

const SOUND: MemberStatus = Object.freeze({ down: false, frozen: false, cut: false, lags: false });

/** The number of a client's connection to a member, from 1 on. Its connection to the first, or to the only server, is `client`. */
export function connectionTo(client: ClientId, member: number): ClientId {
  return client + (member - 1) * CONNECTIONS;
}

/** The member that a connection leads to; 0: an outsider's, to whoever leads. */
export function memberOf(client: ClientId): number {
  return client < 0 ? 0 : Math.floor(client / CONNECTIONS) + 1;
}

/** Back from {@link connectionTo}. */
export function clientOfConnection(client: ClientId): ClientId {
  return client < 0 ? client : client % CONNECTIONS;
}

/** Members that are all well, led by the first. */
export function createCluster(count: number): Cluster {
  const member: ClusterMember = {
    status: SOUND,
    behind: null,
    watchers: createWatchers(),
    held: [],
    unsaid: [],
    apartMs: 0,
    led: null,
  };
  return { leader: 1, members: Array.from({ length: count }, () => member), silent: false };
}

/** Throws a RangeError where there is no such member. */
export function memberAt({ cluster }: Pick<Etcd, "cluster">, number: number): ClusterMember {
  const member = cluster?.members[number - 1];
  if (member === undefined) throw new RangeError(`this etcd has no member ${number}`);
  return member;
}

/** Whether nobody is at the other end of this connection. */
export function isUnserved(etcd: Etcd, client: ClientId): boolean {
  if (etcd.mode === "down") return true;
  const member = memberOf(client);
  return etcd.cluster !== null && member > 0 && memberAt(etcd, member).status.down;
}

/** Whether it hears the other members, and they it. */
export function hears({ cut, down, frozen }: MemberStatus): boolean {
  return !cut && !down && !frozen;
}

export function setMember(work: Work, number: number, change: Partial<ClusterMember>): void {
  const { cluster } = work.next;
  if (cluster === null) return;
  const members = cluster.members.map((one, at) => (at === number - 1 ? { ...one, ...change } : one));
  work.next.cluster = { ...cluster, members };
}

/** Lets `act` meet this member's own watches, and the store as far as it has applied it, which `act` must not change. */
export function byItself(work: Work, number: number, act: () => void): void {
  const { next } = work;
  const { store, watchers } = next;
  const member = memberAt(next, number);
  next.store = member.behind ?? store;
  next.watchers = member.watchers;
  act();
  const after = next.watchers;
  next.store = store;
  next.watchers = watchers;
  if (after !== member.watchers) setMember(work, number, { watchers: after });
}

/** Every member by itself. */
function eachByItself(work: Work, act: (member: ClusterMember) => void): void {
  work.next.cluster?.members.forEach((member, at) => byItself(work, at + 1, () => act(member)));
}

/** Watchers hear of a revision: those at a member that is behind, when it has applied it. */
export function notifyAll(work: Work, events: readonly StoreEvent[]): void {
  if (work.next.cluster === null) notify(work, events);
  else
    eachByItself(work, ({ behind }) => {
      if (behind === null) notify(work, events);
    });
}

/** A connection is gone. */
export function dropConnection(work: Work, client: ClientId): void {
  const number = memberOf(client);
  if (work.next.cluster === null || number === 0) return dropWatches(work, client);
  byItself(work, number, () => dropWatches(work, client));
  const { held, unsaid } = memberAt(work.next, number);
  setMember(work, number, {
    held: held.filter((input) => input.client !== client),
    unsaid: unsaid.filter((output) => output.client !== client),
  });
}

/** All members end at once. */
export function breakAllWatches(work: Work): void {
  if (work.next.cluster === null) return breakWatches(work);
  eachByItself(work, () => breakWatches(work));
  work.next.cluster.members.forEach((_, at) => setMember(work, at + 1, { held: [], unsaid: [] }));
}

/** The same etcd without anybody connected to it: nobody watches, and nothing waits to be answered. */
export function withoutConnections(etcd: Etcd): Etcd {
  const { cluster } = etcd;
  const none = { watchers: createWatchers(), held: [], unsaid: [] };
  return {
    ...etcd,
    watchers: none.watchers,
    waiting: [],
    cluster: cluster && { ...cluster, members: cluster.members.map((member) => ({ ...member, ...none })) },
  };
}

/** The member is as `status` says; what it can take up again of what it held stays to be taken. */
export function changeStatus(work: Work, number: number, status: MemberStatus): void {
  const { next, nowMs } = work;
  const before = memberAt(next, number);
  const ends = status.down && !before.status.down;
  if (ends) {
    byItself(work, number, () => breakWatches(work));
    next.waiting = next.waiting.filter(({ input }) => memberOf(input.client) !== number);
    setMember(work, number, { held: [], unsaid: [], led: null, apartMs: NEVER_HEARD });
  }
  if (hears(status)) setMember(work, number, { apartMs: 0, led: null });
  else if (hears(before.status) && !ends) {
    const led = next.cluster?.leader === number && next.mode === "serving";
    setMember(work, number, { apartMs: nowMs, led: led ? { leases: next.lessor.leases } : null });
  }
  const behind = hears(status) && !status.lags ? null : (before.behind ?? next.store);
  follow(work, number, behind);
  setMember(work, number, { status });
}

/** What it has applied is another from now on; `null`: everything. Its watches go on from where they are. */
function follow(work: Work, number: number, behind: Store | null): void {
  let watchers: readonly Watcher[] = [];
  byItself(work, number, () => {
    watchers = takeWatches(work);
  });
  setMember(work, number, { behind });
  byItself(work, number, () => returnWatches(work, watchers));
}

/** Another member leads from now on: the next one that hears the others, and rather one that has applied everything. */
export function elect(next: Work["next"]): void {
  const { cluster } = next;
  if (cluster === null) return;
  const { leader, members } = cluster;
  const inTurn = members.map((_, at) => ((leader + at) % members.length) + 1);
  const able = inTurn.filter((number) => hears(memberAt(next, number).status));
  const chosen = able.find((number) => !memberAt(next, number).status.lags) ?? able[0];
  if (chosen !== undefined) next.cluster = { ...cluster, leader: chosen, silent: false };
}

/** The same, as if the member before this one had led: it is the next in turn. */
export function turnBefore(cluster: Cluster, member: number): Cluster {
  return { ...cluster, leader: member === 1 ? cluster.members.length : member - 1 };
}

/** What the members' standing amounts to. */
export function leadershipOf(etcd: Pick<Etcd, "cluster">): "led" | "leaderless" | "without quorum" {
  const { cluster } = etcd;
  if (cluster === null) return "led";
  const able = cluster.members.filter(({ status }) => hears(status)).length;
  if (able <= cluster.members.length / 2) return "without quorum";
  return hears(memberAt(etcd, cluster.leader).status) ? "led" : "leaderless";
}

/** Whether what this client asks comes to a leader. */
export function hasLeader(etcd: Etcd, client: ClientId): boolean {
  const number = memberOf(client);
  return etcd.cluster === null || number === 0 || hears(memberAt(etcd, number).status);
}
