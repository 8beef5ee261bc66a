/**
 * What must be remembered of a trace's lines to find the other end of a message.
 */
import { ETCD } from "../simulation/names.ts";
import type { Leg } from "../simulation/fault.ts";
import { effectsOf } from "../simulation/effects.ts";
import type { Effects } from "../simulation/faults/kind.ts";
import { type TraceEvent } from "../trace/format.ts";
import type { OpenMessage } from "./message.ts";
import type { RecordedRun } from "./run.ts";

/** A request with the number that its coordinator gave it, and the events by which it reached etcd. */
export interface SentRequest {
  readonly id: number;
  readonly life: number;
  readonly message: OpenMessage;
  readonly reached: TraceEvent[];
  answered: boolean;
  /** When the last of it arrives, if it was late or doubled. */
  until?: number;
}

/** Which way nothing passes between a coordinator and etcd, from when on. */
interface Cut {
  readonly node: string;
  readonly ways: NonNullable<Effects["cut"]>;
  readonly from: number;
}

/** Instants are sums; two that should be one may differ by this. */
const NOISE_MS = 1e-6;

export function same(left: number, right: number): boolean {
  return Math.abs(left - right) < NOISE_MS;
}

/** What an observation says of a message's way. */
export function befall(message: OpenMessage, fate: unknown): void {
  if (fate === "lost") message.fate = "lost";
  else if (fate === "late" || fate === "doubled" || fate === "refused") message.trouble = fate;
}

/** Whether a coordinator hears of something that may make its watches, or that one, go on at another member of etcd. */
function mayMove({ cause }: TraceEvent, watchId?: number): boolean {
  switch (cause.type) {
    case "timeout":
      return true;
    case "reply":
      return cause.reply.type === "unknown";
    case "watchBroken":
      return cause.stream !== undefined && (watchId ?? cause.id) === cause.id;
    default:
      return false;
  }
}

export class LineTable {
  readonly requests: SentRequest[] = [];
  etcdSeen = false;
  readonly #run: RecordedRun;
  readonly #lives = new Map<string, { life: number; nextId: number }>();
  readonly #byId = new Map<string, SentRequest[]>();
  readonly #etcdLines: TraceEvent[] = [];
  readonly #changes = new Map<number, TraceEvent>();
  readonly #closings = new Map<string, TraceEvent[]>();
  readonly #moves = new Map<string, TraceEvent[]>();
  readonly #late: { readonly message: OpenMessage; readonly until: number }[] = [];
  readonly #cuts: (Cut & { readonly index: number; to: number })[] = [];

  constructor(run: RecordedRun) {
    this.#run = run;
  }

