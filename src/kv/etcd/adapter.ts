/** The `Kv` contract over a real etcd: what the driver sends goes to the cluster, what comes back to the listener. */
import { outcomeOf } from "../../../models/outcome.ts";
import type { KvRequest, ServerReply, WatchRequest, WatchResponse } from "../../../models/etcd-api.ts";
import type { Kv, KvListener, Purpose } from "../kv.ts";

/** What it needs of a connection. */
interface Client {
  submit(request: KvRequest, timeoutMs: number, purpose?: string): Promise<ServerReply>;
  watch(
    request: WatchRequest,
    listener: {
      onMessage(response: WatchResponse): void;
      onBroken(why: { readonly code: string; readonly message: string }): void;
    },
  ): { close(): void };
}

export class EtcdKv implements Kv {
  readonly #client: Client;
  readonly #listener: KvListener;
  readonly #watches = new Map<number, { close(): void }>();

  constructor(client: Client, listener: KvListener) {
    this.#client = client;
    this.#listener = listener;
  }

  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    void this.#client
      .submit(request, timeoutMs, purpose)
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
