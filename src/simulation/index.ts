/** `leasehold/simulation`: worlds in virtual time: scenarios, faults, processes, and the one way to run them. */
export {
  CALM_NETWORK,
  coordinator,
  coordinators,
  DEFAULT_ETCD,
  DEFAULT_SERVICE,
  environmentOf,
  scenario,
  type CoordinatorSetup,
  type EtcdSetup,
  type NetworkSetup,
  type ProcessSetup,
  type Scenario,
  type ServiceSetup,
} from "./scenario.ts";
export type { Fault, FaultType, Leg } from "./fault.ts";
export { defineFault, type FaultDefinition } from "./faults/define.ts";
export { coordinatorField, messageCount, spanField, type Field, type FieldTable } from "./faults/fields.ts";
export type { Draw, Effects, FaultKind, FaultPorts } from "./faults/kind.ts";
export { createSetup, type ProcessMaker, type ProcessMakers, type SimulationSetup } from "./setup.ts";
export {
  NO_CLAIMS,
  UNPLACED,
  type Claim,
  type Departure,
  type OwnObservation,
  type ProcessCode,
  type ProcessKind,
  type ProcessPorts,
  type ProcessView,
} from "./process.ts";
export type { Task } from "./task.ts";
export { execute, executeNoting, type Executed, type Execution } from "./execute.ts";
export type { Listener } from "./run.ts";
export { decided, harmless, type Decision, type Question, type Scheduler } from "./scheduler.ts";
export type { MeantDecision, Now } from "./meant-decisions.ts";
export { decodeWorld, encodeWorld } from "./world-file.ts";
export { cloneWorld, type Item, type SimulatedNode, type World } from "./world.ts";
