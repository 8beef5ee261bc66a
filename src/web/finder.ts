/**
 * What holds at an event, found without walking through the run: every so many events it is noted what is on its way and
 * what is stored, and the rest follows from there.
 */
import type { KeyValue } from "../../models/etcd-api.ts";
import { keysAfter, type KeyChange } from "../reading/keys.ts";
import type { Message } from "../reading/message.ts";
import { countWhile } from "../reading/sorted.ts";
import type { TraceEvent } from "../trace/format.ts";

const EVERY = 64;

export class Finder {
  readonly #events: readonly TraceEvent[];
  readonly #messages: readonly Message[];
  readonly #changes: readonly KeyChange[];
  /** After each `EVERY` events: what is on its way. */
  readonly #flying: Message[][];
  /** After each `EVERY` changes: what is stored. */
  readonly #stored: KeyValue[][] = [[]];
  /** By coordinator: the events in which its chart stepped. */
  readonly #steps = new Map<string, TraceEvent[]>();
  /** The events that tell how etcd is. */
  readonly #etcd: readonly TraceEvent[];

  constructor(events: readonly TraceEvent[], messages: readonly Message[], changes: readonly KeyChange[]) {
    this.#events = events;
    this.#messages = messages;
    this.#changes = changes;
    this.#flying = Array.from({ length: Math.ceil((events.length + 1) / EVERY) }, () => []);
    for (const message of messages) {
      const over =
        message.fate === "under way" ? Number.POSITIVE_INFINITY : (message.arrivals.at(-1)?.n ?? 0);
      for (let at = Math.ceil(message.n / EVERY); at < this.#flying.length && at * EVERY < over; at++)
        this.#flying[at]?.push(message);
    }
    for (let from = 0; from < changes.length; from += EVERY)
      this.#stored.push(
        keysAfter(changes.slice(from, from + EVERY), Number.POSITIVE_INFINITY, this.#stored.at(-1)),
      );
    for (const event of events) {
      if (event.steps === undefined) continue;
      const known = this.#steps.get(event.node);
      if (known === undefined) this.#steps.set(event.node, [event]);
      else known.push(event);
    }
    this.#etcd = events.filter(({ etcd }) => etcd !== undefined);
  }

  /** In order: every message that is on its way after some event from `n` to `to`, and perhaps some that are not. */
  flyingNear(n: number, to = n): Message[] {
    const noted = Math.floor(Math.min(n, this.#events.length) / EVERY);
    const first = countWhile(this.#messages, (one) => one.n <= noted * EVERY);
    const last = countWhile(this.#messages, (one) => one.n <= to);
    return [...(this.#flying[noted] ?? []), ...this.#messages.slice(first, last)];
  }

  /** The keys after event `n`, in order. */
  keysAfter(n: number): KeyValue[] {
    const noted = Math.floor(countWhile(this.#changes, (one) => one.n <= n) / EVERY);
    return keysAfter(this.#changes.slice(noted * EVERY, (noted + 1) * EVERY), n, this.#stored[noted]);
  }

  /** The last event up to `n` in which the chart of `name` stepped. */
  stepped(name: string, n: number): TraceEvent | undefined {
    return lastUpTo(this.#steps.get(name) ?? [], n);
  }

  /** Every event up to `n` in which it stepped. */
  steppedUpTo(name: string, n: number): readonly TraceEvent[] {
    const events = this.#steps.get(name) ?? [];
    return events.slice(
      0,
      countWhile(events, (event) => event.n <= n),
    );
  }

  /** The last event up to `n` that tells how etcd is. */
  etcd(n: number): TraceEvent | undefined {
    return lastUpTo(this.#etcd, n);
  }
}

function lastUpTo(events: readonly TraceEvent[], n: number): TraceEvent | undefined {
  return events[countWhile(events, (event) => event.n <= n) - 1];
}
