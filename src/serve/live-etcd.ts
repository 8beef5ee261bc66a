/** The simulated etcd, living in a time: whoever is connected tells it things and hears what it says. */
import {
  connectionTo,
  nextTickMs,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type EtcdOutput,
  type EtcdStep,
} from "../../models/etcd.ts";
import { withoutConnections } from "../../models/etcd/members.ts";
import { servedCause } from "../trace/served.ts";
import { LeaseHistory } from "./lease-history.ts";
import type { LiveTime } from "./live-time.ts";

/** One client's ear; outputs for clients without one are lost. */
export type Ear = (output: EtcdOutput) => void;

/** One step of it. `reason`: what whoever told it said of why; absent: its own time had come. */
export interface LiveStep extends EtcdStep {
  readonly atMs: number;
  readonly before: Etcd;
  readonly reason?: unknown;
}

/** Whoever records what happens. */
export interface LiveListener {
  stepped(step: LiveStep): void;
  restored(how: string): void;
  amended(how: string, change: Partial<Etcd>): void;
}

export class LiveEtcd {
  readonly time: LiveTime;
  /** Hears of each step before those do whom it concerns, and of each state that is loaded. */
  listener: LiveListener | undefined;
  /** Leases of older revisions. */
  readonly leases = new LeaseHistory();
  #etcd: Etcd;
  #lastMs: number;
  #nextClient = 1;
  readonly #ears = new Map<number, Ear>();

  constructor(etcd: Etcd, time: LiveTime) {
    this.#etcd = etcd;
    this.time = time;
    this.#lastMs = time.now();
    this.#arm();
  }

  get state(): Etcd {
    return this.#etcd;
  }

  /** Another state from now on, such as an earlier one. Watches and requests under way belong to the one before. */
  restore(etcd: Etcd, how: string): void {
    this.leases.note(this.#etcd, etcd);
    this.#etcd = withoutConnections(etcd);
    this.#lastMs = this.time.now();
    this.#arm();
    this.listener?.restored(how);
    for (const [client, ear] of new Map(this.#ears))
      ear({ type: "watchesBroken", client, code: "Unavailable", message: "another state was loaded" });
  }

  /** Some of its state is another from now on, and nobody's connection breaks for it. */
  amend(change: Partial<Etcd>, how: string): void {
    this.#etcd = { ...this.#etcd, ...change };
    this.#arm();
    this.listener?.amended(how, change);
  }

  /** A new connection to a member, from 1 on; its number. */
  connect(ear: Ear, member = 1): number {
    const client = connectionTo(this.#nextClient++, member);
    this.#ears.set(client, ear);
    return client;
  }

  /** Nobody listens on this connection any more, and nothing is left of it at etcd. */
  forget(client: number): void {
    this.#ears.delete(client);
  }

  /** What it asked and was not told is forgotten, and so are its watches. */
  disconnect(client: number, reason?: unknown): void {
    if (!this.#ears.delete(client) || this.#etcd.mode === "down") return;
    this.tell({ type: "disconnect", client }, reason);
  }

  /** It is told this now; what was due before comes before, at its own instant. */
  tell(input: EtcdInput, reason?: unknown): void {
    this.catchUp();
    this.#step(input, Math.max(this.time.now(), this.#lastMs), reason);
    this.#arm();
  }

  /** What was due until now is done, however late its timer is. */
  catchUp(): void {
    const now = this.time.now();
    for (let last = -1, due = this.#due(); due <= now && due > last; last = due, due = this.#due())
      this.#step({ type: "tick" }, due);
  }

  #due(): number {
    return Math.max(nextTickMs(this.#etcd), this.#lastMs);
  }

  #step(input: EtcdInput, atMs: number, reason?: unknown): void {
    const before = this.#etcd;
    const step = stepEtcd(before, input, atMs);
    this.#etcd = step.etcd;
    if (step.etcd.store !== before.store) this.leases.note(before, step.etcd);
    this.#lastMs = atMs;
    this.listener?.stepped({ ...step, before, atMs, ...(reason === undefined ? {} : { reason }) });
    for (const output of step.outputs) this.#ears.get(output.client)?.(output);
  }

  #arm(): void {
    this.time.wakeAt(this, nextTickMs(this.#etcd), () => {
      this.catchUp();
      this.#arm();
    });
  }
}

/** It is told something that no client's message brought; `text`: what. */
export function tellByHand(etcd: LiveEtcd, text: string, input: EtcdInput): void {
  etcd.tell(input, { cause: servedCause(text, { type: "input", input }) });
}
