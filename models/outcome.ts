/**
 * What a client may conclude from a server's answer. The one place that decides "it certainly did not happen".
 */
import type { GrpcCode, KvReply, ServerReply } from "./etcd-api.ts";

/**
 * Codes under which etcd has not applied, and will not apply, the request (etcd api/v3rpc/rpctypes/error.go). All others
 * may follow a commit: a leader that dies after committing answers nothing, or `Unavailable`.
 */
const CERTAIN: ReadonlySet<GrpcCode> = new Set([
  "InvalidArgument",
  "NotFound",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "OutOfRange",
  "Unimplemented",
  "Unauthenticated",
]);

export const LEASE_NOT_FOUND = "etcdserver: requested lease not found";

/** What a client knows after a server's reply: an error may leave open whether the request was carried out. */
export function outcomeOf(reply: ServerReply): KvReply {
  if (reply.type === "ok") return reply;
  return { type: CERTAIN.has(reply.code) ? "refused" : "unknown", code: reply.code, message: reply.message };
}

/** No answer within the request's time: the commonest unknown. */
export const UNANSWERED: KvReply = Object.freeze({
  type: "unknown",
  code: "DeadlineExceeded",
  message: "no answer in time",
});

/** True where etcd says that the lease is not there; its text is part of etcd's interface. */
export function saysLeaseGone(reply: KvReply): boolean {
  return reply.type === "refused" && reply.message === LEASE_NOT_FOUND;
}
