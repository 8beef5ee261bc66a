import type { Revision } from "../../models/etcd-api.ts";

/** Something between a process and its surroundings: that it arranged, e.g. that its service is ready, or is told. Plain data. */
export interface Task {
  readonly type: string;
  readonly token?: Revision;
}
