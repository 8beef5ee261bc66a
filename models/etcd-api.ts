/**
 * The words that everything else is said in: requests to a key-value store with leases, its replies, its watch
 * responses. They are etcd v3's own (etcd `api/etcdserverpb/rpc.proto`, `api/mvccpb/kv.proto`), as plain JSON data.
 *
 * Keys and values are *byte strings*: each character is one byte (code 0 to 255), so `<` compares bytewise, `length`
 * counts bytes, and `"\0"` means what it means in etcd. ASCII text is its own byte string; `models/bytes` converts
 * anything else.
 */

/** An int64 as decimal text: real lease ids exceed 2^53. */
export type LeaseId = string;
export const NO_LEASE: LeaseId = "0";

/** The store's counter. A fresh store is at 1; every write transaction that changes something adds one. */
export type Revision = number;

/** gRPC's status codes, by name. https://grpc.io/docs/guides/status-codes/ */
export type GrpcCode =
  | "Canceled"
  | "Unknown"
  | "InvalidArgument"
  | "DeadlineExceeded"
  | "NotFound"
  | "PermissionDenied"
  | "ResourceExhausted"
  | "FailedPrecondition"
  | "OutOfRange"
  | "Unimplemented"
  | "Internal"
  | "Unavailable"
  | "Unauthenticated";

/** What etcd stores of a key. A DELETE event carries `key` and `modRevision` alone, the other numbers are 0. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
  readonly lease: LeaseId;
}

export type SortTarget = "key" | "version" | "create" | "mod" | "value";
export type SortOrder = "none" | "ascend" | "descend";

/** `rangeEnd` absent: the one key. `"\0"`: every key from `key` on. Otherwise: `key` up to, not including, `rangeEnd`. */
export interface RangeRequest {
  readonly type: "range";
  readonly key: string;
  readonly rangeEnd?: string;
  readonly limit?: number;
  readonly revision?: Revision;
  readonly sortOrder?: SortOrder;
  readonly sortTarget?: SortTarget;
  readonly serializable?: boolean;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
  readonly minModRevision?: Revision;
  readonly maxModRevision?: Revision;
  readonly minCreateRevision?: Revision;
  readonly maxCreateRevision?: Revision;
}

export interface PutRequest {
  readonly type: "put";
  readonly key: string;
  readonly value?: string;
  readonly lease?: LeaseId;
  readonly prevKv?: boolean;
  readonly ignoreValue?: boolean;
  readonly ignoreLease?: boolean;
}

export interface DeleteRangeRequest {
  readonly type: "deleteRange";
  readonly key: string;
  readonly rangeEnd?: string;
  readonly prevKv?: boolean;
}

export type CompareResult = "equal" | "greater" | "less" | "notEqual";

/** One condition of a transaction; with `rangeEnd`, a condition on every key of the range. */
export type Compare = {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly result: CompareResult;
} & (
  | { readonly target: "version"; readonly version: number }
  | { readonly target: "create"; readonly createRevision: Revision }
  | { readonly target: "mod"; readonly modRevision: Revision }
  | { readonly target: "value"; readonly value: string }
  | { readonly target: "lease"; readonly lease: LeaseId }
);

/** All of `success` if every comparison holds, else all of `failure`, at one revision. */
export interface TxnRequest {
  readonly type: "txn";
  readonly compare: readonly Compare[];
  readonly success: readonly TxnOp[];
  readonly failure: readonly TxnOp[];
}

/** One operation of a transaction. */
export type TxnOp = RangeRequest | PutRequest | DeleteRangeRequest | TxnRequest;

export interface CompactRequest {
  readonly type: "compact";
  readonly revision: Revision;
  readonly physical?: boolean;
}

/** `id` absent: the server picks one. `ttlSeconds` below the server's minimum is raised silently. */
export interface LeaseGrantRequest {
  readonly type: "leaseGrant";
  readonly ttlSeconds: number;
  readonly id?: LeaseId;
}
export interface LeaseRevokeRequest {
  readonly type: "leaseRevoke";
  readonly id: LeaseId;
}
export interface LeaseKeepAliveRequest {
  readonly type: "leaseKeepAlive";
  readonly id: LeaseId;
}
export interface LeaseTimeToLiveRequest {
  readonly type: "leaseTimeToLive";
  readonly id: LeaseId;
  readonly keys?: boolean;
}
export interface LeaseLeasesRequest {
  readonly type: "leaseLeases";
}

