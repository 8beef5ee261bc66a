/** Keys that compare as equal in a sorted range of more than twelve: real etcd has an order of its own, which counts as the same. */
import { expect, it } from "vitest";
import type { KvRequest, ServerReply } from "../../models/etcd-api.ts";
import { compareReplies } from "../../properties/fidelity/compare.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd as serve } from "../../src/serve/serve.ts";
import { startEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

const KEYS = 40;
const SORTED: KvRequest = {
  type: "range",
  key: "k",
  rangeEnd: "l",
  sortOrder: "ascend",
  sortTarget: "version",
};

/** Every third key is written twice. */
async function sorted(endpoint: string): Promise<ServerReply> {
  const client = new EtcdClient({ endpoints: [endpoint.replace("http://", "")] });
  const ask = (request: KvRequest) => client.submit(request, 5000);
  for (const times of [1, 3])
    for (let at = 0; at < KEYS; at += times)
      await ask({ type: "put", key: `k${String((at * 7) % KEYS).padStart(2, "0")}`, value: "v" });
  const reply = await ask(SORTED);
  client.close();
  return reply;
}

const keysOf = (reply: ServerReply): readonly string[] =>
  reply.type === "ok" && reply.response.type === "range" ? reply.response.kvs.map(({ key }) => key) : [];

describeWith("etcd", "ties in a sorted range", (executable) => {
  it("are the same in whatever order, and what does not compare as equal is not", async () => {
    const served = await serve();
    const own = await sorted(served.endpoint);
    served.close();
    const real = await startEtcd(executable);
    const theirs = await sorted(real.endpoint);
    await real.stop();
    expect(keysOf(own)).toHaveLength(KEYS);
    expect(compareReplies(SORTED, own, theirs)).toBeUndefined();
    // Otherwise there would be nothing to allow.
    expect(keysOf(own)).not.toEqual(keysOf(theirs));
    if (theirs.type !== "ok" || theirs.response.type !== "range") throw new Error("it was not answered");
    const turned = { ...theirs, response: { ...theirs.response, kvs: theirs.response.kvs.toReversed() } };
    expect(compareReplies(SORTED, own, turned)).toBeDefined();
  }, 60_000);
});
