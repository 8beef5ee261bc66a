/** What stands in an etcd that was restored from an older snapshot, and in a served one that goes back to the revision of then. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd as serve } from "../../src/serve/serve.ts";
import { startEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

const LIMIT_MS = 60_000;
type Ask = (request: KvRequest) => Promise<unknown>;

/** As a caller sees it, without what depends on when and where. */
function asking(endpoint: string): { readonly ask: Ask; readonly close: () => void } {
  const client = new EtcdClient({ endpoints: [endpoint.replace("http://", "")] });
  return {
    async ask(request) {
      const reply = await client.submit(request, 5000);
      return JSON.parse(JSON.stringify(reply).replace(/,?"raftTerm":\d+/gu, "")) as unknown;
    },
    close: () => client.close(),
  };
}

const put = (key: string, lease: string): KvRequest => ({ type: "put", key, value: key, lease });

/** Before the snapshot: a lease with a key, one without, one that is over. */
async function first(ask: Ask): Promise<void> {
  for (const id of ["101", "102", "103"]) await ask({ type: "leaseGrant", id, ttlSeconds: 60 });
  await ask(put("a", "101"));
  await ask(put("b", "0"));
  await ask({ type: "leaseRevoke", id: "103" });
}

/** After it: all of that ends, and others begin. */
async function then(ask: Ask): Promise<void> {
  await ask({ type: "leaseRevoke", id: "101" });
  await ask({ type: "leaseRevoke", id: "102" });
  await ask({ type: "leaseGrant", id: "104", ttlSeconds: 60 });
  await ask(put("b", "104"));
}

/** What can be seen of it. */
async function seen(ask: Ask): Promise<unknown[]> {
  const all: unknown[] = [await ask({ type: "range", key: "\0", rangeEnd: "\0" })];
  all.push(await ask({ type: "leaseLeases" }));
  for (const id of ["101", "102", "103", "104"]) {
    all.push(await ask({ type: "leaseTimeToLive", id, keys: true }));
    all.push(await ask({ type: "leaseRevoke", id }));
  }
  all.push(await ask({ type: "range", key: "\0", rangeEnd: "\0" }));
  // Whole seconds are told, and one may just have begun.
  return JSON.parse(JSON.stringify(all).replaceAll('"ttlSeconds":59', '"ttlSeconds":60')) as unknown[];
}

describeWith("etcd", "an etcd restored from a snapshot of then", (executable) => {
  describeWith("etcdctl", "by etcdctl", (etcdctl) => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "leasehold-restored-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it(
      "has the leases of then, as a served one that goes back to that revision has",
      async () => {
        const [snapshot, data] = [join(folder, "snapshot.db"), join(folder, "data")];
        const run = (...args: string[]) =>
          execFileSync(etcdctl, args, { env: { ...process.env, ETCDCTL_API: "3" }, stdio: "pipe" });
        const before = await startEtcd(executable);
        const one = asking(before.endpoint);
        await first(one.ask);
        run("--endpoints", before.endpoint, "snapshot", "save", snapshot);
        one.close();
        await before.stop();
        run("snapshot", "restore", snapshot, "--data-dir", data);
        const real = await startEtcd(executable, ["--data-dir", data]);
        const two = asking(real.endpoint);
        const expected = await seen(two.ask);
        two.close();
        await real.stop();

        const served = await serve();
        const three = asking(served.endpoint);
        await first(three.ask);
        await then(three.ask);
        await served.do("restore", { revision: 3 });
        const found = await seen(three.ask);
        three.close();
        served.close();
        expect(inOrder(found)).toEqual(inOrder(expected));
        expect(JSON.stringify(found[1])).toContain('"leases":["101","102"]');
      },
      LIMIT_MS,
    );
  });
});

/** etcd tells leases that end at one instant in any order. */
function inOrder(answers: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(answers), (name, value: unknown) =>
    name === "leases" ? (value as string[]).toSorted((one, other) => Number(one) - Number(other)) : value,
  );
}
