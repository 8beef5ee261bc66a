/** Metadata writes that etcd's guard refused when they arrived: they reached a store that served and had room, and changed nothing. */
import { kindOf } from "../simulation/fault.ts";
import { ETCD, nodeNamed } from "../simulation/names.ts";
import type { RecordedRun } from "./run.ts";

export interface RefusedWrite {
  readonly at: number;
  /** The event by which it reached etcd. */
  readonly n: number;
  /** Whose, by place. */
  readonly node: number;
}

export function refusedWritesOf({ events, header }: RecordedRun): RefusedWrite[] {
  let mode = "serving";
  /** Faults by which it has none. */
  let full = 0;
  return events.flatMap(({ at, cause, delivery, etcd, n, node, seen = [] }): RefusedWrite[] => {
    const before = mode;
    mode = etcd?.mode ?? mode;
    if (cause.type === "fault") {
      const fault = header.scenario.faults[cause.index];
      if (fault !== undefined && kindOf(fault).storesNothing === true)
        full += cause.phase === "begins" ? 1 : -1;
    }
    if (node !== ETCD || cause.type !== "request" || cause.purpose !== "write") return [];
    if (delivery !== undefined || before !== "serving" || full > 0) return [];
    const applied = seen.some((one) => one.type === "change" && one.node === cause.from);
    return applied ? [] : [{ at, n, node: nodeNamed(header.scenario, cause.from) }];
  });
}
