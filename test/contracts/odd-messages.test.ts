/** Messages that no client of etcd's sends, and some other may: the same facts of a real etcd and of a served one. */
import { Client, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { PROCEDURES, toWire } from "../../src/kv/etcd/convert.ts";
import type { Wire } from "../../src/kv/etcd/schema.ts";
import { startEtcd } from "../../src/serve/serve.ts";
import { startEtcd as startReal } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

interface Opened {
  readonly endpoint: string;
  readonly stop: () => unknown;
}

/** Field 2, sent with nothing in it. */
const EMPTY_END = Buffer.from([0x12, 0]);
const bytesOf = (request: KvRequest): Buffer => PROCEDURES[request.type].codec.encode(toWire(request));
const within = (tag: number, inner: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, inner.length]), inner]);

function facts(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let etcd: Opened;
    let client: Client;
    beforeAll(async () => {
      etcd = await open();
      client = new Client(etcd.endpoint.replace("http://", ""), credentials.createInsecure());
      for (const key of ["a", "b", "c"]) await send("put", bytesOf({ type: "put", key, value: key }));
    }, 60_000);
    afterAll(async () => {
      client.close();
      await etcd.stop();
    });
    const send = (type: KvRequest["type"], bytes: Buffer): Promise<Wire> =>
      new Promise((resolve, reject) => {
        const { codec, path } = PROCEDURES[type];
        client.makeUnaryRequest(
          path,
          (one: Buffer) => one,
          codec.decode,
          bytes,
          (error, found) => (error === null ? resolve(found ?? {}) : reject(error)),
        );
      });
    const read = bytesOf({ type: "range", key: "b" });
    const count = bytesOf({ type: "range", key: "b", countOnly: true });
    const all = bytesOf({ type: "range", key: "a", rangeEnd: "z" });

    it("a range's end that is sent and empty reads everything from the key on, and counts it", async () => {
      expect(await send("range", Buffer.concat([read, EMPTY_END]))).toMatchObject({ count: "2" });
      expect(await send("range", Buffer.concat([count, EMPTY_END]))).toMatchObject({ count: "2" });
      const nested = within(0x12, within(0x0a, Buffer.concat([count, EMPTY_END])));
      expect(await send("txn", nested)).toMatchObject({ responses: [{ range: { count: "2" } }] });
    });

    it("but deletes that key alone", async () => {
      const gone = bytesOf({ type: "deleteRange", key: "none" });
      expect(await send("deleteRange", Buffer.concat([gone, EMPTY_END]))).toMatchObject({ deleted: "0" });
      expect(await send("range", all)).toMatchObject({ count: "3" });
    });

    it.each<[number, number, boolean]>([
      [9, 0, true],
      [0, 9, true],
      [1, 9, false],
      [2, 9, false],
      [3, 9, false],
    ])("a comparison with result %i and target %i is %s", async (result, target, succeeded) => {
      const compare = Buffer.from([0x08, result, 0x10, target, 0x1a, 1, 0x61, 0x20, 99]);
      expect(await send("txn", within(0x0a, compare))).toMatchObject({ succeeded });
    });

    it.each([0, 2])("an order that there is not, of target %i, is none", async (target) => {
      const sorted = Buffer.concat([all, Buffer.from([0x28, 9, 0x30, target])]);
      const { kvs } = (await send("range", sorted)) as { kvs: { key: Buffer }[] };
      expect(kvs.map(({ key }) => key.toString())).toEqual(["a", "b", "c"]);
    });

    it("a request above 2 MiB is refused with its size", async () => {
      const bytes = bytesOf({ type: "range", key: "x".repeat(2_097_152) });
      await expect(send("range", bytes)).rejects.toMatchObject({
        code: 8,
        details: `grpc: received message larger than max (${bytes.length} vs. 2097152)`,
      });
    });
  });
}

describeWith("etcd", "messages that no client of etcd's sends", (executable) => {
  facts("to a real etcd", () => startReal(executable));
});

describe("messages that no client of etcd's sends", () => {
  const open = async (): Promise<Opened> => {
    const etcd = await startEtcd();
    return { endpoint: etcd.endpoint, stop: () => etcd.close() };
  };
  facts("to a served etcd", open);

  it("a sort target that there is not, at which the real one panics, is refused", async () => {
    const { endpoint, stop } = await open();
    const client = new Client(endpoint, credentials.createInsecure());
    const { codec, path } = PROCEDURES.range;
    const sorted = Buffer.concat([bytesOf({ type: "range", key: "a" }), Buffer.from([0x28, 1, 0x30, 9])]);
    const refusal = await new Promise<unknown>((resolve) => {
      client.makeUnaryRequest(path, (one: Buffer) => one, codec.decode, sorted, resolve);
    });
    expect(refusal).toMatchObject({ code: 3, details: expect.stringContaining("there is no sort target 9") });
    client.close();
    stop();
  });
});
