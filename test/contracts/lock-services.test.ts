/** The Lock and Election services: the same facts of a real etcd and of a served one, asked over gRPC. */
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namedProcedure, PROCEDURES, type Procedure } from "../../src/kv/etcd/convert.ts";
import type { Wire } from "../../src/kv/etcd/schema.ts";
import { startEtcd } from "../../src/serve/serve.ts";
import { startEtcd as startReal } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";

interface Opened {
  readonly endpoint: string;
  readonly stop: () => unknown;
}

const LOCK = "v3lockpb.Lock";
const ELECTION = "v3electionpb.Election";
const bytes = (text: string): Buffer => Buffer.from(text);

function facts(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let etcd: Opened;
    let client: Client;
    beforeAll(async () => {
      etcd = await open();
      client = new Client(etcd.endpoint.replace("http://", ""), credentials.createInsecure());
    }, 60_000);
    afterAll(async () => {
      client.close();
      await etcd.stop();
    });
    const send = ({ codec, path }: Procedure, fields: Wire) => {
      let cancel = (): void => undefined;
      const answer = new Promise<Wire>((resolve, reject) => {
        const call = client.makeUnaryRequest(path, codec.encode, codec.decode, fields, (error, found) =>
          error === null ? resolve(found ?? {}) : reject(error),
        );
        cancel = () => call.cancel();
      });
      return { answer, cancel };
    };
    const ask = (service: string, method: string, fields: Wire) =>
      send(namedProcedure(service, method), fields);
    const grant = async (): Promise<string> => {
      const { codec, path } = PROCEDURES.leaseGrant;
      const found = await send({ codec, path, served: codec }, { TTL: 60 }).answer;
      return String(found["ID"]);
    };
    const keys = async (prefix: string): Promise<string[]> => {
      const fields = { key: bytes(prefix), rangeEnd: bytes(`${prefix}~`) };
      const { kvs } = (await send(PROCEDURES.range, fields).answer) as { kvs: { value: Buffer }[] };
      return kvs.map(({ value }) => value.toString());
    };

    it("a lock is waited for until it is given back", async () => {
      const [one, two] = [await grant(), await grant()];
      const { key } = (await ask(LOCK, "Lock", { name: bytes("door"), lease: one }).answer) as {
        key: Buffer;
      };
      expect(key.toString()).toBe(`door/${BigInt(one).toString(16)}`);
      let has = false;
      const waiting = ask(LOCK, "Lock", { name: bytes("door"), lease: two }).answer.then((found) => {
        has = true;
        return found;
      });
      await expect.poll(() => keys("door/")).toHaveLength(2);
      expect(has).toBe(false);
      await ask(LOCK, "Unlock", { key }).answer;
      expect(((await waiting)["key"] as Buffer).toString()).toBe(`door/${BigInt(two).toString(16)}`);
    });

    it("whoever gives up waiting leaves the row", async () => {
      const [one, two] = [await grant(), await grant()];
      await ask(LOCK, "Lock", { name: bytes("gate"), lease: one }).answer;
      const { answer, cancel } = ask(LOCK, "Lock", { name: bytes("gate"), lease: two });
      answer.catch(() => undefined);
      await expect.poll(() => keys("gate/")).toHaveLength(2);
      cancel();
      await expect.poll(() => keys("gate/")).toHaveLength(1);
    });

    it("an election is won, proclaimed, observed, and resigned from", async () => {
      const lease = await grant();
      const name = bytes("mayor");
      await expect(ask(ELECTION, "Leader", { name }).answer).rejects.toMatchObject({
        details: "election: no leader",
      });
      const { leader } = (await ask(ELECTION, "Campaign", { name, lease, value: bytes("anna") }).answer) as {
        leader: Wire;
      };
      expect(leader).toMatchObject({ lease, name: bytes("mayor") });
      await ask(ELECTION, "Proclaim", { leader, value: bytes("anna the first") }).answer;
      expect(await ask(ELECTION, "Leader", { name }).answer).toMatchObject({
        kv: { value: bytes("anna the first"), lease },
      });
      const { codec, path } = namedProcedure(ELECTION, "Observe", "Leader");
      const observed: string[] = [];
      const stream = client.makeServerStreamRequest(path, codec.encode, codec.decode, { name });
      stream.on("data", ({ kv }: { kv: { value: Buffer } }) => observed.push(kv.value.toString()));
      stream.on("error", (error: ServiceError) => observed.push(error.details));
      await expect.poll(() => observed).toEqual(["anna the first"]);
      await ask(ELECTION, "Resign", { leader }).answer;
      const other = await grant();
      await ask(ELECTION, "Campaign", { name, lease: other, value: bytes("berta") }).answer;
      await expect.poll(() => observed).toEqual(["anna the first", "berta"]);
      stream.cancel();
      await expect(
        ask(ELECTION, "Proclaim", { leader, value: bytes("still me") }).answer,
      ).rejects.toMatchObject({ details: "election: not leader" });
    });

    it("a claim without a key is refused", async () => {
      await expect(ask(ELECTION, "Proclaim", { value: bytes("x") }).answer).rejects.toMatchObject({
        details: '"leader" field must be provided',
      });
    });
  });
}

describeWith("etcd", "the Lock and Election services", (executable) => {
  facts("of a real etcd", () => startReal(executable));
});

describe("the Lock and Election services", () => {
  facts("of a served etcd", async () => {
    const etcd = await startEtcd();
    return { endpoint: etcd.endpoint, stop: () => etcd.close() };
  });
});
