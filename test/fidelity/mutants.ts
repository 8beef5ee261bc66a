/** The simulated etcd with one mistake each: what a comparison must find. */
import { stepEtcd, type EtcdOutput } from "../../models/etcd.ts";
import type { KvResponse, ServerReply, StoreEvent, WatchResponse } from "../../models/etcd-api.ts";
import type { StepEtcd } from "../../properties/fidelity/servers.ts";

const saying =
  (change: (output: EtcdOutput) => readonly EtcdOutput[]): StepEtcd =>
  (etcd, input, nowMs) => {
    const step = stepEtcd(etcd, input, nowMs);
    return { ...step, outputs: step.outputs.flatMap(change) };
  };
const replying = (change: (reply: ServerReply) => ServerReply): StepEtcd =>
  saying((output) => [output.type === "reply" ? { ...output, reply: change(output.reply) } : output]);
const responding = (change: (response: KvResponse) => KvResponse): StepEtcd =>
  replying((reply) => (reply.type === "ok" ? { ...reply, response: change(reply.response) } : reply));
const telling = (change: (response: WatchResponse) => readonly WatchResponse[]): StepEtcd =>
  saying((output) =>
    output.type === "watch" ? change(output.response).map((response) => ({ ...output, response })) : [output],
  );
const events = (change: (event: StoreEvent) => StoreEvent): StepEtcd =>
  telling((response) => [{ ...response, events: response.events.map(change) }]);

export const mutants: Readonly<Record<string, StepEtcd>> = {
  "wrong mod revision": responding((response) =>
    response.type === "range"
      ? { ...response, kvs: response.kvs.map((kv) => ({ ...kv, modRevision: kv.modRevision + 1 })) }
      : response,
  ),
  "wrong header revision": responding((response) =>
    response.type === "deleteRange" && response.deleted === 0
      ? { ...response, header: { ...response.header, revision: response.header.revision + 1 } }
      : response,
  ),
  "wrong error text": replying((reply) =>
    reply.type === "error" ? { ...reply, message: reply.message.replace("lease not", "Lease not") } : reply,
  ),
  "wrong error code": replying((reply) =>
    reply.type === "error" && reply.code === "FailedPrecondition" ? { ...reply, code: "NotFound" } : reply,
  ),
  "missing previous value": events(({ kv, type }) => ({ type, kv })),
  "lost event": telling((response) => (response.events[0]?.type === "DELETE" ? [] : [response])),
  "doubled event": telling((response) => (response.events.length > 0 ? [response, response] : [response])),
  "events in another order": telling((response) => [{ ...response, events: [...response.events].reverse() }]),
  "wrong lease of an event": events(({ kv, ...event }) => ({ ...event, kv: { ...kv, lease: "0" } })),
  "another granted TTL": responding((response) =>
    response.type === "leaseTimeToLive"
      ? { ...response, grantedTtlSeconds: Math.min(response.grantedTtlSeconds, 4999) }
      : response,
  ),
  "wrong seconds left": responding((response) =>
    response.type === "leaseTimeToLive" ? { ...response, ttlSeconds: response.ttlSeconds - 1000 } : response,
  ),
  "leases in another order": responding((response) =>
    response.type === "leaseLeases" ? { ...response, leases: [...response.leases].reverse() } : response,
  ),
  "count that knows the limit": responding((response) =>
    response.type === "range" ? { ...response, count: response.kvs.length } : response,
  ),
  "watch ids given away again": (etcd, input, nowMs) => {
    const step = stepEtcd(etcd, input, nowMs);
    return { ...step, etcd: { ...step.etcd, watchers: { ...step.etcd.watchers, ids: [] } } };
  },
  "keys that outlive their lease": (etcd, input, nowMs) => {
    const step = stepEtcd(etcd, input, nowMs);
    const isRevoke = input.type === "request" && input.request.type === "leaseRevoke";
    return isRevoke ? { ...step, etcd: { ...step.etcd, store: etcd.store } } : step;
  },
};
