/** The served etcd keeps the contract that the real one keeps, asked by the production client over gRPC. */
import { afterAll, beforeAll, describe } from "vitest";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";
import { describeKvContract } from "../contracts/kv-contract.ts";
import { openOverGrpc } from "../contracts/over-grpc.ts";

describe("leasehold serve", () => {
  let etcd: ServedEtcd;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.close());
  describeKvContract({
    name: "a served etcd, in real time",
    mayCompact: true,
    open: () => Promise.resolve(openOverGrpc({ endpoints: [etcd.endpoint] })),
  });
});
