/**
 * The part of etcd's v3 API that an election and its service need, as protobuf messages. Names and field numbers are
 * etcd's public interface (etcd api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto, Apache-2.0); unknown fields are skipped,
 * so newer members are understood.
 */
import protobuf from "protobufjs";

const SCHEMA = `
syntax = "proto3";

message KeyValue {
  bytes key = 1; int64 create_revision = 2; int64 mod_revision = 3; int64 version = 4; bytes value = 5; int64 lease = 6;
}
message Event { enum Type { PUT = 0; DELETE = 1; } Type type = 1; KeyValue kv = 2; KeyValue prev_kv = 3; }
message ResponseHeader { uint64 cluster_id = 1; uint64 member_id = 2; int64 revision = 3; uint64 raft_term = 4; }

message RangeRequest {
  enum SortOrder { NONE = 0; ASCEND = 1; DESCEND = 2; }
  enum SortTarget { KEY = 0; VERSION = 1; CREATE = 2; MOD = 3; VALUE = 4; }
  bytes key = 1; bytes range_end = 2; int64 limit = 3; int64 revision = 4; SortOrder sort_order = 5;
  SortTarget sort_target = 6; bool serializable = 7; bool keys_only = 8; bool count_only = 9;
  int64 min_mod_revision = 10; int64 max_mod_revision = 11; int64 min_create_revision = 12; int64 max_create_revision = 13;
}
message RangeResponse { ResponseHeader header = 1; repeated KeyValue kvs = 2; bool more = 3; int64 count = 4; }
message PutRequest {
  bytes key = 1; bytes value = 2; int64 lease = 3; bool prev_kv = 4; bool ignore_value = 5; bool ignore_lease = 6;
}
message PutResponse { ResponseHeader header = 1; KeyValue prev_kv = 2; }
message DeleteRangeRequest { bytes key = 1; bytes range_end = 2; bool prev_kv = 3; }
message DeleteRangeResponse { ResponseHeader header = 1; int64 deleted = 2; repeated KeyValue prev_kvs = 3; }
message RequestOp {
  oneof request {
    RangeRequest range = 1; PutRequest put = 2; DeleteRangeRequest delete_range = 3; TxnRequest txn = 4;
  }
}
message ResponseOp {
  oneof response {
    RangeResponse range = 1; PutResponse put = 2; DeleteRangeResponse delete_range = 3; TxnResponse txn = 4;
  }
}
message Compare {
  enum Result { EQUAL = 0; GREATER = 1; LESS = 2; NOT_EQUAL = 3; }
  enum Target { VERSION = 0; CREATE = 1; MOD = 2; VALUE = 3; LEASE = 4; }
  Result result = 1; Target target = 2; bytes key = 3;
  oneof against { int64 version = 4; int64 create_revision = 5; int64 mod_revision = 6; bytes value = 7; int64 lease = 8; }
  bytes range_end = 64;
}
message TxnRequest { repeated Compare compare = 1; repeated RequestOp success = 2; repeated RequestOp failure = 3; }
message TxnResponse { ResponseHeader header = 1; bool succeeded = 2; repeated ResponseOp responses = 3; }
message CompactionRequest { int64 revision = 1; bool physical = 2; }
message CompactionResponse { ResponseHeader header = 1; }

message LeaseGrantRequest { int64 TTL = 1; int64 ID = 2; }
message LeaseGrantResponse { ResponseHeader header = 1; int64 ID = 2; int64 TTL = 3; string error = 4; }
message LeaseRevokeRequest { int64 ID = 1; }
message LeaseRevokeResponse { ResponseHeader header = 1; }
message LeaseKeepAliveRequest { int64 ID = 1; }
message LeaseKeepAliveResponse { ResponseHeader header = 1; int64 ID = 2; int64 TTL = 3; }
message LeaseTimeToLiveRequest { int64 ID = 1; bool keys = 2; }
message LeaseTimeToLiveResponse {
  ResponseHeader header = 1; int64 ID = 2; int64 TTL = 3; int64 grantedTTL = 4; repeated bytes keys = 5;
}
message LeaseLeasesRequest {}
message LeaseStatus { int64 ID = 1; }
message LeaseLeasesResponse { ResponseHeader header = 1; repeated LeaseStatus leases = 2; }

message WatchRequest {
  oneof request { WatchCreateRequest create = 1; WatchCancelRequest cancel = 2; WatchProgressRequest progress = 3; }
}
message WatchCancelRequest { int64 watch_id = 1; }
message WatchProgressRequest {}
message WatchCreateRequest {
  enum FilterType { NOPUT = 0; NODELETE = 1; }
  bytes key = 1; bytes range_end = 2; int64 start_revision = 3; bool progress_notify = 4; repeated FilterType filters = 5;
  bool prev_kv = 6; int64 watch_id = 7; bool fragment = 8;
}
message WatchResponse {
  ResponseHeader header = 1; int64 watch_id = 2; bool created = 3; bool canceled = 4; int64 compact_revision = 5;
  string cancel_reason = 6; bool fragment = 7; repeated Event events = 11;
}

message StatusRequest {}
message StatusResponse {
  ResponseHeader header = 1; string version = 2; int64 dbSize = 3; uint64 leader = 4; uint64 raftIndex = 5; uint64 raftTerm = 6;
  uint64 raftAppliedIndex = 7; repeated string errors = 8; int64 dbSizeInUse = 9; bool isLearner = 10;
}
message AlarmRequest { int32 action = 1; uint64 memberID = 2; int32 alarm = 3; }
message AlarmMember { uint64 memberID = 1; int32 alarm = 2; }
message AlarmResponse { ResponseHeader header = 1; repeated AlarmMember alarms = 2; }
message DefragmentRequest {}
message DefragmentResponse { ResponseHeader header = 1; }
message HashRequest {}
message HashResponse { ResponseHeader header = 1; uint32 hash = 2; }
message HashKVRequest { int64 revision = 1; }
message HashKVResponse { ResponseHeader header = 1; uint32 hash = 2; int64 compact_revision = 3; }
message Member { uint64 ID = 1; string name = 2; repeated string peerURLs = 3; repeated string clientURLs = 4; bool isLearner = 5; }
message MoveLeaderRequest { uint64 targetID = 1; }
message MoveLeaderResponse { ResponseHeader header = 1; }
message MemberListRequest { bool linearizable = 1; }
message MemberListResponse { ResponseHeader header = 1; repeated Member members = 2; }

message LockRequest { bytes name = 1; int64 lease = 2; }
message LockResponse { ResponseHeader header = 1; bytes key = 2; }
message UnlockRequest { bytes key = 1; }
message UnlockResponse { ResponseHeader header = 1; }
message LeaderKey { bytes name = 1; bytes key = 2; int64 rev = 3; int64 lease = 4; }
message CampaignRequest { bytes name = 1; int64 lease = 2; bytes value = 3; }
message CampaignResponse { ResponseHeader header = 1; LeaderKey leader = 2; }
message LeaderRequest { bytes name = 1; }
message LeaderResponse { ResponseHeader header = 1; KeyValue kv = 2; }
message ResignRequest { LeaderKey leader = 1; }
message ResignResponse { ResponseHeader header = 1; }
message ProclaimRequest { LeaderKey leader = 1; bytes value = 2; }
message ProclaimResponse { ResponseHeader header = 1; }

message AuthenticateRequest { string name = 1; string password = 2; }
message AuthenticateResponse { ResponseHeader header = 1; string token = 2; }
`;

