/** `leasehold/simulation`: worlds in virtual time. */
export * from "./fault.ts";
export * from "./setup.ts";
export type { Listener, Run } from "./run.ts";
export * from "./scenario.ts";
export * from "./scheduler.ts";
export * from "./simulation.ts";
export * from "./world-file.ts";
export { cloneWorld, createWorld, type World } from "./world.ts";
