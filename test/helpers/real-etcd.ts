/** Starts a real etcd for a test; the one that `leasehold fidelity` starts. */
export {
  endEtcd,
  freePorts,
  launchEtcd,
  startEtcd,
  untilHealthy,
  type Launched,
  type RealEtcd,
} from "../../src/cli/fidelity/etcd-process.ts";
