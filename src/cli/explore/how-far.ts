/** Where an exploration stops, by the flags or by the machine. */
import { totalmem } from "node:os";
import type { ExploreFlags } from "./flags.ts";

export interface HowFar {
  readonly states: number;
  readonly memoryBytes: number;
}

const DEFAULT_STATES = 2_000_000;
/** Less on a machine that has not twice as much. */
const DEFAULT_MEMORY_BYTES = 3e9;

export function howFar({ maxMemory, maxStates }: ExploreFlags): HowFar {
  return {
    states: maxStates ?? DEFAULT_STATES,
    memoryBytes: maxMemory ?? Math.min(DEFAULT_MEMORY_BYTES, totalmem() / 2),
  };
}
