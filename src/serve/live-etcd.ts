/** The simulated etcd, living in a time: whoever is connected tells it things and hears what it says. */
import { nextTickMs, stepEtcd, type Etcd, type EtcdInput, type EtcdOutput } from "../../models/etcd.ts";
import { createWatchers } from "../../models/etcd/watch.ts";
import type { LiveTime } from "./live-time.ts";

/** One client's ear; outputs for clients without one are lost. */
export type Ear = (output: EtcdOutput) => void;

export class LiveEtcd {
  readonly time: LiveTime;
  #etcd: Etcd;
  #nextClient = 1;
  readonly #ears = new Map<number, Ear>();

  constructor(etcd: Etcd, time: LiveTime) {
    this.#etcd = etcd;
    this.time = time;
    this.#arm();
  }

  get state(): Etcd {
    return this.#etcd;
  }

  /** Another state from now on, such as an earlier one. Watches and requests under way belong to the one before. */
  restore(etcd: Etcd): void {
    this.#etcd = { ...etcd, watchers: createWatchers(), waiting: [] };
    this.#arm();
    for (const [client, ear] of this.#ears)
      ear({ type: "watchesBroken", client, code: "Unavailable", message: "another state was loaded" });
  }

  /** A new client; its number. */
  connect(ear: Ear): number {
    const client = this.#nextClient++;
    this.#ears.set(client, ear);
    return client;
  }

  /** Its watches and its requests under way are forgotten. */
  disconnect(client: number): void {
    if (!this.#ears.delete(client) || this.#etcd.mode === "down") return;
    this.tell({ type: "disconnect", client });
  }

  tell(input: EtcdInput): void {
    const { etcd, outputs } = stepEtcd(this.#etcd, input, this.time.now());
    this.#etcd = etcd;
    this.#arm();
    for (const output of outputs) this.#ears.get(output.client)?.(output);
  }

  #arm(): void {
    this.time.wakeAt(this, nextTickMs(this.#etcd), () => this.tell({ type: "tick" }));
  }
}
