/** Whether the machine leaves this process its cores: figures of one that does not are nonsense, and are not printed. */
import { availableParallelism, loadavg } from "node:os";

/** Of a core, at least: below, what waits for its turn is measured, not what is run. */
const LEAST_SHARE = 0.6;
const SPIN_MS = 300;
/** Runnable processes for each core, at most. */
const MOST_LOAD = 0.5;

/** The part of a core that this process gets while it does nothing but run. */
function shareOfCore(): number {
  const began = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - began < SPIN_MS);
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1000 / (performance.now() - began);
}

/** Undefined: the machine is quiet enough to measure by the wall what whole cores do. */
export function whyTooLoaded(): string | undefined {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  if (load / cores > MOST_LOAD) return `${load.toFixed(1)} processes want ${cores} cores`;
  const share = shareOfCore();
  return share < LEAST_SHARE ? `a process gets ${Math.round(share * 100)} % of a core` : undefined;
}
