/**
 * Every error that the simulated etcd answers, with etcd's gRPC code and exact text: clients match on the text.
 * etcd `api/v3rpc/rpctypes/error.go`; texts measured on 3.4.23.
 */
import type { GrpcCode, ServerReply } from "../etcd-api.ts";

export type ErrorReply = Extract<ServerReply, { readonly type: "error" }>;

function error(code: GrpcCode, message: string): ErrorReply {
  return Object.freeze({ type: "error", code, message });
}

export const ERRORS = Object.freeze({
  leaseNotFound: error("NotFound", "etcdserver: requested lease not found"),
  leaseExists: error("FailedPrecondition", "etcdserver: lease already exists"),
  leaseTtlTooLarge: error("OutOfRange", "etcdserver: too large lease TTL"),
  compacted: error("OutOfRange", "etcdserver: mvcc: required revision has been compacted"),
  futureRevision: error("OutOfRange", "etcdserver: mvcc: required revision is a future revision"),
  emptyKey: error("InvalidArgument", "etcdserver: key is not provided"),
  keyNotFound: error("InvalidArgument", "etcdserver: key not found"),
  valueProvided: error("InvalidArgument", "etcdserver: value is provided"),
  leaseProvided: error("InvalidArgument", "etcdserver: lease is provided"),
  tooManyOps: error("InvalidArgument", "etcdserver: too many operations in txn request"),
  duplicateKey: error("InvalidArgument", "etcdserver: duplicate key given in txn request"),
  requestTooLarge: error("InvalidArgument", "etcdserver: request is too large"),
  noSpace: error("ResourceExhausted", "etcdserver: mvcc: database space exceeded"),
  tooManyRequests: error("ResourceExhausted", "etcdserver: too many requests"),
  invalidAuthToken: error("Unauthenticated", "etcdserver: invalid auth token"),
  permissionDenied: error("PermissionDenied", "etcdserver: permission denied"),
  noLeader: error("Unavailable", "etcdserver: no leader"),
  timedOut: error("Unavailable", "etcdserver: request timed out"),
  notLeader: error("FailedPrecondition", "etcdserver: not leader"),
  badTransferee: error("FailedPrecondition", "etcdserver: bad leader transferee"),
  leaderChanged: error("Unavailable", "etcdserver: leader changed"),
  leaderFailed: error(
    "Unavailable",
    "etcdserver: request timed out, possibly due to previous leader failure",
  ),
  /** What a proposal gets that waited for a leader in vain: Go's own context error, which etcd does not map. */
  deadlineExceeded: error("Unknown", "context deadline exceeded"),
});

/** gRPC's own refusal, before etcd sees the request. Sizes in bytes. */
export function messageTooLarge(size: number, limit: number): ErrorReply {
  return error("ResourceExhausted", `grpc: received message larger than max (${size} vs. ${limit})`);
}

export function isError(result: { readonly type: string }): result is ErrorReply {
  return result.type === "error";
}
