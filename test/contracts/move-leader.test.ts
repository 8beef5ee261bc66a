/** A leader that is asked to hand over: the same of three real members of etcd 3.4.23 and of served ones. */
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { procedure } from "../../src/kv/etcd/convert.ts";
import type { Wire } from "../../src/kv/etcd/schema.ts";
import { startEtcd } from "../../src/serve/serve.ts";
import { startCluster } from "../helpers/etcd-cluster.ts";
import { describeWith } from "../helpers/require.ts";

const LIMIT_MS = 90_000;

interface Members {
  readonly endpoints: readonly string[];
  readonly kill: (at: number) => Promise<unknown>;
  /** While this is under way, so much time passes. */
  readonly pass: (ms: number) => Promise<void>;
}

/** What is told, step by step, without ids. */
async function told({ endpoints, kill, pass }: Members): Promise<unknown[]> {
  const clients = endpoints.map(
    (one) => new Client(one.replace("http://", ""), credentials.createInsecure()),
  );
  const ask = (at: number, service: string, name: string, fields: Wire = {}): Promise<Wire | string> =>
    new Promise((resolve) => {
      const { codec, path } = procedure(service, name);
      clients[at]?.makeUnaryRequest(
        path,
        codec.encode,
        codec.decode,
        fields,
        (error: ServiceError | null, found) =>
          resolve(error === null ? (found ?? {}) : `${error.code} ${error.details}`),
      );
    });
  const status = async (at: number) =>
    (await ask(at, "Maintenance", "Status")) as { header: Wire; leader: string };
  const idOf = async (at: number) => String((await status(at)).header["memberId"]);
  const ids = await Promise.all(endpoints.map((_, at) => idOf(at)));
  const leader = async (at = 0) => ids.indexOf((await status(at)).leader);
  const move = async (at: number, targetID: string) => {
    const said = await ask(at, "Maintenance", "MoveLeader", { targetID });
    return typeof said === "string" ? said : `moved, ${said["header"] === null ? "no header" : "a header"}`;
  };
  const first = await leader();
  const [one = 0, two = 0] = [0, 1, 2].filter((at) => at !== first);
  const lease = (at: number, name: string, fields: Wire) => ask(at, "Lease", name, fields);
  await lease(first, "LeaseGrant", { ID: "77", TTL: 30 });
  await pass(5000);
  const left = async () => Number(((await lease(one, "LeaseTimeToLive", { ID: "77" })) as Wire)["TTL"]);
  const before = await left();
  const term = async () => Number((await status(one)).header["raftTerm"]);
  const termBefore = await term();
  const all: unknown[] = [
    await move(one, ids[two] ?? ""),
    await move(first, "12345"),
    await move(first, ids[first] ?? ""),
    (await leader()) === first,
    await move(first, ids[one] ?? ""),
  ];
  await pass(1000);
  all.push(await Promise.all([0, 1, 2].map(async (at) => (await leader(at)) === one)));
  all.push((await term()) - termBefore, before < 26, (await left()) > before);
  await kill(two);
  await pass(500);
  // One that cannot lead is waited for until the caller gives up.
  let isTold = false;
  void move(one, ids[two] ?? "").then(() => (isTold = true));
  await pass(8000);
  all.push(isTold, (await leader(one)) === one);
  for (const client of clients) client.close();
  return all;
}

async function servedMembers(): Promise<unknown[]> {
  const etcd = await startEtcd({ members: 3, time: "manual" });
  try {
    return await told({
      endpoints: etcd.endpoints,
      kill: (at) => etcd.do("member", { number: at + 1, is: "down" }),
      async pass(ms) {
        await sleep(20);
        await etcd.do("advance", { for: ms });
      },
    });
  } finally {
    etcd.close();
  }
}

const EXPECTED = [
  "9 etcdserver: not leader",
  "9 etcdserver: bad leader transferee",
  "moved, no header",
  true,
  "moved, no header",
  [true, true, true],
  1,
  true,
  true,
  false,
  true,
];

it(
  "hands over where it can, and says what etcd says where it cannot: served members",
  { timeout: LIMIT_MS },
  async () => {
    expect(await servedMembers()).toEqual(EXPECTED);
  },
);

describeWith("etcd", "three real members", (executable) => {
  it("say the same", { timeout: LIMIT_MS }, async () => {
    const cluster = await startCluster(executable);
    try {
      expect(
        await told({ endpoints: cluster.endpoints, kill: (at) => cluster.kill(at), pass: sleep }),
      ).toEqual(EXPECTED);
    } finally {
      await cluster.stop();
    }
  });
});