const root = protobuf.parse(SCHEMA).root;

/** Fields as plain data: int64 as decimal text, enums by name, absent fields with their defaults, bytes as Buffers. */
export type Wire = Readonly<Record<string, unknown>>;

const PLAIN = { longs: String, enums: String, defaults: true, arrays: true, oneofs: true } as const;

/** How messages of one procedure get onto the wire and back: those that are sent, and those that come. */
export interface Codec {
  readonly encode: (fields: Wire) => Buffer;
  readonly decode: (bytes: Buffer) => Wire;
}

/** As a client has it: requests go out. */
export function codec(request: string, response: string): Codec {
  return between(request, response);
}

/** As a server has it: responses go out. */
export function serverCodec(request: string, response: string): Codec {
  return between(response, request);
}

/** Beside a range's fields: its end was sent, and is empty, which etcd takes for another thing than none. */
export const SENT_EMPTY = "rangeEndSentEmpty";

// What it is set up with is compiled, and what is compiled calls what stands here.
const rangeRequest = root.lookupType("RangeRequest").setup();
const plainRange = rangeRequest.toObject.bind(rangeRequest);
rangeRequest.toObject = (message, options) => {
  const found = plainRange(message, options);
  const isSent = Object.hasOwn(message, "rangeEnd");
  return isSent && (found["rangeEnd"] as Buffer).length === 0 ? { ...found, [SENT_EMPTY]: true } : found;
};

function between(sent: string, heard: string): Codec {
  const [out, back] = [root.lookupType(sent), root.lookupType(heard)];
  return {
    encode: (fields) => Buffer.from(out.encode(out.fromObject(fields)).finish()),
    decode: (bytes) => back.toObject(back.decode(bytes), PLAIN),
  };
}
