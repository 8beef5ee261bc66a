/** `leasehold`: what a service needs that elects a leader on a real etcd, and nothing else. */
export { runElection } from "./service/run-election.ts";
export { ElectionOptionError } from "./service/check-options.ts";
export { ServeStuckError } from "./service/term.ts";
export type { Election, ElectionOptions, TermEnding, Status, Term } from "./service/term.ts";
export type {
  ElectionNotice,
  MilestoneNotice,
  PhaseNotice,
  RequestNotice,
  WriteNotice,
} from "./service/notice.ts";
export { observeElection, type ElectionObserver, type ObserveOptions } from "./service/observe-election.ts";
export type { Leader, Session } from "./service/leaders.ts";
export type { WriteOutcome } from "./election/driver.ts";
export type { WriteResult } from "./election/member.ts";
export { EtcdOptionError, type EtcdOptions, type EtcdTls } from "./kv/etcd/options.ts";
export type { Keys } from "../models/dialect.ts";
export type { LossReason, Milestone } from "../models/election-vocabulary.ts";
export type { Phase } from "../models/compiled-chart.ts";
export { fromBytes, prefixEnd, toBytes } from "../models/bytes.ts";
export type {
  KeyValue,
  LeaseId,
  RangeRequest,
  RangeResponse,
  Revision,
  TxnOp,
  TxnResponse,
} from "../models/etcd-api.ts";
