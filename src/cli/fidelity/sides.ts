/** The two that are compared: a real etcd, and the simulated one with a clock of its own. */
import {
  createEtcd,
  nextTickMs,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type EtcdVersion,
} from "../../../models/etcd.ts";
import type {
  KvRequest,
  Revision,
  ServerReply,
  WatchRequest,
  WatchResponse,
} from "../../../models/vocabulary.ts";
import { EtcdClient } from "../../kv/etcd/client.ts";

const CALL_MS = 10_000;
/** Longer than the loop that brings watches up to date. */
const CATCH_UP_MS = 300;

export interface Side {
  ask(request: KvRequest): Promise<ServerReply>;
  /** Opens a watch; what it brings is in {@link Side.told}. */
  watch(place: number, request: WatchRequest): Promise<void>;
  unwatch(place: number): void;
  /** What a place's watch has brought since this was last asked, once it has brought `least` things or it is too late. */
  told(place: number, least: number): Promise<readonly WatchResponse[]>;
}

/** Things in responses: events, and an end. */
export function countOf(responses: readonly WatchResponse[]): number {
  return responses.reduce((sum, { canceled, events }) => sum + events.length + (canceled ? 1 : 0), 0);
}

export class SimulatedSide implements Side {
  #etcd: Etcd;
  #nowMs = 0;
  #lastId = 0;
  readonly #told = new Map<number, WatchResponse[]>();
  readonly #replies = new Map<number, ServerReply>();
  /** Each watch has a stream of its own, as the client gives it. */
  readonly #streams = new Map<number, number>();

  constructor(version: EtcdVersion) {
    this.#etcd = createEtcd({ version });
  }

  get revision(): Revision {
    return this.#etcd.store.revision;
  }

  ask(request: KvRequest): Promise<ServerReply> {
    const id = ++this.#lastId;
    this.#step({ type: "request", client: 1, id, request });
    const reply = this.#replies.get(id);
    this.#replies.delete(id);
    if (reply === undefined) throw new Error(`the simulated etcd did not answer ${JSON.stringify(request)}`);
    return Promise.resolve(reply);
  }

  watch(place: number, request: WatchRequest): Promise<void> {
    this.unwatch(place);
    const stream = ++this.#lastId;
    this.#streams.set(place, stream);
    this.#told.set(stream, []);
    this.#step({ type: "watch", client: 1, stream, watchId: 0, request });
    this.#advance();
    return Promise.resolve();
  }

  unwatch(place: number): void {
    const stream = this.#streams.get(place);
    if (stream === undefined) return;
    this.#step({ type: "cancelWatch", client: 1, stream, watchId: 0 });
    this.#streams.delete(place);
    this.#told.delete(stream);
  }

  told(place: number): Promise<readonly WatchResponse[]> {
    this.#advance();
    return Promise.resolve(this.#told.get(this.#streams.get(place) ?? 0)?.splice(0) ?? []);
  }

  #advance(): void {
    const end = this.#nowMs + CATCH_UP_MS;
    while (nextTickMs(this.#etcd) <= end) {
      this.#nowMs = Math.max(this.#nowMs, nextTickMs(this.#etcd));
      this.#step({ type: "tick" });
    }
    this.#nowMs = end;
  }

  #step(input: EtcdInput): void {
    const { etcd, outputs } = stepEtcd(this.#etcd, input, this.#nowMs);
    this.#etcd = etcd;
    for (const output of outputs) {
      if (output.type === "reply") this.#replies.set(output.id, output.reply);
      else if (output.type === "watch") this.#told.get(output.stream)?.push(output.response);
    }
  }
}

export class RealSide implements Side {
  readonly #client: EtcdClient;
  readonly #open = new Map<number, { close(): void; told: WatchResponse[]; wake: () => void }>();

  constructor(endpoint: string) {
    this.#client = new EtcdClient({ endpoints: [endpoint] });
  }

  ask(request: KvRequest): Promise<ServerReply> {
    return this.#client.submit(request, CALL_MS);
  }

  async watch(place: number, request: WatchRequest): Promise<void> {
    this.unwatch(place);
    const one = {
      close: () => undefined as void,
      told: [] as WatchResponse[],
      wake: () => undefined as void,
    };
    const watch = this.#client.watch(request, {
      onMessage: (response) => {
        one.told.push(response);
        one.wake();
      },
      onBroken: ({ message }) => {
        throw new Error(`a watch broke: ${message}`);
      },
    });
    one.close = () => watch.close();
    this.#open.set(place, one);
    await this.#until(place, () => one.told.length > 0);
  }

  unwatch(place: number): void {
    this.#open.get(place)?.close();
    this.#open.delete(place);
  }

  async told(place: number, least: number): Promise<readonly WatchResponse[]> {
    const one = this.#open.get(place);
    if (one === undefined) return [];
    await this.#until(place, () => countOf(one.told) >= least);
    return one.told.splice(0);
  }

  close(): void {
    this.#client.close();
  }

  async #until(place: number, enough: () => boolean): Promise<void> {
    const one = this.#open.get(place);
    if (one === undefined) return;
    const end = performance.now() + CALL_MS / 2;
    while (!enough() && performance.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, CALL_MS / 20);
        one.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