  hear(event: TraceEvent): void {
    const { at, cause, node } = event;
    if (node === ETCD) {
      this.etcdSeen = true;
      this.#etcdLines.push(event);
      for (const seen of event.seen ?? []) {
        if (seen.type === "change") {
          this.#changes.set((seen["event"] as { kv: { modRevision: number } }).kv.modRevision, event);
        }
      }
    }
    if (mayMove(event)) listIn(this.#moves, node).push(event);
    for (const { effects } of event.steps ?? []) {
      for (const { type } of effects) if (type === "unwatch") listIn(this.#closings, node).push(event);
    }
    if (cause.type !== "fault") return;
    const { index, phase } = cause;
    const fault = this.#run.header.scenario.faults[index];
    const ways = fault === undefined ? undefined : effectsOf(fault).cut;
    if (ways === undefined) return;
    if (phase === "begins") this.#cuts.push({ index, node, ways, from: at, to: Number.POSITIVE_INFINITY });
    else for (const cut of this.#cuts) if (cut.index === index) cut.to = at;
  }

  /** Request numbers begin at 1 in each life of a process. */
  beginLife(node: string): void {
    this.#lives.set(node, { life: (this.#lives.get(node)?.life ?? 0) + 1, nextId: 1 });
  }

  sent(node: string, message: OpenMessage): void {
    let now = this.#lives.get(node);
    if (now === undefined) this.#lives.set(node, (now = { life: 1, nextId: 1 }));
    const sent: SentRequest = { id: now.nextId++, life: now.life, message, reached: [], answered: false };
    this.requests.push(sent);
    listIn(this.#byId, `${node} ${sent.id}`).push(sent);
  }

  /** What befell the request that `node` sent last. */
  befell(node: string, fate: unknown, until: number): void {
    const sent = this.requests.findLast(({ message }) => message.from === node);
    if (sent === undefined) return;
    befall(sent.message, fate);
    sent.until = until;
  }

  /** The request that arrives at etcd now. Two lives of a process may use one number, so the time must fit too. */
  requestOf(node: string, id: number, what: string, at: number): SentRequest | undefined {
    const { recorded, scenario } = this.#run.header;
    const { delayMs, slowMs } = scenario.network;
    const sent = this.#byId
      .get(`${node} ${id}`)
      ?.filter(({ message }) => message.what === what && message.fate !== "lost");
    // A real network takes as long as it takes, and no life of a client is overtaken by its next.
    if (recorded === "served") return sent?.at(-1);
    return sent?.find(({ message, until }) => {
      const last = until ?? message.at + delayMs + slowMs;
      const first = message.trouble === "late" ? last : last - slowMs;
      return same(first, at) || same(last, at);
    });
  }

  /** The request of that number of the process that lives now. */
  newest(node: string, id: number): SentRequest | undefined {
    return this.#byId.get(`${node} ${id}`)?.at(-1);
  }

  /** The event in which etcd was last asked to close this watch; `stream`: this one of its streams. */
  closing(node: string, watchId: number, stream: number | undefined): TraceEvent | undefined {
    return this.#etcdLines.findLast(
      ({ delivery, cause }) =>
        delivery === undefined &&
        cause.type === "unwatch" &&
        cause.from === node &&
        cause.id === watchId &&
        cause.stream === stream,
    );
  }

  /** The event in which this stream of a watch was opened at a member of etcd, which confirms it. */
  opening(node: string, stream: number): TraceEvent | undefined {
    return this.#etcdLines.findLast(
      ({ cause }) => cause.type === "watch" && cause.from === node && cause.stream === stream,
    );
  }

  /**
   * A watch goes on at another member of etcd, or is closed at the one that it leaves: the event that made its connections do so, before
   * one of these pauses and the way.
   */
  movedBy(node: string, watchId: number, at: number, pausesMs: readonly number[]): TraceEvent | undefined {
    const { delayMs, slowMs } = this.#run.header.scenario.network;
    const sentAt = pausesMs.flatMap((pauseMs) => [at - pauseMs - delayMs, at - pauseMs - delayMs - slowMs]);
    for (const instant of sentAt) {
      const found = this.#moves
        .get(node)
        ?.find((event) => same(event.at, instant) && mayMove(event, watchId));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A stream that broke is closed at the member that it leaves. */
  broke(node: string, stream: number, at: number): TraceEvent | undefined {
    const sentAt = at - this.#run.header.scenario.network.delayMs;
    return this.#moves
      .get(node)
      ?.find(
        (event) =>
          event.cause.type === "watchBroken" && event.cause.stream === stream && same(event.at, sentAt),
      );
  }

  /** Closing a watch is never late: the event by which the one that arrives now was sent. */
  sentClosing(node: string, at: number): TraceEvent | undefined {
    const closings = this.#closings.get(node) ?? [];
    const sentAt = at - this.#run.header.scenario.network.delayMs;
    while (closings[0] !== undefined && closings[0].at < sentAt - NOISE_MS) closings.shift();
    return closings[0] !== undefined && same(closings[0].at, sentAt) ? closings.shift() : undefined;
  }

  expect(message: OpenMessage, until: number): void {
    this.#late.push({ message, until });
  }

  /** The late message that was to arrive now. */
  expected(leg: Leg, node: string, what: string, at: number): OpenMessage | undefined {
    return this.#late.find(
      ({ message, until }) =>
        message.leg === leg &&
        message.to === node &&
        message.what === what &&
        message.arrivals.length === 0 &&
        same(until, at),
    )?.message;
  }

  changeAt(revision: number | undefined): TraceEvent | undefined {
    return revision === undefined ? undefined : this.#changes.get(revision);
  }

  /** What etcd did at that instant, from event `from` on: a tick rather than a fault, a fault rather than a request. */
  ownActAt(at: number, from: number): TraceEvent | undefined {
    const rank = ({ cause }: TraceEvent): number =>
      cause.type === "tick" ? 2 : cause.type === "fault" ? 1 : 0;
    let found: TraceEvent | undefined;
    for (let index = this.#etcdLines.length - 1; index >= 0; index--) {
      const line = this.#etcdLines[index] as TraceEvent;
      if (line.at < at - NOISE_MS || line.n < from) break;
      if (same(line.at, at) && (found === undefined || rank(line) > rank(found))) found = line;
    }
    return found;
  }

  /** Whether a partition kept messages of this kind between `node` and etcd. */
  cut(node: string, leg: Leg, at: number): boolean {
    const way = leg === "request" ? "toEtcd" : "fromEtcd";
    return this.#cuts.some((cut) => cut.node === node && cut.ways[way] && cut.from <= at && at <= cut.to);
  }
}

function listIn<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
