/**
 * The life of each lease at etcd, read off a trace: granted, renewed, ended, and until when it would have lived at any
 * instant. What no coordinator ever heard of (a lease whose grant was lost) holds no key and is left out.
 */
import { DEFAULT_ETCD_OPTIONS } from "../../models/etcd/default-options.ts";
import { etcdClockRateUnder, etcdJumpMs, turnsEtcdClock } from "../simulation/effects.ts";
import { kindNamed } from "../simulation/fault.ts";
import { InEffect } from "../simulation/in-effect.ts";
import { ETCD } from "../simulation/names.ts";
import { type TraceEvent, type TraceObservation } from "../trace/format.ts";
import { createNodeClock, localNow, setRate, type NodeClock } from "../time/node-clock.ts";
import { HeldRequests } from "./held-requests.ts";
import type { Message } from "./message.ts";
import type { RecordedRun } from "./run.ts";
import { lastFrom } from "./sorted.ts";

/** From `from` on the lease would end at `until`, true ms. */
export interface HeldTerm {
  readonly from: number;
  readonly until: number;
  /** etcd's clock stands meanwhile, and nothing is counted. */
  readonly stands?: true;
  /** It was no more, until a restored store brought it back. */
  readonly gone?: true;
}

export interface LeaseLife {
  readonly id: string;
  /** The coordinator that asked for it. */
  readonly owner: string;
  readonly ttlMs: number;
  readonly from: number;
  readonly to: number;
  /** `open`: it lived when the run ended. */
  readonly end: "expired" | "revoked" | "open";
  /** In order; each holds until the next. */
  readonly terms: readonly HeldTerm[];
}

/** A new leader extends every lease by an election timeout; a renewal waits for one so long; a scan ends so many leases at most. */
const { electionTimeoutMs, leaseScanLimit, requestTimeoutMs } = DEFAULT_ETCD_OPTIONS;

export function leasesOf(run: RecordedRun, messages: readonly Message[]): LeaseLife[] {
  const book = new Book(run, messages);
  for (const event of run.events) book.hear(event);
  return book.close();
}

/** How long the lease still has at `at`; undefined: it does not live then. */
export function leaseLeftMs({ end, from, terms, to }: LeaseLife, at: number): number | undefined {
  if (at < from || (at >= to && end !== "open")) return undefined;
  const term = lastFrom(terms, at);
  return term === undefined || term.gone === true
    ? undefined
    : term.until - (term.stands === true ? term.from : at);
}

/** `endsMs`: when it ends by etcd's clock. */
type Draft = { -readonly [Field in keyof LeaseLife]: LeaseLife[Field] } & {
  terms: HeldTerm[];
  endsMs: number;
};

class Book {
  readonly #run: RecordedRun;
  readonly #leases = new Map<string, Draft>();
  /** For each arrival of a request at etcd: the event by which etcd answered, if it did. */
  readonly #answers = new Map<number, { n: number; lease?: { id: string; ttlSeconds: number } }>();
  /** Requests that take effect in a later event than the one that brought them. */
  readonly #due = new Map<number, TraceEvent[]>();
  /** Requests that came while etcd was stalled or without a leader, of whose answer nobody heard. */
  #waiting: TraceEvent[] = [];
  /** The same of those that came to a leader that lost touch. */
  #stale: TraceEvent[] = [];
  readonly #held: HeldRequests;
  readonly #clock: NodeClock;
  readonly #turned: InEffect<"etcd">;
  #mode = "serving";
  /** Leases at etcd after the last event there. */
  #count = 0;

  constructor(run: RecordedRun, messages: readonly Message[]) {
    const { etcd, faults } = run.header.scenario;
    this.#clock = createNodeClock(0, etcd.clockRate);
    this.#turned = new InEffect(faults);
    this.#run = run;
    this.#held = new HeldRequests(run.header.scenario);
    const requests = new Map<string, Message[]>();
    const lines = new Map(run.events.map((event) => [event.n, event]));
    for (const message of messages) {
      const [arrival] = message.arrivals;
      if (arrival === undefined) continue;
      const key = `${message.from === ETCD ? message.to : message.from} ${message.what}`;
      if (message.leg === "request") {
        const before = requests.get(key);
        if (before === undefined) requests.set(key, [message]);
        else before.push(message);
      }
      if (message.leg !== "reply") continue;
      const cause = lines.get(arrival.n)?.cause;
      if (cause?.type !== "reply" || cause.reply.type !== "ok") continue;
      const { response } = cause.reply;
      const lease =
        response.type === "leaseGrant" || response.type === "leaseKeepAlive" ? response : undefined;
      const request = requests
        .get(key)
        ?.findLast(({ arrivals }) => arrivals.some(({ n }) => isNumbered(lines.get(n), cause.id)));
      const brought = request?.arrivals.findLast(({ n }) => n <= message.n);
      if (brought === undefined) continue;
      this.#answers.set(brought.n, { n: message.n, ...(lease === undefined ? {} : { lease }) });
    }
  }

