/**
 * A leader whose disk hangs: it does not know that the other members elected another, and goes on answering what it can
 * answer alone. Before 3.4.31 and 3.5.13 renewals are among that: its clients' leases live on in its view while the others
 * let them run out. When its disk comes back it has the leases revoked that it saw run out, alive or not, and what it was
 * asked meanwhile is passed on. etcd issue 15247; both measured on 3.4.23.
 */
import { treeDue, treeGet } from "../store/tree.ts";
import type { LeaseKeepAliveRequest } from "../etcd-api.ts";
import { restarted, withLease } from "./lessor.ts";
import { follows } from "./release.ts";
import { headerNow, reply, revoke } from "./serve.ts";
import type { ClientId, ClientInput, Etcd, RequestInput, StaleLeader, Work } from "./types.ts";
import { returnWatches, takeWatches } from "./watch.ts";

/** The leader loses touch, unless one has already, with this client connected to it. */
export function strandLeases(work: Work, client: ClientId): void {
  const { next } = work;
  const stale = next.stale ?? {
    clients: [],
    header: headerNow(work),
    leases: next.lessor.leases,
    watchers: [],
    waiting: [],
  };
  const watchers = [...stale.watchers, ...takeWatches(work, client)];
  next.stale = { ...stale, clients: [...stale.clients, client], watchers };
}

/** Whether the client is connected to a leader that lost touch. */
export function isStranded({ stale }: Pick<Etcd, "stale">, client: ClientId): boolean {
  return stale?.clients.includes(client) === true;
}

/** A stranded client asks for something. */
export function receiveStale(work: Work, input: ClientInput): void {
  const { stale } = work.next;
  if (stale === null) throw new RangeError("no leader has lost touch");
  if (input.type !== "request" || input.request.type !== "leaseKeepAlive" || !renewsAlone(work))
    work.next.stale = { ...stale, waiting: [...stale.waiting, input] };
  else renew(work, stale, input, input.request);
}

function renewsAlone({ next }: Work): boolean {
  return !follows(next.options.version, "renewsInTouchOnly");
}

function renew(work: Work, stale: StaleLeader, input: RequestInput, { id }: LeaseKeepAliveRequest): void {
  const { header } = stale;
  const lease = treeGet(stale.leases, id);
  if (lease === undefined) reply(work, input, { type: "leaseKeepAlive", header, id, ttlSeconds: 0 });
  // Waits for a revocation that the stale leader alone can not bring about.
  else if (lease.expiresAtMs <= work.nowMs)
    work.next.stale = { ...stale, waiting: [...stale.waiting, input] };
  else {
    work.next.stale = { ...stale, leases: withLease(stale.leases, restarted(lease, work.nowMs)) };
    reply(work, input, { type: "leaseKeepAlive", header, id, ttlSeconds: lease.ttlSeconds });
  }
}

/** The disk comes back: a follower from now on. What waited goes to `receive`, as the new leader gets it. */
export function rejoin(work: Work, receive: (input: ClientInput) => void): void {
  const { next, nowMs } = work;
  const stale = dissolve(work);
  if (stale === null) return;
  if (renewsAlone(work) && next.mode === "serving") {
    for (const { id } of treeDue(stale.leases, nowMs, [])) {
      const lease = treeGet(next.lessor.leases, id);
      if (lease !== undefined) revoke(work, lease, { cause: "expiry", lease: id });
    }
  }
  for (const input of stale.waiting) receive(input);
}

/** Its clients' watches are the others' again. */
export function dissolve(work: Work): StaleLeader | null {
  const { stale } = work.next;
  if (stale === null) return null;
  work.next.stale = null;
  returnWatches(work, stale.watchers);
  return stale;
}

/** The connection is gone, and with it what it was waiting for. */
export function forgetStranded({ next }: Work, client: ClientId): void {
  const { stale } = next;
  if (stale === null) return;
  next.stale = {
    ...stale,
    clients: stale.clients.filter((other) => other !== client),
    watchers: stale.watchers.filter((watcher) => watcher.client !== client),
    waiting: stale.waiting.filter((input) => input.client !== client),
  };
}
