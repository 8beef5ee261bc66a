/** Of etcd's several members: which of them leads, told where that changes. */
import type { RecordedRun } from "./run.ts";

export interface Led {
  readonly at: number;
  /** From 1 on; undefined: none leads. */
  readonly member: number | undefined;
}

/** Each change, in order; the leader with which the run begins is none. */
export function leadersOf({ events, header }: RecordedRun): Led[] {
  if (header.scenario.etcd.members === undefined) return [];
  const changes: Led[] = [];
  let known = false;
  let before: number | undefined;
  for (const { at, etcd } of events) {
    if (etcd === undefined) continue;
    if (known && etcd.leader !== before) changes.push({ at, member: etcd.leader });
    before = etcd.leader;
    known = true;
  }
  return changes;
}
