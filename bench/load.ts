/** Whether the machine leaves this process its cores: figures of one that does not are nonsense, and are not printed. */
import { cpus } from "node:os";

/** Of a core, at least: below, what waits for its turn is measured, not what is run. */
const LEAST_SHARE = 0.6;
const SPIN_MS = 300;
/** Of all cores, at most, while this process does nothing: a load average would count the parts that have just ended. */
const MOST_BUSY = 0.3;
const LOOKED_MS = 1000;

/** The part of a core that this process gets while it does nothing but run. */
function shareOfCore(): number {
  const began = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - began < SPIN_MS);
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1000 / (performance.now() - began);
}

/** Milliseconds that the cores have been busy, and in all, since the machine began. */
function coreTimes(): { busy: number; all: number } {
  const times = cpus().map(({ times: { idle, irq, nice, sys, user } }) => [idle, irq + nice + sys + user]);
  const idle = times.reduce((sum, [one = 0]) => sum + one, 0);
  const busy = times.reduce((sum, [, one = 0]) => sum + one, 0);
  return { busy, all: busy + idle };
}

/** The part of all cores that others use while this process waits. */
function shareOfOthers(): number {
  const before = coreTimes();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOKED_MS);
  const after = coreTimes();
  return (after.busy - before.busy) / (after.all - before.all);
}

/** Undefined: the machine is quiet enough to measure by the wall what whole cores do. */
export function whyTooLoaded(): string | undefined {
  const others = shareOfOthers();
  if (others > MOST_BUSY) return `others use ${Math.round(others * 100)} % of its cores`;
  const share = shareOfCore();
  return share < LEAST_SHARE ? `a process gets ${Math.round(share * 100)} % of a core` : undefined;
}
