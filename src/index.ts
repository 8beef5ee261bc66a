/**
 * `leasehold`: `runElection` for a service on a real etcd; and the election itself, for whoever brings a key-value store and a
 * clock of their own. The driver is synchronous: call it when something arrives, and it calls back through the ports.
 */
export { runElection } from "./service/run-election.ts";
export type { Election, ElectionOptions, Ending, Status, Term } from "./service/term.ts";
export type { WriteResult } from "./election/member.ts";
export { EtcdOptionError, type EtcdOptions, type EtcdTls } from "./kv/etcd/options.ts";
export { fromBytes, prefixEnd, toBytes } from "../models/bytes.ts";
export type { KeyValue, RangeRequest, RangeResponse, TxnOp } from "../models/etcd-api.ts";
export { keysFor, shippedDialect, type Candidate, type Identity, type Keys } from "../models/dialect.ts";
export type { ElectionSettings, LossReason, Milestone } from "../models/election-vocabulary.ts";
export { timingFaults, timingFor, type Timing } from "../models/timing.ts";
export * from "./election/driver.ts";
export type { Kv, KvListener, Purpose } from "./kv/kv.ts";
export type { Clock, Instant } from "./time/clock.ts";
