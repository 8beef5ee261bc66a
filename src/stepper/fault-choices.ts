/** The faults that the fork menu offers, with defaults that make a difference: longer than the lease where that matters. */
import type { Fault } from "../simulation/fault.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { SimulatedNode } from "../simulation/world.ts";

export interface FaultChoice {
  readonly label: string;
  /** At instant 0: the fork gives it its own. */
  readonly fault: Fault;
}

/** What can befall the coordinator named `on`, or etcd. `node`: how it stands, to aim at what it waits for. */
export function faultChoices({ ttlSeconds }: Scenario, on: string, node: SimulatedNode): FaultChoice[] {
  const atMs = 0;
  const longMs = (ttlSeconds + 10) * 1000;
  const purpose = node.open.at(-1)?.purpose;
  const aimed = purpose === undefined ? {} : { purpose };
  return [
    { label: "crash, for ever", fault: { type: "crash", atMs, on } },
    { label: "crash and restart", fault: { type: "crash", atMs, on, restartAfterMs: 10_000 } },
    { label: "stop cleanly", fault: { type: "stop", atMs, on } },
    { label: "stand still", fault: { type: "pause", atMs, on, forMs: longMs } },
    {
      label: "stand still, clock too",
      fault: { type: "pause", atMs, on, forMs: longMs, clockStops: true },
    },
    { label: "cut off from etcd", fault: { type: "partition", atMs, on, forMs: longMs, direction: "both" } },
    {
      label: "hear nothing of etcd",
      fault: { type: "partition", atMs, on, forMs: longMs, direction: "fromEtcd" },
    },
    { label: "lose the next reply", fault: { type: "lose", atMs, on, leg: "reply", ...aimed, count: 1 } },
    { label: "lose the next request", fault: { type: "lose", atMs, on, leg: "request", count: 1 } },
    { label: "lose the next watch event", fault: { type: "lose", atMs, on, leg: "watch", count: 1 } },
    {
      label: "delay the next reply",
      fault: { type: "delay", atMs, on, leg: "reply", ...aimed, count: 1, byMs: 10_000 },
    },
    { label: "double the next request", fault: { type: "duplicate", atMs, on, count: 1 } },
    { label: "slow clock", fault: { type: "drift", atMs, on, rate: 0.5, forMs: 2 * longMs } },
    { label: "clock jumps back", fault: { type: "clockStep", atMs, on, byMs: -30_000 } },
    { label: "delete the active key", fault: { type: "deleteKey", atMs, key: "role", on } },
    { label: "delete its session key", fault: { type: "deleteKey", atMs, key: "session", on } },
    { label: "etcd: leader change", fault: { type: "leaderChange", atMs, electionMs: 2000 } },
    { label: "etcd: stale leader", fault: { type: "strand", atMs, on, forMs: longMs } },
    { label: "etcd: stall", fault: { type: "stall", atMs, forMs: 10_000 } },
    { label: "etcd: restart", fault: { type: "etcdRestart", atMs, downMs: 5000 } },
    { label: "etcd: compact", fault: { type: "compact", atMs, keep: 0 } },
    { label: "etcd: other writers", fault: { type: "hammer", atMs, forMs: 10_000, everyMs: 100 } },
  ];
}
