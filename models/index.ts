/** `leasehold/models`: the protocol, pure: chart, timing, dialect and variants; and the simulated etcd, for plain tests. */
export { createElectionChart } from "./election.ts";
export type { ElectionSettings, LossReason, Milestone, RequestKind } from "./election-vocabulary.ts";
export { compileChart } from "./compile-chart.ts";
export type {
  CompiledChart,
  ChartEffect,
  Phase,
  StateFacts,
  StateId,
  Step,
  TimerId,
} from "./compiled-chart.ts";
export { mermaidOf } from "./diagram.ts";
export {
  keysFor,
  shippedDialect,
  type Candidate,
  type Dialect,
  type Identity,
  type Keys,
  type Ledger,
} from "./dialect.ts";
export {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  DEFAULT_TTL_SECONDS,
  ETCD_MINIMUM_TTL_SECONDS,
  recoveryBoundMs,
  timingFaults,
  timingFor,
  type Environment,
  type Timing,
} from "./timing.ts";
export { defineVariant, type VariantDefinition } from "./define-variant.ts";
export { delayed, edited, on, speaking, stateAt, variantWith, type ChartConfig } from "./edits.ts";
export { shipped, type Variant } from "./variant.ts";
export { variantNamed, variants } from "./variants.ts";
export {
  createEtcd,
  nextTickMs,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type EtcdOutput,
  type EtcdStep,
  type EtcdVersion,
} from "./etcd.ts";
export { outcomeOf } from "./outcome.ts";
export type { NodeIndex, Observation, ObservationType } from "./observation.ts";
export type {
  KeyValue,
  KvReply,
  KvRequest,
  KvResponse,
  LeaseId,
  Revision,
  ServerReply,
  StoreEvent,
  TxnOp,
  WatchRequest,
  WatchResponse,
} from "./etcd-api.ts";
