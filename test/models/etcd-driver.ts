/** Drives one simulated etcd in tests: keeps the state, moves its clock and ticks it whenever a tick is due. */
import {
  createEtcd,
  nextTickMs,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type SimulatedEtcdOptions,
  type EtcdOutput,
  type StoreChange,
} from "../../models/etcd.ts";
import type {
  KvRequest,
  KvResponse,
  ServerReply,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";

type ResponseTo<R extends KvRequest> = Extract<KvResponse, { type: R["type"] }>;

export interface Driver {
  etcd: Etcd;
  nowMs: number;
  readonly outputs: EtcdOutput[];
  readonly changes: StoreChange[];
  step(input: EtcdInput): readonly EtcdOutput[];
  /** Sends as client 1 and gives the request's id. */
  send(request: KvRequest, more?: { client?: number; hasLeader?: boolean }): number;
  /** The reply to a request sent before, if it has come. */
  replyTo(id: number): ServerReply | undefined;
  /** Sends, and expects to be answered at once. */
  ask(request: KvRequest): ServerReply;
  ok<R extends KvRequest>(request: R): ResponseTo<R>;
  /** `"<code>: <text>"` of the expected refusal. */
  fails(request: KvRequest): string;
  watch(watchId: number, request: WatchRequest): void;
  /** What watches received since the last call. */
  watched(): WatchResponse[];
  /** Moves the clock on, ticking at each due instant on the way and at its end. */
  advance(ms: number): void;
}

export function drive(
  options: Partial<SimulatedEtcdOptions> = {},
  from?: { etcd: Etcd; nowMs: number },
): Driver {
  let lastId = 1000;
  let watchedUpTo = 0;
  const driver: Driver = {
    etcd: from?.etcd ?? createEtcd(options),
    nowMs: from?.nowMs ?? 0,
    outputs: [],
    changes: [],
    step(input) {
      const result = stepEtcd(driver.etcd, input, driver.nowMs);
      driver.etcd = result.etcd;
      driver.outputs.push(...result.outputs);
      driver.changes.push(...result.changes);
      return result.outputs;
    },
    send(request, { client = 1, hasLeader = false } = {}) {
      driver.step({ type: "request", client, id: ++lastId, request, hasLeader });
      return lastId;
    },
    replyTo(id) {
      for (const output of driver.outputs)
        if (output.type === "reply" && output.id === id) return output.reply;
      return undefined;
    },
    ask(request) {
      const reply = driver.replyTo(driver.send(request));
      if (reply === undefined) throw new Error(`no answer to ${JSON.stringify(request)}`);
      return reply;
    },
    ok<R extends KvRequest>(request: R) {
      const reply = driver.ask(request);
      if (reply.type === "error") throw new Error(`${reply.code}: ${reply.message}`);
      return reply.response as ResponseTo<R>;
    },
    fails(request) {
      const reply = driver.ask(request);
      if (reply.type === "ok") throw new Error(`expected a refusal, got ${JSON.stringify(reply.response)}`);
      return `${reply.code}: ${reply.message}`;
    },
    watch(watchId, request) {
      driver.step({ type: "watch", client: 1, watchId, request });
    },
    watched() {
      const since = driver.outputs.slice(watchedUpTo);
      watchedUpTo = driver.outputs.length;
      return since.flatMap((output) => (output.type === "watch" ? [output.response] : []));
    },
    advance(ms) {
      const endMs = driver.nowMs + ms;
      for (let ticks = 0; nextTickMs(driver.etcd) <= endMs; ticks++) {
        if (ticks > 100_000) throw new Error("the server asks for ticks without end");
        driver.nowMs = Math.max(driver.nowMs, nextTickMs(driver.etcd));
        driver.step({ type: "tick" });
      }
      driver.nowMs = endMs;
    },
  };
  return driver;
}

/** `PUT a@2` for each event of the responses. */
export function eventsOf(responses: readonly WatchResponse[]): string[] {
  return responses.flatMap(({ events }) =>
    events.map((event) => `${event.type} ${event.kv.key}@${event.kv.modRevision}`),
  );
}
