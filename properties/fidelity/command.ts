/**
 * What a fidelity case consists of: requests and watch messages, as data that means the same on any store.
 *
 * Revisions are relative and lease ids may be symbolic, so that a case can be run again, and shrunk, on a server whose
 * counters stand elsewhere; {@link place} makes a command absolute.
 */
import type { Compare, KvRequest, LeaseId, TxnOp, WatchRequest } from "../../models/etcd-api.ts";

/** One message to a watch stream. `watchId` 0 lets the server pick. */
export type StreamMessage =
  | { readonly type: "watch"; readonly watchId: number; readonly request: WatchRequest }
  | { readonly type: "cancelWatch"; readonly watchId: number }
  | { readonly type: "progress" };

export type StoreCommand =
  | { readonly type: "ask"; readonly request: KvRequest }
  | { readonly type: "tell"; readonly stream: number; readonly message: StreamMessage };

/** Stands for the id that the server picked last in this case. */
export const PICKED: LeaseId = "picked";

/** Where a case begins on one server: its first revision, at which everything before is compacted. */
export interface CommandPlace {
  readonly base: number;
  /** The id that {@link PICKED} stands for. */
  readonly picked: LeaseId;
}

/** A command's revision 1 is this much before the base, so that small numbers are compacted ones. */
const BEFORE_BASE = 4;

/** 0 and below mean what they say. */
function revisionAt(place: CommandPlace, revision: number): number {
  return revision <= 0 ? revision : place.base - BEFORE_BASE + revision;
}

/** The least base at which no relative revision falls to 0, where it would mean something else. */
export const LEAST_BASE = BEFORE_BASE;

export function place(command: StoreCommand, at: CommandPlace): StoreCommand {
  if (command.type === "ask") return { type: "ask", request: placeRequest(command.request, at) };
  const { message, stream } = command;
  if (message.type !== "watch") return command;
  const request = placed(message.request, ["startRevision"], at);
  return { type: "tell", stream, message: { ...message, request } };
}

const RANGE_REVISIONS = [
  "revision",
  "minModRevision",
  "maxModRevision",
  "minCreateRevision",
  "maxCreateRevision",
] as const;

function placeRequest(request: KvRequest, at: CommandPlace): KvRequest {
  switch (request.type) {
    case "range":
    case "put":
    case "deleteRange":
    case "txn":
      return placeOperation(request, at);
    case "compact":
      return placed(request, ["revision"], at);
    case "leaseGrant":
    case "leaseRevoke":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
      return request.id === PICKED ? { ...request, id: at.picked } : request;
    case "leaseLeases":
      return request;
  }
}

function placeOperation(op: TxnOp, at: CommandPlace): TxnOp {
  switch (op.type) {
    case "range":
      return placed(op, RANGE_REVISIONS, at);
    case "put":
      return withLease(op, at);
    case "deleteRange":
      return op;
    case "txn":
      return {
        type: "txn",
        compare: op.compare.map((compare) => placeCompare(compare, at)),
        success: op.success.map((inner) => placeOperation(inner, at)),
        failure: op.failure.map((inner) => placeOperation(inner, at)),
      };
  }
}

function placeCompare(compare: Compare, at: CommandPlace): Compare {
  switch (compare.target) {
    case "create":
      return placed(compare, ["createRevision"], at);
    case "mod":
      return placed(compare, ["modRevision"], at);
    case "lease":
      return withLease(compare, at);
    case "version":
    case "value":
      return compare;
  }
}

function withLease<T extends { readonly lease?: LeaseId }>(given: T, at: CommandPlace): T {
  return given.lease === PICKED ? { ...given, lease: at.picked } : given;
}

/** `given` with the named fields made absolute. */
function placed<T extends object>(given: T, fields: readonly (keyof T)[], at: CommandPlace): T {
  const moved = { ...given };
  for (const field of fields) {
    const value = given[field];
    if (typeof value === "number") moved[field] = revisionAt(at, value) as T[typeof field];
  }
  return moved;
}
