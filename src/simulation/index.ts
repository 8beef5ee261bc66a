/** `leasehold/simulation`: worlds in virtual time. */
export * from "./fault.ts";
export * from "./setup.ts";
export type { ActiveRun, Listener } from "./run.ts";
export type * from "./process.ts";
export * from "./scenario.ts";
export * from "./scheduler.ts";
export * from "./simulation.ts";
export * from "./world-file.ts";
export { cloneWorld, createWorld, lookAt, viewOf, type World } from "./world.ts";
