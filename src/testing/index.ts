/** `leasehold/testing`: code of one's own in virtual time, against a faithful etcd, under faults. docs/testing.md. */
export { adversity, type Adversity, type AdversityOptions, type ProgramFaultType } from "./adversity.ts";
export {
  assertHolds,
  BrokenPromiseError,
  check,
  run,
  UntestedPromiseError,
  type CheckOptions,
  type AdversityResult,
  type BrokenPromise,
} from "./check.ts";
export {
  absent,
  createdAt,
  del,
  get,
  present,
  put,
  unchanged,
  type Change,
  type Condition,
  type KeyEntry,
  type Operation,
} from "./operations.ts";
export { EtcdError } from "./etcd-error.ts";
export type { EtcdPort, PutOptions, RequestOptions, TxnResult } from "./etcd-port.ts";
export type { EtcdConnection, EtcdSeam, StoppableClock } from "../service/etcd-seam.ts";
export { startEtcd, type ServedEtcd, type ServeOptions } from "../serve/serve.ts";
export type { ProcessContext, Program, Programs } from "./program.ts";
export { withTimers } from "./surroundings.ts";
export type { GrpcOptions } from "../serve/grpc-channel.ts";
export { ProgramFault } from "./program-fault.ts";
export { always, eventually, neverTwo, type Promised, type SeenWorld } from "./promises.ts";
export {
  simulatedEtcd,
  type FailingRequest,
  type SimulatedEtcd,
  type SimulatedEtcdSettings,
} from "./simulated-etcd.ts";
export { defineConfig, type FlagDefault, type FlagDefaults, type LeaseholdConfig } from "./config.ts";
export { matchers, type CheckMatchers } from "./matchers.ts";
export { definePrograms, type ProgramsUnderTest } from "./define-programs.ts";
export { judgeKept } from "./kept.ts";
