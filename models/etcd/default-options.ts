/** What a simulated etcd is like unless it is told otherwise. */
import type { SimulatedEtcdOptions } from "./types.ts";

/** etcd's own defaults. */
export const DEFAULT_ETCD_OPTIONS: SimulatedEtcdOptions = Object.freeze({
  version: "3.4.23",
  electionTimeoutMs: 1000,
  heartbeatMs: 100,
  leaseScanIntervalMs: 500,
  leaseScanLimit: 500,
  watchSyncIntervalMs: 100,
  requestTimeoutMs: 7000,
  readTimeoutMs: 10_100,
  restartElectionMs: 1250,
  progressNotifyIntervalMs: 600_000,
  losesWithLeader: false,
});
