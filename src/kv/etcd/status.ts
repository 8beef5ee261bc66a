/** gRPC's ways of failing as the vocabulary's: which code, which text, and whether it speaks of the member or of us. */
import { status, type ServiceError } from "@grpc/grpc-js";
import type { GrpcCode, ServerReply } from "../../../models/etcd-api.ts";

const CODES: Readonly<Record<number, GrpcCode>> = {
  [status.CANCELLED]: "Canceled",
  [status.UNKNOWN]: "Unknown",
  [status.INVALID_ARGUMENT]: "InvalidArgument",
  [status.DEADLINE_EXCEEDED]: "DeadlineExceeded",
  [status.NOT_FOUND]: "NotFound",
  [status.PERMISSION_DENIED]: "PermissionDenied",
  [status.RESOURCE_EXHAUSTED]: "ResourceExhausted",
  [status.FAILED_PRECONDITION]: "FailedPrecondition",
  [status.OUT_OF_RANGE]: "OutOfRange",
  [status.UNIMPLEMENTED]: "Unimplemented",
  [status.INTERNAL]: "Internal",
  [status.UNAVAILABLE]: "Unavailable",
  [status.UNAUTHENTICATED]: "Unauthenticated",
};

/** The number of a code. */
export const STATUS: Readonly<Record<GrpcCode, status>> = Object.fromEntries(
  Object.entries(CODES).map(([number, code]) => [code, Number(number)]),
) as Record<GrpcCode, status>;

export type CallFailure = ServerReply & { readonly type: "error" };

/** gRPC wraps the reason into its own words: `No connection established. Last error: Error: X. Resolution note: `. */
const WRAPPED = /^No connection established\. Last error: (?:Error: )?(.+?)\.? Resolution note: /su;

/** It adds when that was, which makes a text of its own of each. */
const WHEN = / \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/gu;

/** What a request is told whose time is over, by whichever clock. */
export const LATE: CallFailure = { type: "error", code: "DeadlineExceeded", message: "no answer in time" };

export function failureOf({ code, details, message }: ServiceError): CallFailure {
  // gRPC tells how long it waited for what.
  if (code === status.DEADLINE_EXCEEDED) return LATE;
  const text = details === "" ? message : details;
  const reason = (WRAPPED.exec(text)?.[1] ?? text).replace(WHEN, "");
  return { type: "error", code: CODES[code] ?? "Unknown", message: reason };
}

/** The member does not answer, or has no leader: another one may do better. */
export function blamesMember({ code }: CallFailure): boolean {
  if (code === "Unavailable" || code === "DeadlineExceeded" || code === "Internal" || code === "Canceled")
    return true;
  // A member without quorum answers Unknown after its own time-out (etcd 3.4.23, measured).
  return code === "Unknown";
}

const STALE_TOKEN: ReadonlySet<string> = new Set([
  "etcdserver: invalid auth token",
  "etcdserver: user name is empty",
  "etcdserver: revision of auth store is old",
]);

/**
 * etcd refused the token, not the request: nothing was done, and a new token may be all that is missing (etcd forgets
 * tokens after 300 s without use, and at every restart).
 */
export function wantsNewToken({ message }: { readonly message: string }): boolean {
  return STALE_TOKEN.has(message);
}
