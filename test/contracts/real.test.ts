/** A real etcd keeps the contract too: what the simulated one claims about etcd is true of etcd. */
import { afterAll, beforeAll } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openGateway } from "./gateway.ts";
import { describeKvContract } from "./kv-contract.ts";

describeWith("etcd", "a real etcd beside the simulated one", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());
  describeKvContract({
    name: "the real etcd on this machine",
    mayCompact: true,
    open: () => Promise.resolve(openGateway(etcd.endpoint)),
  });
});
