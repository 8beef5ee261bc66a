/** When the keys of leases that run out are deleted: measured on a real etcd, beside what the simulated one does. */
import { createEtcd, nextTickMs, stepEtcd, type Etcd, type EtcdVersion } from "../../../models/etcd.ts";
import { EtcdClient } from "../../kv/etcd/client.ts";

const CALL_MS = 5000;
const TTL_SECONDS = 2;
/** Grants are spread over one scan of the lessor and more, so that every phase comes up. */
const APART_MS = 37;

/** From the end of the TTL, counted from the answer to the grant, to the deletion as a watcher sees it; ms, sorted. */
export interface Delays {
  readonly real: readonly number[];
  readonly simulated: readonly number[];
}

export async function measureExpiry(endpoint: string, version: EtcdVersion, leases: number): Promise<Delays> {
  return { real: await measured(endpoint, leases), simulated: simulated(version, leases) };
}

async function measured(endpoint: string, leases: number): Promise<number[]> {
  const client = new EtcdClient({ endpoints: [endpoint] });
  const due = new Map<string, number>();
  const delays: number[] = [];
  const done = new Promise<void>((resolve) => {
    client.watch(
      { key: "expiry/", rangeEnd: "expiry0" },
      {
        onMessage: ({ events }) => {
          for (const { kv, type } of events) {
            if (type === "DELETE") delays.push(performance.now() - (due.get(kv.key) ?? 0));
          }
          if (delays.length === leases) resolve();
        },
        onBroken: () => resolve(),
      },
    );
  });
  for (let count = 0; count < leases; count++) {
    const granted = await client.submit({ type: "leaseGrant", ttlSeconds: TTL_SECONDS }, CALL_MS);
    const key = `expiry/${count}`;
    due.set(key, performance.now() + TTL_SECONDS * 1000);
    if (granted.type === "ok" && granted.response.type === "leaseGrant") {
      await client.submit({ type: "put", key, value: "", lease: granted.response.id }, CALL_MS);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, APART_MS);
    });
  }
  await done;
  client.close();
  return delays.sort((left, right) => left - right);
}

function simulated(version: EtcdVersion, leases: number): number[] {
  let etcd: Etcd = createEtcd({ version });
  const delays: number[] = [];
  let nowMs = 0;
  const tickUntil = (endMs: number): void => {
    for (; nextTickMs(etcd) <= endMs;) {
      nowMs = Math.max(nowMs, nextTickMs(etcd));
      const stepped = stepEtcd(etcd, { type: "tick" }, nowMs);
      etcd = stepped.etcd;
      for (const { event } of stepped.changes) {
        if (event.type === "DELETE") delays.push(nowMs - Number(event.prevKv?.value));
      }
    }
    nowMs = endMs;
  };
  for (let count = 0; count < leases; count++) {
    const id = String(count + 1);
    etcd = stepEtcd(
      etcd,
      { type: "request", client: 1, id: count, request: { type: "leaseGrant", id, ttlSeconds: TTL_SECONDS } },
      nowMs,
    ).etcd;
    const value = String(nowMs + TTL_SECONDS * 1000);
    etcd = stepEtcd(
      etcd,
      { type: "request", client: 1, id: count, request: { type: "put", key: id, value, lease: id } },
      nowMs,
    ).etcd;
    tickUntil(nowMs + APART_MS);
  }
  tickUntil(nowMs + TTL_SECONDS * 1000 + 1000);
  return delays.sort((left, right) => left - right);
}
