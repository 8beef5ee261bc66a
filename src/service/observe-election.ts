/** An election seen from outside: who leads, for clients, load balancers and whoever does not campaign. */
import { isDeepStrictEqual } from "node:util";
import type { KeyValue, RangeResponse } from "../../models/etcd-api.ts";
import { keysFor } from "../../models/dialect.ts";
import type { EtcdOptions } from "../kv/etcd/options.ts";
import { isSeam, realSeam, type EtcdConnection, type EtcdSeam, type StoppableClock } from "./etcd-seam.ts";
import { checkObserveOptions } from "./check-options.ts";
import { readLeader, type Leader } from "./leaders.ts";

/** What {@link observeElection} needs to know. */
export interface ObserveOptions {
  readonly role: string;
  readonly etcd: EtcdOptions | EtcdSeam;
  /** Where all keys are. Default: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
  /** First who leads when it is known, then each change; undefined: nobody does. */
  onLeader(leader: Leader | undefined): void;
  /** etcd did not answer, or the watch broke; it is tried again after a second. Until then nobody knows who leads. */
  onProblem?(problem: Error): void;
}

/** An election that is looked at. */
export interface ElectionObserver {
  /** As last seen; undefined: nobody leads, or it is not known yet. A lease may have run out since. */
  readonly leader: Leader | undefined;
  close(): void;
}

const REQUEST_TIMEOUT_MS = 5000;
const RETRY_MS = 1000;

/**
 * Follows who holds the role, by a watch; costs no lease and no key. Throws an `ElectionOptionError` or an
 * `EtcdOptionError` where the options cannot be used.
 */
export async function observeElection(options: ObserveOptions): Promise<ElectionObserver> {
  checkObserveOptions(options);
  const { etcd } = options;
  return new Observer(
    options,
    isSeam(etcd) ? etcd : await realSeam(etcd, (problem) => options.onProblem?.(problem)),
  );
}

class Observer implements ElectionObserver {
  leader: Leader | undefined;
  readonly #options: ObserveOptions;
  readonly #client: EtcdConnection;
  readonly #key: string;
  readonly #clock: StoppableClock;
  #closed = false;
  #known = false;

  constructor(options: ObserveOptions, seam: EtcdSeam) {
    this.#options = options;
    this.#client = seam.connect();
    this.#clock = seam.clock(() => void this.#follow());
    this.#key = keysFor(options.role, options.metaRoot).role;
    void this.#follow();
  }

  close(): void {
    this.#closed = true;
    this.#clock.stop();
    this.#client.close();
  }

  /** Reads, then watches from the revision after, so that nothing is missed in between. */
  async #follow(): Promise<void> {
    const reply = await this.#client.submit({ type: "range", key: this.#key }, REQUEST_TIMEOUT_MS);
    if (this.#closed) return;
    if (reply.type === "error") {
      this.#again(`etcd: ${reply.message} (${reply.code})`);
      return;
    }
    const { header, kvs } = reply.response as RangeResponse;
    this.#see(kvs[0]);
    this.#client.watch(
      { key: this.#key, startRevision: header.revision + 1 },
      {
        onMessage: ({ canceled, events }) => {
          for (const { kv, type } of events) this.#see(type === "DELETE" ? undefined : kv);
          if (canceled) this.#again("etcd canceled the watch");
        },
        onBroken: (why) => this.#again(`the watch broke: ${why.message}`),
      },
    );
  }

  #again(why: string): void {
    if (this.#closed) return;
    this.#options.onProblem?.(new Error(why));
    this.#clock.startTimer("again", RETRY_MS, RETRY_MS / 4);
  }

  #see(kv: KeyValue | undefined): void {
    if (this.#closed) return;
    const leader = kv === undefined ? undefined : readLeader(kv);
    if (this.#known && isDeepStrictEqual(leader, this.leader)) return;
    this.#known = true;
    this.leader = leader;
    this.#options.onLeader(leader);
  }
}
