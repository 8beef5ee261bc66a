/**
 * The abstract key-value store that an election needs. Behind it stands a real etcd, or the simulated one behind a
 * simulated network; `test/contracts/kv-contract.ts` states what any of them must do.
 *
 * Completion style: calls return nothing, and what comes back is told to the driver (`onReply`, `onWatch`,
 * `onWatchBroken`) by whoever implements this, never during the call. No promises, so that a world stays synchronous.
 */
import type { KvReply, KvRequest, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";

/**
 * Why a request is sent, in a word of the sender's own; for people, metrics and faults that aim at one kind of message. The
 * election's are its request kinds and `write`; `watch` is taken, by the requests that open one.
 */
export type Purpose = string;

/** A key-value store with leases and watches, in etcd's terms. What comes back goes to a {@link KvListener}, never during a call. */
export interface Kv {
  /**
   * Sends `request` under `id`, once. Exactly one reply follows, at the latest `timeoutMs` later by the own clock:
   * `ok`, `refused` (it certainly did not happen) or `unknown` (it may have). A mutation is never retried in here.
   */
  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void;
  /**
   * Opens a watch under `id`. Its events come in order, gapless and unrepeated from `startRevision` on, until it is
   * closed or breaks; a broken watch is told once and brings nothing more.
   */
  watch(id: number, request: WatchRequest): void;
  /** Closes a watch; nothing more of it is told. */
  unwatch(id: number): void;
}

/** Hears what comes back, in order: a coordinator's owner, who hands it to the driver. */
export interface KvListener {
  onReply(id: number, reply: KvReply): void;
  onWatch(id: number, response: WatchResponse): void;
  /** `why`: for people. */
  onWatchBroken(id: number, why?: string): void;
}
