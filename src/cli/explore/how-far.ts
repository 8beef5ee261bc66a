/** Where an exploration stops, by the flags or by the machine. */
import { totalmem } from "node:os";
import { UserError } from "../base/user-error.ts";
import type { ExploreFlags } from "./flags.ts";

export interface HowFar {
  readonly states: number;
  readonly memoryBytes: number;
}

const A_MEGABYTE = 1e6;
/** Megabytes that are enough for a small space. */
const AMPLE = 500;

const DEFAULT_STATES = 2_000_000;
/** Less on a machine that has not twice as much. */
const DEFAULT_MEMORY_BYTES = 3e9;

export function howFar({ maxMemory, maxStates }: ExploreFlags): HowFar {
  return {
    states: maxStates ?? DEFAULT_STATES,
    memoryBytes: maxMemory ?? Math.min(DEFAULT_MEMORY_BYTES, totalmem() / 2),
  };
}

/** Throws a UserError where the process has more memory already than it may take. */
export function refuseTooLittle({ maxMemory }: Pick<ExploreFlags, "maxMemory">): void {
  const { rss } = process.memoryUsage();
  if (maxMemory === undefined || maxMemory > rss) return;
  const now = Math.ceil(rss / A_MEGABYTE);
  throw new UserError({
    where: `--max-memory ${maxMemory / A_MEGABYTE}MB`,
    what: `the process takes ${now} MB before it begins`,
    remedy: `give it more, such as --max-memory ${now + AMPLE}MB`,
  });
}
