/**
 * Who told whom what, read off a trace: each message with the event that sent it and those that received it.
 *
 * A trace says what arrived, and what was sent without arriving as it should. Requests carry numbers, so that both ends of
 * one are certain. When etcd sent a reply or a watch message is concluded from when it arrived and how long the scenario's
 * network takes; where that leaves a doubt, the earlier event is taken, so that nothing is said to follow from what came
 * after it. `test/reading/messages.test.ts` holds all of it against what simulated networks really did.
 */
import { ETCD } from "../simulation/names.ts";
import { type TraceEvent } from "../trace/format.ts";
import type { Leg } from "../simulation/fault.ts";
import type { MessageArrival, Message, OpenMessage } from "./message.ts";
import { befall, LineTable, same, type SentRequest } from "./message-table.ts";
import { allTurns, type InTurns } from "./in-turns.ts";
import type { RecordedRun } from "./run.ts";

/** Before a watch goes on at another member of etcd. */
const PAUSES_MS = [50, 100, 200];

/** So many events are read in one turn. */
const EVENTS_A_TURN = 4000;

/** All messages of a run in the order in which they were sent. */
export function messagesOf(run: RecordedRun): Message[] {
  return allTurns(messagesInTurns(run));
}

/** The same in turns. */
export function* messagesInTurns(run: RecordedRun): InTurns<Message[]> {
  const reading = new Reading(run);
  for (const [index, event] of run.events.entries()) {
    reading.hear(event);
    if (index % EVENTS_A_TURN === EVENTS_A_TURN - 1) yield;
  }
  return reading.close();
}

class Reading {
  readonly #run: RecordedRun;
  readonly #table: LineTable;
  readonly #messages: OpenMessage[] = [];
  /** A reply or watch message that waits at a process that stands still, by coordinator and number. */
  readonly #held = new Map<string, OpenMessage>();
  /** When each coordinator last heard of a watch. */
  readonly #watchHeardAt = new Map<string, number>();

  constructor(run: RecordedRun) {
    this.#run = run;
    this.#table = new LineTable(run);
  }

  hear(event: TraceEvent): void {
    this.#table.hear(event);
    this.#receive(event);
    if (event.node === ETCD) this.#misfortunesAtEtcd(event);
    else this.#sendRequests(event);
  }

  close(): Message[] {
    this.#settleFates();
    this.#unheardReplies();
    return this.#messages.sort((left, right) => left.n - right.n);
  }

