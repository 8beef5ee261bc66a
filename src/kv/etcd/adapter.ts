/** The `Kv` contract over a real etcd: what the driver sends goes to the cluster, what comes back to the listener. */
import { outcomeOf } from "../../../models/outcome.ts";
import type { KvRequest, WatchRequest } from "../../../models/etcd-api.ts";
import type { Kv, KvListener } from "../kv.ts";
import type { EtcdClient } from "./client.ts";
import type { Watch } from "./watch.ts";

export class EtcdKv implements Kv {
  readonly #client: EtcdClient;
  readonly #listener: KvListener;
  readonly #watches = new Map<number, Watch>();

  constructor(client: EtcdClient, listener: KvListener) {
    this.#client = client;
    this.#listener = listener;
  }

  send(id: number, request: KvRequest, timeoutMs: number): void {
    void this.#client
      .submit(request, timeoutMs)
      .then((reply) => this.#listener.onReply(id, outcomeOf(reply)));
  }

  watch(id: number, request: WatchRequest): void {
    const watch = this.#client.watch(request, {
      onMessage: (response) => this.#listener.onWatch(id, { ...response, watchId: id }),
      onBroken: ({ code, message }) => {
        this.#watches.delete(id);
        this.#listener.onWatchBroken(id, `${message} (${code})`);
      },
    });
    this.#watches.set(id, watch);
  }

  unwatch(id: number): void {
    this.#watches.get(id)?.close();
    this.#watches.delete(id);
  }
}
