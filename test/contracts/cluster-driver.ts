/** Three members to ask and to kill, real ones or served ones: time, and who is asked, in the same words. */
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { setTimeout as sleep } from "node:timers/promises";
import type { KvRequest } from "../../models/etcd-api.ts";
import { PROCEDURES, toWire, WATCH, watchToWire } from "../../src/kv/etcd/convert.ts";
import type { Wire } from "../../src/kv/etcd/schema.ts";
import type { ServedEtcd } from "../../src/serve/serve.ts";
import type { EtcdCluster } from "../helpers/etcd-cluster.ts";

/** What became of a call, and how many ms after it was made. */
export interface Told {
  readonly says: string;
  readonly afterMs: number;
}

export interface ClusterDriver {
  /** As gRPC brings it, without anything of leasehold's client in between. */
  ask(member: number, request: KvRequest): Promise<Told>;
  /** Until the stream ends; never where it does not. `says` of one that was opened begins with `created`. */
  watch(member: number, hasLeader: boolean): Promise<Told>;
  leader(): Promise<number>;
  kill(member: number): Promise<void>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

function driver(
  endpoints: readonly string[],
  now: () => Promise<number>,
  rest: Pick<ClusterDriver, "close" | "kill" | "leader" | "pass">,
): ClusterDriver {
  const connections = endpoints.map(
    (one) => new Client(one.replace("http://", ""), credentials.createInsecure()),
  );
  const at = (member: number): Client => connections[member] as Client;
  return {
    ...rest,
    async ask(member, request) {
      const { codec, path } = PROCEDURES[request.type];
      const began = await now();
      const says = await new Promise<string>((resolve) => {
        at(member).makeUnaryRequest(path, codec.encode, codec.decode, toWire(request), (error) =>
          resolve(error === null ? "ok" : textOf(error)),
        );
      });
      return { says, afterMs: (await now()) - began };
    },
    async watch(member, hasLeader) {
      const metadata = new Metadata();
      if (hasLeader) metadata.set("hasleader", "true");
      const began = await now();
      let created = "";
      const says = await new Promise<string>((resolve) => {
        const { codec, path } = WATCH;
        const stream = at(member).makeBidiStreamRequest(path, codec.encode, codec.decode, metadata);
        stream.on("data", (found: Wire) => {
          if (found["created"] === true) created = "created, ";
        });
        stream.on("error", (error: ServiceError) => resolve(`${created}${textOf(error)}`));
        stream.write(watchToWire({ key: "k" }));
      });
      return { says, afterMs: (await now()) - began };
    },
    async close() {
      for (const connection of connections) connection.close();
      await rest.close();
    },
  };
}

function textOf({ code, details }: ServiceError): string {
  return `${code} ${details}`;
}

export function realDriver(cluster: EtcdCluster): ClusterDriver {
  const gone = new Set<number>();
  return driver(cluster.endpoints, () => Promise.resolve(performance.now()), {
    leader: () => cluster.leader(),
    async kill(member) {
      gone.add(member);
      await cluster.kill(member);
    },
    pass: (ms) => sleep(ms),
    close: () => cluster.stop(),
  });
}

/** So much at once; what is told meanwhile is told that exactly. */
const STEP_MS = 100;

export function servedDriver(etcd: ServedEtcd): ClusterDriver {
  const state = async () => (await etcd.do("state")) as { nowMs: number; leader: number | null };
  return driver(etcd.endpoints, async () => (await state()).nowMs, {
    async leader() {
      const { leader } = await state();
      if (leader === null) throw new Error("nobody leads");
      return leader - 1;
    },
    async kill(member) {
      await etcd.do("member", { number: member + 1, is: "down" });
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        await sleep(2);
        await etcd.do("advance", { for: Math.min(STEP_MS, ms - passed) });
      }
    },
    close: () => Promise.resolve(etcd.close()),
  });
}
