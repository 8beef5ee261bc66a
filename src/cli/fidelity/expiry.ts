/** How long after its time a lease's keys go, measured on a real etcd and on the simulated one under the same grants. */
import { setTimeout as sleep } from "node:timers/promises";
import { createEtcd, nextTickMs, stepEtcd, type EtcdVersion } from "../../../models/etcd.ts";
import type { OpenServer } from "./real-server.ts";

const TTL_SECONDS = 2;
/** Grants are spread over three scans, so that every phase of one has its share. */
const SPREAD_MS = 1500;
const LIMIT_MS = 20_000;

export interface Delays {
  /** Milliseconds from the end of a lease's time to the DELETE of its key, ascending. */
  readonly real: readonly number[];
  readonly simulated: readonly number[];
  /** Keys that were never deleted. */
  readonly missing: number;
}

export async function measureExpiry(
  server: OpenServer,
  version: EtcdVersion,
  leases: number,
): Promise<Delays> {
  const grantedAt: number[] = [];
  const deletedAt: number[] = [];
  server.tell(0, {
    type: "watch",
    watchId: 0,
    request: { key: "expiry/", rangeEnd: "expiry0", noPut: true },
  });
  await server.untilHeard(0, (heard) => heard.length > 0);
  let seen = 0;
  const allGone = server.untilHeard(
    0,
    (heard) => {
      const now = performance.now();
      for (; seen < heard.length; seen++)
        for (const { kv } of heard[seen]?.events ?? []) deletedAt[Number(kv.key.slice(7))] = now;
      return deletedAt.filter((at) => at > 0).length === leases;
    },
    LIMIT_MS,
  );
  const startMs = performance.now();
  for (let at = 0; at < leases; at++) {
    await sleep(Math.max(0, startMs + (at * SPREAD_MS) / leases - performance.now()));
    const reply = await server.ask({ type: "leaseGrant", ttlSeconds: TTL_SECONDS });
    grantedAt[at] = performance.now();
    if (reply.type === "error" || reply.response.type !== "leaseGrant") continue;
    await server.ask({ type: "put", key: `expiry/${at}`, lease: reply.response.id });
  }
  await allGone;
  server.hangUp();
  const real = grantedAt.flatMap((granted, at) => {
    const deleted = deletedAt[at];
    return deleted === undefined ? [] : [deleted - granted - TTL_SECONDS * 1000];
  });
  const offsets = grantedAt.map((granted) => Math.round(granted - startMs));
  return { real: real.sort(byNumber), simulated: simulate(offsets, version), missing: leases - real.length };
}

function simulate(offsets: readonly number[], version: EtcdVersion): number[] {
  let etcd = createEtcd({ version });
  const delays: number[] = [];
  const tickUntil = (endMs: number): void => {
    for (; nextTickMs(etcd) <= endMs;) {
      const now = nextTickMs(etcd);
      const step = stepEtcd(etcd, { type: "tick" }, now);
      ({ etcd } = step);
      for (const { event } of step.changes)
        delays.push(now - (offsets[Number(event.kv.key)] ?? 0) - TTL_SECONDS * 1000);
    }
  };
  for (const [at, offset] of offsets.entries()) {
    tickUntil(offset);
    const id = String(at + 1);
    const grant = { type: "leaseGrant", id, ttlSeconds: TTL_SECONDS } as const;
    ({ etcd } = stepEtcd(etcd, { type: "request", client: 1, id: at, request: grant }, offset));
    const put = { type: "put", key: String(at), lease: id } as const;
    ({ etcd } = stepEtcd(etcd, { type: "request", client: 1, id: at, request: put }, offset));
  }
  tickUntil(LIMIT_MS);
  return delays.sort(byNumber);
}

const byNumber = (left: number, right: number): number => left - right;
