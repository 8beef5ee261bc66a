/** Starts a real etcd for a test; the one that `leasehold fidelity` starts. */
export { startEtcd, type RealEtcd } from "../../src/cli/fidelity/etcd-process.ts";
