/**
 * `leasehold`: the election itself, for a service that brings its own key-value store and clock. The driver is
 * synchronous: call it when something arrives, and it calls back through the ports.
 */
export { keysFor, shippedDialect, type Candidate, type Identity, type Keys } from "../models/election.ts";
export type { ElectionSettings, LossReason, Milestone } from "../models/coordinator.ts";
export { timingFaults, timingFor, type Timing } from "../models/timing.ts";
export * from "./election/driver.ts";
export type { Kv, Purpose } from "./kv/kv.ts";
export type { Clock, Instant } from "./time/clock.ts";
