/** What code written for npm's `etcd3` does, in short: each returns what it saw, without ids and revisions of its own. */
import type { Etcd3, Isolation, IKeyValue } from "etcd3";

export type Snippet = (client: Etcd3) => Promise<unknown>;

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const named = (error: unknown) => `${(error as Error).constructor.name}: ${(error as Error).message}`;
const refused = (act: PromiseLike<unknown>) => act.then(() => "no error", named);
const pair = ({ key, value }: IKeyValue) => `${key.toString()}=${value.toString()}`;

export const SNIPPETS: Readonly<Record<string, Snippet>> = {
  "keys and values": async (client) => [
    await client.get("a").string(),
    await client.get("a").exists(),
    (await client.put("a").value("ä")).prev_kv,
    await client.get("a").string(),
    await client.get("a").buffer(),
    (await client.put("a").value(2).getPrevious()).value.toString(),
    await client.get("a").number(),
    await client.get("a").exists(),
    await client
      .put("j")
      .value('{"x":[1]}')
      .then(() => client.get("j").json()),
    (await client.delete().key("a").getPrevious()).map(pair),
    (await client.delete().key("a")).deleted,
    await client
      .put("t")
      .value("x")
      .then(() => client.put("t").touch())
      .then(() => client.get("t").string()),
  ],

  ranges: async (client) => {
    for (const key of ["r/b", "r/a", "r/c", "s"]) await client.put(key).value(key.toUpperCase());
    return [
      await client.getAll().prefix("r/").strings(),
      await client.getAll().prefix("r/").keys(),
      await client.getAll().prefix("r/").count(),
      await client.getAll().prefix("r/").sort("Key", "Descend").limit(2).keys(),
      await client.getAll().inRange({ start: "r/b", end: "s" }).strings(),
      await client.getAll().keys(),
      (await client.delete().prefix("r/")).deleted,
      await client.getAll().keys(),
    ];
  },

  "a namespace": async (client) => {
    const inside = client.namespace("inside/");
    await inside.put("k").value("v");
    await client.put("k").value("outside");
    return [
      await inside.getAll().strings(),
      await client.get("inside/k"),
      (await inside.delete().all()).deleted,
    ];
  },

  transactions: async (client) => {
    const create = () =>
      client.if("t", "Create", "==", 0).then(client.put("t").value("first")).else(client.get("t")).commit();
    const [first, second] = [await create(), await create()];
    const wrong = await client
      .if("t", "Value", "===", "other")
      .and("t", "Version", ">", 0)
      .then(client.delete().key("t"))
      .commit();
    return [
      first.succeeded,
      first.responses.length,
      second.succeeded,
      second.responses.map(({ response_range }) => response_range.kvs.map((kv) => kv.value.toString())),
      wrong.succeeded,
      await refused(
        client.if("t", "Version", ">", 0).then(client.put("x").value(1), client.put("x").value(2)).commit(),
      ),
    ];
  },

  "software transactions": async (client) => {
    await client.put("one").value(10);
    await client.put("two").value(0);
    const move = (isolation: Isolation) =>
      client.stm({ retries: 3, isolation }).transact(async (tx) => {
        const [one, two] = [await tx.get("one").number(), await tx.get("two").number()];
        await tx.put("one").value((one ?? 0) - 4);
        await tx.put("two").value((two ?? 0) + 4);
      });
    // Two keys of different ages conflict with themselves under a snapshot, on any etcd.
    const snapshot = await refused(move(0));
    await move(1);
    return [snapshot, await client.getAll().numbers()];
  },

  "a lease, its keys, and its end by somebody else": async (client) => {
    const seen: string[] = [];
    const lease = client.lease(5);
    const lost = new Promise((resolve) =>
      lease.on("lost", (error) => resolve(named(error).replace(/\d{6,}/u, "ID"))),
    );
    lease.on("keepaliveEstablished", () => seen.push("established"));
    await lease.put("leased").value("x");
    const id = await lease.grant();
    seen.push((await lease.keepaliveOnce()).TTL, String(await client.get("leased")));
    await client.leaseClient.leaseRevoke({ ID: id });
    seen.push(String(await client.get("leased")));
    const once = (await refused(lease.keepaliveOnce())).replace(/\d{6,}/u, "ID");
    return [
      seen,
      once,
      await lost,
      lease.revoked(),
      (await refused(lease.put("leased").value("y").exec())).replace(/\d{6,}/u, "ID"),
    ];
  },

  "a lease that is given back": async (client) => {
    const lease = client.lease(5);
    await lease.put("mine").value("x");
    await lease.revoke();
    await lease.revoke();
    return [await client.get("mine"), await refused(client.put("mine").value("y").lease("123456").exec())];
  },

  "a lease that is let go runs out": async (client) => {
    const lease = client.lease(2);
    await lease.put("short").value("x");
    const watcher = await client.watch().key("short").only("delete").create();
    const gone = new Promise((resolve) => watcher.on("delete", (kv) => resolve(kv.key.toString())));
    lease.release();
    const key = await gone;
    await watcher.cancel();
    return [key, await client.get("short")];
  },

  watches: async (client) => {
    const seen: string[] = [];
    const first = await client.put("w/0").value("before");
    const ended: Promise<unknown>[] = [];
    const watch = async (name: string, builder: ReturnType<Etcd3["watch"]>) => {
      const watcher = await builder.create();
      watcher.on("put", (kv, before) =>
        seen.push(
          `${name} put ${pair(kv)} after ${before === null || before === undefined ? "nothing" : pair(before)}`,
        ),
      );
      watcher.on("delete", (kv, before) =>
        seen.push(
          `${name} delete ${kv.key.toString()} after ${before === null || before === undefined ? "nothing" : pair(before)}`,
        ),
      );
      ended.push(new Promise((resolve) => watcher.on("end", () => resolve(name))));
      return watcher;
    };
    const all = [
      await watch("key", client.watch().key("w/1")),
      await watch("prefix", client.watch().prefix("w/").withPreviousKV()),
      await watch("deletes", client.watch().prefix("w/").only("delete")),
      await watch("history", client.watch().key("w/0").startRevision(first.header.revision)),
    ];
    await client.put("w/1").value("a");
    await client.put("w/1").value("b");
    await client.delete().prefix("w/");
    await after(100);
    for (const watcher of all) await watcher.cancel();
    await client.put("w/1").value("unseen");
    await after(50);
    return [seen.sort(), await Promise.all(ended)];
  },

  "a watch from what is compacted": async (client) => {
    const { header } = await client.put("c").value("1");
    for (let again = 0; again < 3; again++) await client.put("c").value(again);
    await client.kv.compact({ revision: String(Number(header.revision) + 2) });
    return [
      (await refused(client.watch().key("c").startRevision(header.revision).create())).replace(/\d+/gu, "N"),
      await refused(client.get("c").revision(header.revision).exec()),
    ];
  },

  locks: async (client) => {
    const held = await client.lock("door").ttl(5).acquire();
    const busy = await refused(client.lock("door").acquire());
    await held.release();
    return [busy, await client.lock("door").do(async () => "done"), await client.get("door")];
  },

  elections: async (client) => {
    const election = client.election("boss", 5);
    const seen: unknown[] = [await election.leader()];
    const elected = (campaign: ReturnType<typeof election.campaign>) =>
      new Promise((resolve, reject) => campaign.on("elected", () => resolve("elected")).on("error", reject));
    const anna = election.campaign("anna");
    seen.push(await elected(anna), await election.leader());
    const berta = election.campaign("berta");
    const second = elected(berta);
    await anna.proclaim("anna II");
    seen.push(await election.leader());
    const observer = await election.observe();
    seen.push(observer.leader());
    const changed = new Promise((resolve) =>
      observer.on("change", (leader) => leader === "berta" && resolve(leader)),
    );
    await anna.resign();
    seen.push(await second, await changed, await refused(anna.proclaim("late")));
    await observer.cancel();
    await berta.resign();
    return seen;
  },
};
