/** How much room the served etcd takes, and the alarm when that is more than its quota (etcd's `--quota-backend-bytes`). */
import { takesSpace } from "../../models/etcd/serve.ts";
import { eventSize, requestSize } from "../../models/store/size.ts";
import { vectorAt } from "../../models/store/vector.ts";
import type { KvRequest } from "../../models/etcd-api.ts";
import type { Store } from "../../models/store.ts";
import { tellByHand, type LiveEtcd } from "./live-etcd.ts";

/** Of an etcd with nothing in it: 3.4.23, measured. */
const EMPTY_BYTES = 20_480;

export class StoreSpace {
  readonly #etcd: LiveEtcd;
  /** 0: as much as there is. */
  readonly #quotaBytes: number;
  #counted: { readonly store: Store; readonly bytes: number } | undefined;
  #largest = EMPTY_BYTES;

  constructor(etcd: LiveEtcd, quotaBytes: number) {
    this.#etcd = etcd;
    this.#quotaBytes = quotaBytes;
  }

  /** What is stored, of keys and their history. */
  get inUseBytes(): number {
    const { store } = this.#etcd.state;
    const before = this.#counted;
    const goesOn =
      before !== undefined &&
      before.store.compactRevision === store.compactRevision &&
      before.store.history.length <= store.history.length;
    let bytes = goesOn ? before.bytes : EMPTY_BYTES;
    for (let at = goesOn ? before.store.history.length : 0; at < store.history.length; at++)
      bytes += eventSize(vectorAt(store.history, at));
    this.#counted = { store, bytes };
    return bytes;
  }

  /** The file's, which shrinks only by a defragmentation. */
  get sizeBytes(): number {
    this.#largest = Math.max(this.#largest, this.inUseBytes);
    return this.#largest;
  }

  defragment(): void {
    this.#largest = this.inUseBytes;
  }

  /** A request is about to be served: where there is no room for it, there is an alarm first. */
  before(request: KvRequest): void {
    if (this.#quotaBytes === 0 || this.#etcd.state.spaceAlarms > 0 || !takesSpace(request)) return;
    if (this.sizeBytes + requestSize(request) > this.#quotaBytes) this.alarm();
  }

  alarm(): void {
    tellByHand(this.#etcd, "no space is left", { type: "alarm", raised: true });
  }

  disarm(): void {
    while (this.#etcd.state.spaceAlarms > 0)
      tellByHand(this.#etcd, "the alarm is disarmed", { type: "alarm", raised: false });
  }
}
