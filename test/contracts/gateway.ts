/**
 * A real etcd in the contract's words, over etcd's own JSON gateway: bytes as base64, int64 as text, zeros left out.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type {
  Compare,
  GrpcCode,
  KeyValue,
  KvRequest,
  KvResponse,
  ResponseHeader,
  ServerReply,
  StoreEvent,
  TxnOp,
  TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import type { ContractEtcd, ContractWatch } from "./kv-contract.ts";

type Json = Record<string, unknown>;

/** gRPC's codes by number. */
const CODES: readonly (GrpcCode | "OK" | "AlreadyExists" | "Aborted" | "DataLoss")[] = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

const bytes = (text: string | undefined): string => Buffer.from(text ?? "", "latin1").toString("base64");
const text = (base64: unknown): string => Buffer.from(String(base64 ?? ""), "base64").toString("latin1");
const number = (value: unknown): number => Number(value ?? 0);

/** camelCase fields of ours as etcd's snake_case, without those that are absent. */
function fields(given: object, names: readonly string[]): Json {
  const found: Json = {};
  for (const name of names) {
    const value = (given as Json)[name];
    if (value !== undefined)
      found[name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return found;
}

function keyed(given: { readonly key: string; readonly rangeEnd?: string }): Json {
  return {
    key: bytes(given.key),
    ...(given.rangeEnd === undefined ? {} : { range_end: bytes(given.rangeEnd) }),
  };
}

const RANGE = [
  "limit",
  "revision",
  "serializable",
  "keysOnly",
  "countOnly",
  "minModRevision",
  "maxModRevision",
  "minCreateRevision",
  "maxCreateRevision",
];

function wire(request: KvRequest): { readonly path: string; readonly body: Json } {
  switch (request.type) {
    case "range": {
      const order = request.sortOrder === undefined ? {} : { sort_order: request.sortOrder.toUpperCase() };
      const target =
        request.sortTarget === undefined ? {} : { sort_target: request.sortTarget.toUpperCase() };
      return {
        path: "kv/range",
        body: { ...keyed(request), ...fields(request, RANGE), ...order, ...target },
      };
    }
    case "put":
      return {
        path: "kv/put",
        body: {
          key: bytes(request.key),
          ...(request.value === undefined ? {} : { value: bytes(request.value) }),
          ...fields(request, ["lease", "prevKv", "ignoreValue", "ignoreLease"]),
        },
      };
    case "deleteRange":
      return { path: "kv/deleterange", body: { ...keyed(request), ...fields(request, ["prevKv"]) } };
    case "txn":
      return { path: "kv/txn", body: wireTxn(request) };
    case "compact":
      return { path: "kv/compaction", body: fields(request, ["revision", "physical"]) };
    case "leaseGrant":
      return {
        path: "lease/grant",
        body: { TTL: request.ttlSeconds, ...(request.id === undefined ? {} : { ID: request.id }) },
      };
    case "leaseRevoke":
      return { path: "lease/revoke", body: { ID: request.id } };
    case "leaseKeepAlive":
      return { path: "lease/keepalive", body: { ID: request.id } };
    case "leaseTimeToLive":
      return { path: "lease/timetolive", body: { ID: request.id, ...fields(request, ["keys"]) } };
    case "leaseLeases":
      return { path: "lease/leases", body: {} };
  }
}

const OPERATIONS = {
  range: "request_range",
  put: "request_put",
  deleteRange: "request_delete_range",
  txn: "request_txn",
} as const;

function wireTxn({ compare, failure, success }: TxnRequest): Json {
  const operations = (ops: readonly TxnOp[]) => ops.map((op) => ({ [OPERATIONS[op.type]]: wire(op).body }));
  return { compare: compare.map(wireCompare), success: operations(success), failure: operations(failure) };
}

function wireCompare(compare: Compare): Json {
  const value =
    compare.target === "value"
      ? { value: bytes(compare.value) }
      : fields(compare, ["version", "createRevision", "modRevision", "lease"]);
  const result = compare.result === "notEqual" ? "NOT_EQUAL" : compare.result.toUpperCase();
  return { ...keyed(compare), result, target: compare.target.toUpperCase(), ...value };
}

function header(found: unknown): ResponseHeader {
  const { raft_term, revision } = (found ?? {}) as Json;
  return { revision: number(revision), raftTerm: number(raft_term) };
}

function keyValue(found: Json): KeyValue {
  return {
    key: text(found["key"]),
    value: text(found["value"]),
    createRevision: number(found["create_revision"]),
    modRevision: number(found["mod_revision"]),
    version: number(found["version"]),
    lease: String(found["lease"] ?? "0"),
  };
}

const list = (found: unknown): Json[] => (found ?? []) as Json[];

function unwire(type: KvRequest["type"], found: Json): KvResponse {
  const common = { header: header(found["header"]) };
  const id = String(found["ID"] ?? "0");
  switch (type) {
    case "range":
      return {
        type,
        ...common,
        kvs: list(found["kvs"]).map(keyValue),
        more: found["more"] === true,
        count: number(found["count"]),
      };
    case "put":
      return {
        type,
        ...common,
        ...(found["prev_kv"] === undefined ? {} : { prevKv: keyValue(found["prev_kv"] as Json) }),
      };
    case "deleteRange":
      return {
        type,
        ...common,
        deleted: number(found["deleted"]),
        prevKvs: list(found["prev_kvs"]).map(keyValue),
      };
    case "txn":
      return {
        type,
        ...common,
        succeeded: found["succeeded"] === true,
        responses: list(found["responses"]).map(unwireInner),
      };
    case "compact":
    case "leaseRevoke":
      return { type, ...common };
    case "leaseGrant":
    case "leaseKeepAlive":
      return { type, ...common, id, ttlSeconds: number(found["TTL"]) };
    case "leaseTimeToLive": {
      const keys = ((found["keys"] ?? []) as unknown[]).map(text);
      return {
        type,
        ...common,
        id,
        ttlSeconds: number(found["TTL"]),
        grantedTtlSeconds: number(found["grantedTTL"]),
        keys,
      };
    }
    case "leaseLeases":
      return { type, ...common, leases: list(found["leases"]).map(({ ID }) => String(ID)) };
  }
}

function unwireInner(found: Json): TxnResponse["responses"][number] {
  for (const [type, name] of Object.entries(OPERATIONS)) {
    const inner = found[name.replace("request", "response")];
    if (inner !== undefined)
      return unwire(type as TxnOp["type"], inner as Json) as TxnResponse["responses"][number];
  }
  throw new Error(`an unknown inner response: ${JSON.stringify(found)}`);
}

function storeEvent(found: Json): StoreEvent {
  return {
    type: found["type"] === "DELETE" ? "DELETE" : "PUT",
    kv: keyValue((found["kv"] ?? {}) as Json),
    ...(found["prev_kv"] === undefined ? {} : { prevKv: keyValue(found["prev_kv"] as Json) }),
  };
}

function watchResponse(found: Json): WatchResponse {
  return {
    watchId: number(found["watch_id"]),
    header: header(found["header"]),
    created: found["created"] === true,
    canceled: found["canceled"] === true,
    compactRevision: number(found["compact_revision"]),
    cancelReason: String(found["cancel_reason"] ?? ""),
    fragment: found["fragment"] === true,
    events: list(found["events"]).map(storeEvent),
  };
}

/** Talks to the member at `endpoint`. Time passes by itself; `advance` waits. */
export function openGateway(endpoint: string): ContractEtcd {
  return {
    async submit(request): Promise<ServerReply> {
      const { body, path } = wire(request);
      const answer = await fetch(`${endpoint}/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
      const found = (await answer.json()) as Json;
      if (!answer.ok) {
        const code = CODES[number(found["code"])] as GrpcCode;
        return { type: "error", code, message: String(found["message"] ?? found["error"]) };
      }
      // Streams wrap each message.
      return { type: "ok", response: unwire(request.type, (found["result"] ?? found) as Json) };
    },
    watch: (request) => openWatch(endpoint, request),
    advance: (ms) => sleep(ms),
    close: () => Promise.resolve(),
  };
}

async function openWatch(endpoint: string, request: WatchRequest): Promise<ContractWatch> {
  const filters = [
    ...(request.noPut === true ? ["NOPUT"] : []),
    ...(request.noDelete === true ? ["NODELETE"] : []),
  ];
  const create = {
    ...keyed(request),
    ...fields(request, ["startRevision", "prevKv", "progressNotify", "fragment"]),
    filters,
  };
  const abort = new AbortController();
  const answer = await fetch(`${endpoint}/v3/watch`, {
    method: "POST",
    body: JSON.stringify({ create_request: create }),
    signal: abort.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  return {
    async next() {
      for (;;) {
        const end = rest.indexOf("\n");
        if (end >= 0) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 1);
          return watchResponse((JSON.parse(line) as Json)["result"] as Json);
        }
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) throw new Error("the watch ended");
        rest += chunk.value;
      }
    },
    async cancel() {
      abort.abort();
      await reader?.cancel().catch(() => undefined);
    },
  };
}
