/** What a request is for, in a word, where its sender says nothing. */
import type { KvRequest } from "../../models/etcd-api.ts";
import type { Purpose } from "./kv.ts";

export const PURPOSE_OF: Readonly<Record<KvRequest["type"], Purpose>> = {
  range: "get",
  put: "put",
  deleteRange: "delete",
  txn: "txn",
  compact: "compact",
  leaseGrant: "grant",
  leaseRevoke: "revoke",
  leaseKeepAlive: "keepAlive",
  leaseTimeToLive: "timeToLive",
  leaseLeases: "leases",
};
