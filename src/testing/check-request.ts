/** What people give in place of texts and numbers, named before anything is sent. */
import type { KvRequest } from "../../models/etcd-api.ts";

/** Throws a TypeError that names what was given, before anything is sent. */
export function checkRequest(request: KvRequest): void {
  const fault = faultOf(request);
  if (fault !== undefined) throw new TypeError(fault);
}

function faultOf(request: KvRequest): string | undefined {
  if ("key" in request && typeof request.key !== "string")
    return `the key is a ${typeof request.key}, not a text`;
  switch (request.type) {
    case "put":
      return typeof request.value === "string"
        ? undefined
        : `the value is a ${typeof request.value}, not a text`;
    case "leaseGrant":
      return Number.isInteger(request.ttlSeconds)
        ? undefined
        : `a TTL of ${request.ttlSeconds} is no whole number of seconds`;
    case "leaseKeepAlive":
    case "leaseRevoke":
    case "leaseTimeToLive":
      return typeof request.id === "string"
        ? undefined
        : `the lease is a ${typeof request.id}, not an id that grant gave`;
    case "txn":
      if (![request.compare, request.success, request.failure].every(Array.isArray))
        return "a transaction takes { compare: [], success: [], failure: [] }";
      return [...request.success, ...request.failure]
        .map((one) => faultOf(one))
        .find((one) => one !== undefined);
    default:
      return undefined;
  }
}
