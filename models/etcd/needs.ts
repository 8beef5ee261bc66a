/** What a request needs to be answered: a leader, or nobody but the member that it reaches. */
import { isReadOnly, isSerializable } from "../store/txn.ts";
import type { KvRequest } from "../etcd-api.ts";
import type { Waiting, Work } from "./types.ts";

/** Whether a member answers it from what it has applied itself. */
export function isLocal(request: KvRequest): boolean {
  if (request.type === "range") return request.serializable === true;
  if (request.type === "txn") return isSerializable(request);
  return request.type === "leaseLeases";
}

export function isLinearizableRead(request: KvRequest): boolean {
  return request.type === "range" || (request.type === "txn" && isReadOnly(request));
}

export function letWait(work: Work, waiting: Waiting): void {
  work.next.waiting = [...work.next.waiting, waiting];
}