/** Any request to the store. */
export type KvRequest =
  | TxnOp
  | CompactRequest
  | LeaseGrantRequest
  | LeaseRevokeRequest
  | LeaseKeepAliveRequest
  | LeaseTimeToLiveRequest
  | LeaseLeasesRequest;

/** Every etcd response carries one; `revision` follows the rules of facts in docs/simulated-etcd.md. */
export interface ResponseHeader {
  readonly revision: Revision;
  readonly raftTerm: number;
}

/** The keys of a range, in the order asked for; `count` is of all that match, whatever the limit. */
export interface RangeResponse {
  readonly type: "range";
  readonly header: ResponseHeader;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}
export interface PutResponse {
  readonly type: "put";
  readonly header: ResponseHeader;
  readonly prevKv?: KeyValue;
}
export interface DeleteRangeResponse {
  readonly type: "deleteRange";
  readonly header: ResponseHeader;
  readonly deleted: number;
  readonly prevKvs: readonly KeyValue[];
}
/** Which branch of a transaction was taken, and the response of each of its operations. */
export interface TxnResponse {
  readonly type: "txn";
  readonly header: ResponseHeader;
  readonly succeeded: boolean;
  readonly responses: readonly (RangeResponse | PutResponse | DeleteRangeResponse | TxnResponse)[];
}
export interface CompactResponse {
  readonly type: "compact";
  readonly header: ResponseHeader;
}
export interface LeaseGrantResponse {
  readonly type: "leaseGrant";
  readonly header: ResponseHeader;
  readonly id: LeaseId;
  /** The granted TTL, which may be longer than the one asked for. */
  readonly ttlSeconds: number;
}
export interface LeaseRevokeResponse {
  readonly type: "leaseRevoke";
  readonly header: ResponseHeader;
}
/** `ttlSeconds` 0: the lease is unknown or gone; that is no error in etcd. */
export interface LeaseKeepAliveResponse {
  readonly type: "leaseKeepAlive";
  readonly header: ResponseHeader;
  readonly id: LeaseId;
  readonly ttlSeconds: number;
}
/** `ttlSeconds` -1 and `grantedTtlSeconds` 0: the lease is unknown. */
export interface LeaseTimeToLiveResponse {
  readonly type: "leaseTimeToLive";
  readonly header: ResponseHeader;
  readonly id: LeaseId;
  readonly ttlSeconds: number;
  readonly grantedTtlSeconds: number;
  readonly keys: readonly string[];
}
export interface LeaseLeasesResponse {
  readonly type: "leaseLeases";
  readonly header: ResponseHeader;
  readonly leases: readonly LeaseId[];
}

/** The response to a request that was carried out, of the same type as the request. */
export type KvResponse =
  | RangeResponse
  | PutResponse
  | DeleteRangeResponse
  | TxnResponse
  | CompactResponse
  | LeaseGrantResponse
  | LeaseRevokeResponse
  | LeaseKeepAliveResponse
  | LeaseTimeToLiveResponse
  | LeaseLeasesResponse;

/** What a server says: a response, or a gRPC status with etcd's exact text. */
export type ServerReply =
  | { readonly type: "ok"; readonly response: KvResponse }
  | { readonly type: "error"; readonly code: GrpcCode; readonly message: string };

/**
 * What a client knows in the end. `refused`: it certainly did not happen. `unknown`: it may have happened, may still
 * happen, or may never; most elections break on this one.
 */
export type KvReply =
  | { readonly type: "ok"; readonly response: KvResponse }
  | { readonly type: "refused"; readonly code: GrpcCode; readonly message: string }
  | { readonly type: "unknown"; readonly code: GrpcCode; readonly message: string };

/** `startRevision` absent or 0: changes after now. Otherwise every change from that revision on, inclusive. */
export interface WatchRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly startRevision?: Revision;
  readonly prevKv?: boolean;
  readonly noPut?: boolean;
  readonly noDelete?: boolean;
  readonly progressNotify?: boolean;
  readonly fragment?: boolean;
}

/** One change of one key, as a watch tells it. */
export interface StoreEvent {
  readonly type: "PUT" | "DELETE";
  readonly kv: KeyValue;
  readonly prevKv?: KeyValue;
}

/** One message of a watch. `compactRevision` > 0 with `canceled`: the history asked for is gone, read again. */
export interface WatchResponse {
  readonly watchId: number;
  readonly header: ResponseHeader;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: Revision;
  readonly cancelReason: string;
  readonly fragment: boolean;
  readonly events: readonly StoreEvent[];
}
