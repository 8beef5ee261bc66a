/** A real etcd keeps the contract too, asked in two ways: what the simulated one claims about etcd is true of etcd. */
import { afterAll, beforeAll } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openGateway } from "./gateway.ts";
import { describeKvContract } from "./kv-contract.ts";
import { openOverGrpc } from "./over-grpc.ts";

describeWith("etcd", "a real etcd beside the simulated one", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());
  describeKvContract({
    name: "the real etcd on this machine, through its gateway",
    mayCompact: true,
    open: () => Promise.resolve(openGateway(etcd.endpoint)),
  });
  describeKvContract({
    name: "the production client over gRPC",
    mayCompact: true,
    open: () => Promise.resolve(openOverGrpc({ endpoints: [etcd.endpoint] })),
  });
  describeKvContract({
    name: "the production client over gRPC, within a namespace",
    mayCompact: true,
    open: () => Promise.resolve(openOverGrpc({ endpoints: [etcd.endpoint], namespace: "tenant-7/" })),
  });
});
