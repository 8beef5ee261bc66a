/**
 * `leasehold/election`: the election itself, for whoever brings a key-value store and a clock of their own. A {@link Member} is
 * synchronous: tell it what arrives, and it calls back through the two contracts.
 */
export { createElectionConfig } from "./config.ts";
export type { ElectionConfig, ElectionConfigSettings, WriteOutcome } from "./driver.ts";
export { all, Member, type Arrival, type Audience, type WriteResult } from "./member.ts";
export type { Kv, KvListener, Purpose } from "../kv/kv.ts";
export type { Clock, Instant } from "../time/clock.ts";
export { outcomeOf } from "../../models/outcome.ts";
export { timingFaults, timingFor, type Timing } from "../../models/timing.ts";
export { keysFor, type Identity, type Keys, type Ledger } from "../../models/dialect.ts";
export type { ElectionSettings, LossReason, Milestone } from "../../models/election-vocabulary.ts";
export type { Phase, Step } from "../../models/compiled-chart.ts";
export type {
  Compare,
  KeyValue,
  KvReply,
  KvRequest,
  KvResponse,
  LeaseId,
  Revision,
  ServerReply,
  StoreEvent,
  TxnOp,
  TxnRequest,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