  #open(event: TraceEvent, leg: Leg, what: string, from: string, to: string): OpenMessage {
    const message: OpenMessage = {
      leg,
      what,
      from,
      to,
      at: event.at,
      n: event.n,
      fate: "under way",
      arrivals: [],
    };
    this.#messages.push(message);
    return message;
  }

  /** What a coordinator sends in this event: its observations name each request, and after it what befell it. */
  #sendRequests(event: TraceEvent): void {
    for (const seen of event.seen ?? []) {
      if (seen.type === "started") {
        this.#table.beginLife(event.node);
        for (const key of this.#held.keys()) if (key.startsWith(`${event.node} `)) this.#held.delete(key);
      }
      if (seen.type === "request") {
        const what = String(seen["purpose"]);
        const message = this.#open(event, "request", what, event.node, ETCD);
        if (event.cause.type === "write") message.token = event.cause.token;
        this.#table.sent(event.node, message);
      } else if (seen.type === "message" && seen["leg"] === "request") {
        this.#table.befell(event.node, seen["fate"], Number(seen["until"]));
      }
    }
  }

  /** etcd's messages that were lost appear nowhere else; late ones are found when they arrive. */
  #misfortunesAtEtcd(event: TraceEvent): void {
    for (const seen of event.seen ?? []) {
      if (seen.type !== "message" || seen["leg"] === "request") continue;
      const leg = seen["leg"] === "reply" ? "reply" : "watch";
      const message = this.#open(event, leg, String(seen["purpose"]), ETCD, String(seen.node));
      befall(message, seen["fate"]);
      if (message.trouble === "late") this.#table.expect(message, Number(seen["until"]));
    }
  }

  #receive(event: TraceEvent): void {
    const { at, delivery, cause, n, node } = event;
    const arrival: MessageArrival = { at, n, ...(delivery === undefined ? {} : { delivery }) };
    switch (cause.type) {
      case "request":
      case "watch": {
        const what = cause.type === "request" ? cause.purpose : "watch";
        const request = this.#table.requestOf(cause.from, cause.id, what, at);
        if (request === undefined) {
          if (cause.type === "watch") this.#moved(event, "watch", PAUSES_MS, arrival);
          return;
        }
        request.message.arrivals.push(arrival);
        request.reached.push(event);
        return;
      }
      case "unwatch": {
        const { from, stream } = cause;
        const broke = stream === undefined ? undefined : this.#table.broke(from, stream, at);
        const sender = broke ?? this.#table.sentClosing(from, at);
        if (sender !== undefined) {
          this.#open(sender, "request", "unwatch", cause.from, ETCD).arrivals.push(arrival);
        } else this.#moved(event, "unwatch", [0], arrival);
        return;
      }
      case "reply": {
        const request = this.#table.newest(node, cause.id);
        const key = `${node} reply ${cause.id}`;
        const message = this.#held.get(key) ?? this.#sentReply(event, node, cause.purpose, request);
        if (request !== undefined) request.answered = true;
        this.#arrive(key, message, event, arrival);
        return;
      }
      case "watchMessage": {
        const key = `${node} watch ${cause.response.watchId} ${cause.response.header.revision}`;
        this.#arrive(key, this.#held.get(key) ?? this.#sentWatch(event), event, arrival);
        return;
      }
      default:
        return;
    }
  }

  /** A watch whose connections left a member of etcd. */
  #moved(
    { at, cause }: TraceEvent,
    what: string,
    pausesMs: readonly number[],
    arrival: MessageArrival,
  ): void {
    if ((cause.type !== "watch" && cause.type !== "unwatch") || cause.stream === undefined) return;
    const sender = this.#table.movedBy(cause.from, cause.id, at, pausesMs);
    if (sender !== undefined) this.#open(sender, "request", what, cause.from, ETCD).arrivals.push(arrival);
  }

  /** A message that has to wait arrives once, and is taken later. */
  #arrive(key: string, message: OpenMessage | undefined, event: TraceEvent, arrival: MessageArrival): void {
    if (message === undefined) return;
    if (event.delivery === "held") this.#held.set(key, message);
    else this.#held.delete(key);
    message.arrivals.push(arrival);
  }

  #sentReply(
    { at }: TraceEvent,
    node: string,
    purpose: string,
    request: SentRequest | undefined,
  ): OpenMessage | undefined {
    const late = this.#table.expected("reply", node, purpose, at);
    if (late !== undefined) return late;
    if (request === undefined) return undefined;
    const { delayMs, slowMs } = this.#run.header.scenario.network;
    const answering = (delay: number) => request.reached.find((one) => same(one.at + delay, at));
    const later = (delay: number) => this.#table.ownActAt(at - delay, request.reached[0]?.n ?? 0);
    const sender =
      answering(delayMs) ??
      (request.reached.some(answersAtOnce) ? answering(delayMs + slowMs) : undefined) ??
      later(delayMs) ??
      answering(delayMs + slowMs) ??
      later(delayMs + slowMs) ??
      request.reached[0];
    return sender === undefined ? undefined : this.#open(sender, "reply", purpose, ETCD, node);
  }

  #sentWatch({ at, cause, node }: TraceEvent): OpenMessage | undefined {
    if (cause.type !== "watchMessage") return undefined;
    // What comes at the instant of the one before was kept back by it: none overtakes another.
    const isBehind = same(this.#watchHeardAt.get(node) ?? Number.NaN, at);
    this.#watchHeardAt.set(node, at);
    const late = this.#table.expected("watch", node, "watch", at);
    if (late !== undefined) return late;
    const { delayMs, slowMs } = this.#run.header.scenario.network;
    const { canceled, created, events, watchId } = cause.response;
    const opened =
      created && cause.stream !== undefined ? this.#table.opening(node, cause.stream) : undefined;
    if (opened !== undefined) return this.#open(opened, "watch", "watch", ETCD, node);
    // What it tells of: a change of the store, or that the watch was closed.
    const reason = canceled
      ? this.#table.closing(node, watchId, cause.stream)
      : this.#table.changeAt(events.at(-1)?.kv.modRevision);
    const took = (delay: number) => reason !== undefined && same(reason.at + delay, at);
    const isTold = isBehind || took(delayMs) || took(delayMs + slowMs);
    const act = (delay: number) => this.#table.ownActAt(at - delay, reason?.n ?? 0);
    const sender = (isTold ? reason : undefined) ?? act(delayMs) ?? act(delayMs + slowMs) ?? reason;
    return sender === undefined ? undefined : this.#open(sender, "watch", "watch", ETCD, node);
  }

  #settleFates(): void {
    const { header, untilMs } = this.#run;
    const { delayMs, lateMs, slowMs } = header.scenario.network;
    const longest = delayMs + Math.max(slowMs, lateMs);
    for (const message of this.#messages) {
      if (message.arrivals.length > 0) message.fate = "arrived";
      else if (message.fate === "lost") continue;
      else if (message.to === ETCD && !this.#table.etcdSeen) message.fate = "unseen";
      else if (this.#table.cut(message.from === ETCD ? message.to : message.from, message.leg, message.at))
        message.fate = "cut off";
      else if (message.trouble === undefined && message.at + longest < untilMs) message.fate = "lost";
    }
  }

  /** Replies that a partition kept leave no line of their own: etcd did as asked, and the one who asked never hears of it. */
  #unheardReplies(): void {
    for (const { answered, message, reached } of this.#table.requests) {
      const [event] = reached;
      if (answered || event === undefined || !answersAtOnce(event) || message.what === "watch") continue;
      if (!this.#table.cut(message.from, "reply", event.at)) continue;
      this.#open(event, "reply", message.what, ETCD, message.from).fate = "cut off";
    }
  }
}

function answersAtOnce({ delivery, etcd }: TraceEvent): boolean {
  return delivery === undefined && etcd?.mode === "serving";
}