  hear(event: TraceEvent): void {
    const { at, delivery, cause, etcd, node, seen = [] } = event;
    const before = this.#open.length;
    if (cause.type === "fault") this.#turn(at, cause);
    if (node === ETCD) {
      for (const one of seen) this.#change(at, one);
      // Without a leader it says so to whom it finds waiting.
      for (const taken of this.#held.release(event)) if (etcd?.mode !== "electing") this.#take(taken, event);
      this.#waiting = this.#waiting.filter((waits) => !this.#held.isForgotten(waits));
      if (cause.type === "request" && delivery === "held") this.#held.add(event);
      if (cause.type === "request" && (delivery === undefined || delivery === "stale")) {
        const answer = this.#answers.get(event.n);
        if (answer !== undefined && answer.n > event.n) {
          this.#due.set(answer.n, [...(this.#due.get(answer.n) ?? []), event]);
        } else if (delivery === "stale") {
          // Answered at once, a renewal is one that the others know nothing of.
          if (answer === undefined) this.#stale.push(event);
        } else this.#take(event, event);
      }
    }
    // A process that is gone takes its waiting requests with it.
    for (const one of seen) {
      if (one.type !== "ended") continue;
      const gone = one.node ?? node;
      const remains = (waits: TraceEvent): boolean => senderOf(waits) !== gone;
      this.#waiting = this.#waiting.filter(remains);
      this.#stale = this.#stale.filter(remains);
      this.#held.forget((waits) => !remains(waits));
    }
    if (etcd !== undefined) {
      // A new leader extends every lease, also those whose time was over.
      const elected = this.#mode === "electing" || this.#mode === "stalledElecting";
      if (etcd.mode === "serving" && elected) this.#extend(at);
      // A stall that ends finds its leader gone: what waited is served before a new one is elected.
      const serves = etcd.mode === "serving" || (this.#mode === "stalled" && etcd.mode === "electing");
      this.#mode = etcd.mode;
      if (etcd.mode === "down") {
        [this.#waiting, this.#stale] = [[], []];
        this.#held.forget(() => true);
      }
      if (cause.type === "fault" && cause.phase === "ends" && kindNamed(cause.kind)?.outage === "split")
        this.#waiting = this.#waiting.concat(this.#stale.splice(0));
      if (serves)
        for (const waits of this.#waiting.splice(0))
          if (!this.#isOver(waits, at)) this.#apply(at, waits, "serving");
    }
    for (const late of this.#due.get(event.n) ?? [])
      this.#apply(at, { ...event, cause: late.cause, n: late.n }, "serving");
    if (etcd === undefined) return;
    // Some were granted or given back within the event.
    if (cause.type === "tick") this.#countExpired(at, etcd.leases, this.#count + this.#open.length - before);
    this.#count = etcd.leases;
  }

  close(): LeaseLife[] {
    return [...this.#leases.values()].map(({ endsMs: _, ...life }) => life);
  }

  /** A request is carried out, or waits, as etcd stands at `event`. */
  #take(request: TraceEvent, { at, etcd }: TraceEvent): void {
    const mode = etcd?.mode ?? this.#mode;
    if (this.#held.isForgotten(request)) return;
    if (mode !== "serving" && mode !== "down") this.#waiting.push(request);
    else this.#apply(at, request, mode);
  }

  /** Whether it has waited for a leader in vain. */
  #isOver({ at: since, etcd }: TraceEvent, at: number): boolean {
    return etcd?.mode === "electing" && at - since >= this.#trueMs(requestTimeoutMs);
  }

  #apply(at: number, { cause, n }: TraceEvent, mode: string): void {
    if (cause.type !== "request") return;
    const answer = this.#answers.get(n);
    const { request } = cause;
    if (request.type === "leaseGrant" && answer?.lease !== undefined) {
      const { id, ttlSeconds } = answer.lease;
      const ttlMs = ttlSeconds * 1000;
      this.#leases.set(id, {
        id,
        owner: cause.from,
        ttlMs,
        from: at,
        to: Math.max(at, this.#run.untilMs),
        end: "open",
        ...this.#lasting(at, ttlMs, []),
      });
    } else if (request.type === "leaseKeepAlive" && mode === "serving") {
      const lease = this.#living(request.id);
      if (lease !== undefined && this.#isRenewed(lease, at, answer?.lease))
        Object.assign(lease, this.#lasting(at, lease.ttlMs, lease.terms));
    } else if (request.type === "leaseRevoke" && mode === "serving") this.#end(request.id, at, "revoked");
  }

  /** Where nobody heard an answer: a lease whose time is over is not renewed any more. */
  #isRenewed({ endsMs }: Draft, at: number, answer: { readonly ttlSeconds: number } | undefined): boolean {
    return answer === undefined ? localNow(this.#clock, at) < endsMs : answer.ttlSeconds !== 0;
  }

  #change(at: number, seen: TraceObservation): void {
    if (seen.type === "change" && seen["cause"] === "restore") this.#bringBack(at, seen);
    if (seen.type !== "change" || seen["cause"] === "request" || seen["cause"] === "restore") return;
    const event = seen["event"] as { prevKv?: { lease: string }; kv: { lease: string } };
    this.#end(event.prevKv?.lease ?? event.kv.lease, at, seen["cause"] === "revoke" ? "revoked" : "expired");
  }

  /** A key of the restored store stands under a lease that was over: it lives again. */
  #bringBack(at: number, seen: TraceObservation): void {
    const { kv, type } = seen["event"] as { type: string; kv: { lease: string } };
    const lease = this.#leases.get(kv.lease);
    if (type !== "PUT" || lease === undefined || lease.end === "open") return;
    // Not for the time that it was granted: the store's history does not tell it.
    const ttlMs = this.#run.header.scenario.ttlSeconds * 1000;
    lease.terms.push({ from: lease.to, until: lease.to, gone: true });
    const lasting = this.#lasting(at, ttlMs + electionTimeoutMs, lease.terms);
    Object.assign(lease, { ttlMs, end: "open", to: Math.max(at, this.#run.untilMs), ...lasting });
  }

  #extend(at: number): void {
    for (const lease of this.#open)
      Object.assign(lease, this.#lasting(at, lease.ttlMs + electionTimeoutMs, lease.terms));
  }

  get #open(): Draft[] {
    return [...this.#leases.values()].filter(({ end }) => end === "open");
  }

  /**
   * A lease without keys expires silently: etcd only counts fewer than are `expected`. It also counts those of which nobody was told,
   * and one scan ends no more than so many.
   */
  #countExpired(at: number, count: number, expected: number): void {
    const open = this.#open;
    const over = open.filter(({ terms }) => (terms.at(-1)?.until ?? at) <= at);
    const fewer = expected - count;
    const areThese = fewer >= over.length && fewer < leaseScanLimit;
    if (open.length > count || areThese) for (const { id } of over) this.#end(id, at, "expired");
  }

  #living(id: string): Draft | undefined {
    const lease = this.#leases.get(id);
    return lease?.end === "open" ? lease : undefined;
  }

  #end(id: string, at: number, how: "expired" | "revoked"): void {
    const lease = this.#living(id);
    if (lease === undefined) return;
    lease.end = how;
    lease.to = at;
  }

  /** For so long by etcd's clock, as it runs now. */
  #lasting(at: number, forMs: number, terms: HeldTerm[]): Pick<Draft, "terms" | "endsMs"> {
    const { rate } = this.#clock;
    const until = at + forMs / (rate === 0 ? 1 : rate);
    terms.push({ from: at, until, ...(rate === 0 ? { stands: true as const } : {}) });
    return { terms, endsMs: localNow(this.#clock, at) + forMs };
  }

  /** A fault that turns or sets etcd's clock: what is left of each lease lasts longer or less long. */
  #turn(at: number, { index, phase }: Extract<TraceEvent["cause"], { readonly type: "fault" }>): void {
    const { etcd, faults } = this.#run.header.scenario;
    const fault = faults[index];
    // A restored store knows of no time that has passed.
    if (fault !== undefined && phase === "ends" && kindNamed(fault.type)?.breaks === "history kept")
      this.#extend(at);
    if (fault === undefined || phase === "goes on" || !turnsEtcdClock(fault)) return;
    if (phase === "begins") this.#turned.begin(index, "etcd", false);
    else this.#turned.end(index, "etcd");
    setRate(this.#clock, at, etcdClockRateUnder(etcd.clockRate, this.#turned.in("etcd")));
    if (phase === "begins") this.#clock.localAnchorMs += etcdJumpMs(fault);
    for (const lease of this.#open)
      Object.assign(lease, this.#lasting(at, lease.endsMs - localNow(this.#clock, at), lease.terms));
  }

  /** What etcd's clock counts, in true time. */
  #trueMs(ms: number): number {
    return ms / this.#run.header.scenario.etcd.clockRate;
  }
}

function senderOf({ cause }: TraceEvent): string | undefined {
  return cause.type === "request" ? cause.from : undefined;
}

function isNumbered(event: TraceEvent | undefined, id: number): boolean {
  return event?.cause.type === "request" && event.cause.id === id;
}
