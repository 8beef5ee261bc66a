/**
 * How many bytes a message takes on the wire, for etcd's size limits. Protocol buffers' encoding, field by field:
 * https://protobuf.dev/programming-guides/encoding/. All field numbers used here are below 16, so a tag is one byte.
 */
import type { Compare, KeyValue, KvRequest, RangeRequest, StoreEvent, TxnOp } from "../etcd-api.ts";

/** etcd's `--max-request-bytes`, for one request as it goes through raft. */
export const MAX_REQUEST_BYTES = 1_572_864;
/** What gRPC accepts on top of it, and the size from which a watch response is sent in fragments. */
export const MAX_MESSAGE_BYTES = MAX_REQUEST_BYTES + 512 * 1024;

/** The envelope around a proposal: its own tag, and a header with a ten-byte request id. */
const PROPOSAL_HEADER = 14;

/** A quick lower bound: a request whose text is shorter than this is below every limit, whatever its numbers are. */
export const SURELY_SMALL = 1_000_000;

/** Bytes of the request as raft carries it: as etcd counts them, but for the length of its own id. */
export function proposalSize(request: KvRequest): number {
  return PROPOSAL_HEADER + embedded(requestSize(request));
}

/** Bytes of the request as gRPC carries it. */
export function requestSize(request: KvRequest): number {
  switch (request.type) {
    case "range":
      return rangeSize(request);
    case "put":
      return (
        bytes(request.key) +
        bytes(request.value ?? "") +
        number(Number(request.lease ?? 0)) +
        flag(request.prevKv) +
        flag(request.ignoreValue) +
        flag(request.ignoreLease)
      );
    case "deleteRange":
      return bytes(request.key) + bytes(request.rangeEnd ?? "") + flag(request.prevKv);
    case "txn": {
      let size = 0;
      for (const compare of request.compare) size += embedded(compareSize(compare));
      for (const op of request.success) size += embedded(operationSize(op));
      for (const op of request.failure) size += embedded(operationSize(op));
      return size;
    }
    case "compact":
    case "leaseGrant":
    case "leaseRevoke":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
    case "leaseLeases":
      return 0;
  }
}

function rangeSize(request: RangeRequest): number {
  const { countOnly, key, keysOnly, limit, rangeEnd = "", revision, serializable } = request;
  const { maxCreateRevision, maxModRevision, minCreateRevision, minModRevision } = request;
  const numbers = [limit, revision, minModRevision, maxModRevision, minCreateRevision, maxCreateRevision];
  const flags = [
    serializable,
    keysOnly,
    countOnly,
    (request.sortOrder ?? "none") !== "none",
    (request.sortTarget ?? "key") !== "key",
  ];
  return (
    bytes(key) +
    bytes(rangeEnd) +
    numbers.reduce<number>((sum, one) => sum + number(one), 0) +
    flags.reduce<number>((sum, one) => sum + flag(one), 0)
  );
}

/** Characters of all keys and values: what {@link SURELY_SMALL} is compared with. */
export function textLength(request: KvRequest): number {
  switch (request.type) {
    case "put":
      return request.key.length + (request.value ?? "").length;
    case "range":
    case "deleteRange":
      return request.key.length + (request.rangeEnd ?? "").length;
    case "txn": {
      let length = 0;
      for (let at = 0; at < request.compare.length; at++) {
        const compare = request.compare[at] as Compare;
        length += compare.key.length + (compare.target === "value" ? compare.value.length : 0);
      }
      for (let at = 0; at < request.success.length; at++) length += textLength(request.success[at] as TxnOp);
      for (let at = 0; at < request.failure.length; at++) length += textLength(request.failure[at] as TxnOp);
      return length;
    }
    case "compact":
    case "leaseGrant":
    case "leaseRevoke":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
    case "leaseLeases":
      return 0;
  }
}

/** Bytes that one event adds to a watch response. */
export function eventSize(event: StoreEvent): number {
  const kv = embedded(keyValueSize(event.kv));
  const prevKv = event.prevKv === undefined ? 0 : embedded(keyValueSize(event.prevKv));
  return embedded((event.type === "DELETE" ? 2 : 0) + kv + prevKv);
}

function keyValueSize(kv: KeyValue): number {
  const numbers =
    number(kv.createRevision) + number(kv.modRevision) + number(kv.version) + number(Number(kv.lease));
  return bytes(kv.key) + bytes(kv.value) + numbers;
}

function operationSize(op: TxnOp): number {
  return embedded(requestSize(op));
}

/** What is compared is one of several fields, of which one is always there, whatever it says; the range's end has a longer tag. */
function compareSize(compare: Compare): number {
  const chosen = (compare.result === "equal" ? 0 : 2) + (compare.target === "version" ? 0 : 2);
  const end = bytes(compare.rangeEnd ?? "");
  return chosen + bytes(compare.key) + operandSize(compare) + (end === 0 ? 0 : end + 1);
}

function operandSize(compare: Compare): number {
  switch (compare.target) {
    case "version":
      return 1 + varint(compare.version);
    case "create":
      return 1 + varint(compare.createRevision);
    case "mod":
      return 1 + varint(compare.modRevision);
    case "value":
      return embedded(compare.value.length);
    case "lease":
      return 1 + varint(Number(compare.lease));
  }
}

/** A message inside a message: tag, length, content. */
function embedded(size: number): number {
  return 1 + varint(size) + size;
}

function bytes(text: string): number {
  return text === "" ? 0 : embedded(text.length);
}

function number(value: number | undefined): number {
  return value === undefined || value === 0 ? 0 : 1 + varint(value);
}

function flag(value: boolean | undefined): number {
  return value === true ? 2 : 0;
}

/** Seven bits a byte; negative numbers take ten bytes. */
function varint(value: number): number {
  if (value < 0) return 10;
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}
