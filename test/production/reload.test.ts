/** Much metadata: whoever wins loads all of it, page by page, at one revision, and its lease is renewed meanwhile. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TxnOp } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { startCoordinator, until, within } from "./coordinator.ts";

const KEYS = 200_000;
/** As many operations as etcd takes in one transaction are 128. */
const AT_ONCE = 100;
const IN_FLIGHT = 16;

describeWith("etcd", "a reload on a real etcd", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
  }, 60_000);
  afterAll(async () => {
    client.close();
    await etcd.stop();
  });

  async function fill(root: string, count: number): Promise<void> {
    let next = 0;
    const work = async () => {
      while (next < count) {
        const from = next;
        next += AT_ONCE;
        const success = Array.from({ length: AT_ONCE }, (_, at): TxnOp => {
          const name = `c${from + at}`;
          const value = { name, description: "", fields: [], token: 1, serverId: 1 };
          return {
            type: "put",
            key: `${root}/meta/rootcoord-meta/collection/${name}`,
            value: JSON.stringify(value),
          };
        });
        const reply = await client.submit({ type: "txn", compare: [], success, failure: [] }, 20_000);
        if (reply.type === "error") throw new Error(`${reply.code}: ${reply.message}`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  }

  it(`brings ${KEYS} keys, though what it reads is compacted away meanwhile`, async () => {
    await fill("much", KEYS);
    const flags = [
      "--active-standby",
      "--port",
      "0",
      "--root-path",
      "much",
      "--ttl",
      "5s",
      "--etcd",
      etcd.endpoint,
    ];
    const one = startCoordinator("the coordinator", ["rootcoord", ...flags]);
    try {
      await one.says("switch from standby to active, activating");
      // Within the reload or not: what is loaded is whole.
      const put = await client.submit({ type: "put", key: "other", value: "" }, 5000);
      const revision = put.type === "ok" && put.response.type === "put" ? put.response.header.revision : 0;
      expect(await client.submit({ type: "compact", revision }, 5000)).toMatchObject({ type: "ok" });
      await within(one.says("serving the catalogue"), () => one.log(), 90_000);
      expect(one.log()).toContain(`[collections=${KEYS}]`);
      const names = async () => ((await one.ask("/collections"))?.body["collections"] ?? []) as string[];
      expect(new Set(await names()).size).toBe(KEYS);
      expect(await one.ask(`/collections/c${KEYS - 1}`)).toMatchObject({ code: 200 });
      const page = await (await fetch(`${await one.url()}/metrics`)).text();
      expect(page).toMatch(/leasehold_reload_size\{(?=.*unit="keys").*\} 200000\n/u);
      // One term from the first page on: it was never lost and won anew.
      expect(one.log().match(/register ACTIVE service successfully/gu)).toHaveLength(1);
      one.signal("SIGTERM");
      expect(await one.ended).toBe(0);
    } finally {
      await one.end();
    }
  }, 180_000);

  it("brings values of a megabyte each, within the patience of a short TTL", async () => {
    const value = "v".repeat(1_000_000);
    for (let at = 0; at < 60; at++) {
      const key = `large/meta/rootcoord-meta/collection/c${at}`;
      const collection = { name: `c${at}`, description: value, fields: [], token: 1, serverId: 1 };
      const reply = await client.submit({ type: "put", key, value: JSON.stringify(collection) }, 20_000);
      expect(reply.type).toBe("ok");
    }
    const flags = [
      "--active-standby",
      "--port",
      "0",
      "--root-path",
      "large",
      "--ttl",
      "2s",
      "--etcd",
      etcd.endpoint,
    ];
    const one = startCoordinator("the coordinator", ["rootcoord", ...flags]);
    try {
      await until(
        async () => (await one.ask("/readyz"))?.code,
        (code) => code === 200,
        "it does not serve",
        90_000,
      );
      expect(one.log()).toContain("[collections=60]");
    } finally {
      await one.end();
    }
  }, 180_000);
});
