/**
 * A trace's events in words: what arrived, what the chart made of it, what was seen. Plain text beside the data that it is made
 * from; who prints it adds colour and layout.
 */
import type { Milestone } from "../../models/election.ts";
import type { KvReply, KvRequest, StoreEvent, TxnOp } from "../../models/etcd-api.ts";
import { seconds } from "../words/seconds.ts";
import { shown } from "../words/shown.ts";
import { told, type Told } from "../words/told.ts";
import type { Cause, Delivery, TraceEffect, TraceEvent, TraceObservation, TraceStep } from "./format.ts";

/** An event told in parts. */
export interface EventWords {
  readonly cause: Told;
  /** One for each step of the chart. */
  readonly steps: readonly StepWords[];
  /** What was seen from outside and does not follow from the steps. */
  readonly seen: readonly SeenWords[];
}

/** A step of the chart. */
export interface StepWords {
  readonly text: Told;
  /** The states that it entered, in words. */
  readonly entered: readonly Told[];
  /** What it announced. */
  readonly milestones: readonly Milestone[];
}

/** Something that was seen. */
export interface SeenWords {
  readonly text: Told;
  readonly seen: TraceObservation;
}

/** Tells events in order; remembers each coordinator's last state to name only what changed. */
export class Teller {
  readonly #states: Map<string, readonly string[]>;

  /** `states`: the coordinators' chart states so far, to begin in the middle of a trace. */
  constructor(states: Iterable<readonly [string, readonly string[]]> = []) {
    this.#states = new Map(states);
  }

  tell(event: TraceEvent): EventWords {
    const steps = (event.steps ?? []).map((step) => this.#step(event.node, step));
    const seen = (event.seen ?? []).flatMap((one) =>
      (event.cause.type === "evidence" ? tellEvidence : tellSeen)(one, event.node).map((text): SeenWords => ({
        text: told(text),
        seen: one,
      })),
    );
    const delivery = event.delivery === undefined ? "" : ` (${DELIVERIES[event.delivery]})`;
    return { cause: told(`${tellCause(event.cause)}${delivery}`), steps, seen };
  }

  #step(node: string, { effects, event, state }: TraceStep): StepWords {
    const before = this.#states.get(node) ?? [];
    this.#states.set(node, state);
    const entered = state.filter((path) => !before.includes(path)).map(tellPath);
    const done = effects.flatMap(tellEffect);
    const where = entered.length === 0 ? "" : ` → ${entered.join(" + ")}`;
    return {
      text: told(`${tellName(event)}${where}${done.length === 0 ? "" : `; ${done.join(", ")}`}`),
      entered: entered.map(told),
      milestones: effects.flatMap((effect) => (effect.type === "announce" ? [effect.milestone] : [])),
    };
  }
}

/** What followed from the cause: the chart's steps, then what was seen. */
export function consequencesOf({ seen, steps }: EventWords): Told[] {
  return [...steps, ...seen].map(({ text }) => text);
}

/** Whether what was seen should not pass unnoticed: a message or a write that did not go its way. */
export function isTrouble(seen: TraceObservation): boolean {
  return seen.type === "message" || (seen.type === "written" && seen["outcome"] !== "applied");
}

const DELIVERIES = {
  held: "waits: the process stands still",
  gone: "its process is gone",
  late: "too late: nobody waits for it",
  stale: "by a member that lost touch",
  "cut off": "cut off",
  refused: "refused at etcd's door",
} as const satisfies Readonly<Record<Delivery, string>>;

export function tellCause(cause: Cause): Told {
  return told(causeText(cause));
}

function causeText(cause: Cause): string {
  switch (cause.type) {
    case "start":
      return "process begins";
    case "stop":
      return "operator says stop";
    case "prepared":
      return "service is ready";
    case "resume":
      return "the recording goes on";
    case "unhealthy":
      return "service is of no use";
    case "silence":
      return "connection was silent for too long";
    case "tick":
      return "lessor and watches look at the clock";
    case "timer":
      return `timer ${tellName(cause.timer)}`;
    case "request":
      return `${cause.purpose} from ${cause.from}${atMember(cause)}: ${tellRequest(cause.request)}`;
    case "watch":
      return `watch from ${cause.from}${atMember(cause)}: ${shortKey(cause.request.key)} from revision ${cause.request.startRevision || "now"}`;
    case "unwatch":
      return `watch of ${cause.from}${atMember(cause)} closed`;
    case "reply":
      return `reply to ${cause.purpose}: ${tellReply(cause.reply)}`;
    case "timeout":
      return `no reply to ${cause.purpose} in time`;
    case "watchMessage":
      return cause.response.canceled
        ? "watch canceled by etcd"
        : cause.response.created
          ? "watch confirmed"
          : `watch tells ${cause.response.events.map(tellChange).join(", ")}`;
    case "watchBroken":
      return cause.stream === undefined ? "watch broken" : "a stream of the watch broken";
    case "write":
      return "writes metadata";
    case "evidence":
      return `${cause.basis === "inferred" ? "inferred from" : cause.basis} ${shown(cause.line)}`;
    case "task":
      return cause.task.type;
    case "fault":
      return `fault: ${cause.kind} ${cause.phase}`;
  }
}

function atMember({ member }: { readonly member?: number }): string {
  return member === undefined ? "" : ` at member ${member}`;
}

/** `renewDue@election.member.lease` as `renewDue`; chart events stay. */
export function tellName(event: string): string {
  return event.split("@")[0] ?? event;
}

/** `member.role.standby.watching.waiting` as `standby.watching.waiting`. */
function tellPath(path: string): string {
  return path.replace(/^member\.(?:role\.)?/u, "");
}

function tellEffect(effect: TraceEffect): string[] {
  switch (effect.type) {
    case "request":
      return [`asks ${effect.purpose}`];
    case "watch":
      return [`watches ${effect.watch}`];
    case "unwatch":
      return [`unwatches ${effect.watch}`];
    case "announce":
      return [`says ${effect.milestone}${effect.reason === undefined ? "" : ` (${effect.reason})`}`];
    case "startTimer":
      return [`sets ${tellName(effect.timer)} in ${effect.delayMs / 1000} s`];
    case "cancelTimer":
      return [];
  }
}

export function tellRequest(request: KvRequest): string {
  switch (request.type) {
    case "txn":
      return tellTxn(request);
    case "leaseGrant":
      return `grant ${request.ttlSeconds} s`;
    case "leaseRevoke":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
      return `${request.type} …${request.id.slice(-4)}`;
    case "leaseLeases":
      return "list leases";
    case "compact":
      return `compact to ${request.revision}`;
    case "range":
    case "put":
    case "deleteRange":
      return tellOperation(request);
  }
}

function tellTxn({ compare, success }: KvRequest & { readonly type: "txn" }): string {
  const then = success.map(tellOperation).join(", ") || "nothing";
  return compare.length === 0 ? then : `if ${compare.map(tellCompare).join(" and ")} then ${then}`;
}

function tellCompare(compare: { readonly key: string; readonly target: string } & object): string {
  const rest = Object.entries(compare).filter(
    ([field]) => !["key", "rangeEnd", "target", "result"].includes(field),
  );
  return `${compare.target} of ${shortKey(compare.key)} is ${rest.map(([, value]) => String(value)).join()}`;
}

function tellOperation(operation: TxnOp): string {
  return operation.type === "txn"
    ? "a transaction"
    : `${OPERATIONS[operation.type]} ${shortKey(operation.key)}`;
}

const OPERATIONS = { range: "read", put: "put", deleteRange: "delete" } as const;

export function tellReply(reply: KvReply): string {
  if (reply.type !== "ok") return `${reply.type}: ${reply.message}`;
  const { response } = reply;
  switch (response.type) {
    case "txn":
      return `${response.succeeded ? "done" : "refused by its condition"}, revision ${response.header.revision}`;
    case "range":
      return `${response.count} keys at revision ${response.header.revision}`;
    case "leaseKeepAlive":
      // etcd answers a renewal of a lease that it does not know with a TTL of 0.
      return response.ttlSeconds > 0 ? `${response.ttlSeconds} s again` : "no such lease";
    default:
      return "ok";
  }
}

/** The last part of a key, which tells it apart. */
export function shortKey(key: string): string {
  return key.split("/").slice(-2).join("/");
}

function tellChange({ kv, type }: StoreEvent): string {
  return `${type} ${shortKey(kv.key)} (revision ${kv.modRevision})`;
}

/** Of a run told by logs no chart says what was announced, and a claim has no end that anybody told. */
function tellEvidence(one: TraceObservation, here: string): string[] {
  const text = (field: string) => String(one[field]);
  switch (one.type) {
    case "started":
      return ["process begins"];
    case "milestone": {
      const told = ["serverId", "token", "loadedRevision"].flatMap((field) =>
        Number(one[field]) > 0 ? [`${MILESTONE_FIELDS[field] ?? field} ${text(field)}`] : [],
      );
      const more = one["reason"] === undefined ? told : [text("reason"), ...told];
      return [`says ${text("milestone")}${more.length === 0 ? "" : ` (${more.join(", ")})`}`];
    }
    case "claim":
      return typeof one["until"] === "number" ? tellSeen(one, here) : [];
    case "claimEnded":
      return [];
    default:
      return tellSeen(one, here);
  }
}

const MILESTONE_FIELDS: Readonly<Record<string, string>> = {
  serverId: "server id",
  token: "token",
  loadedRevision: "loaded at revision",
};

function tellSeen(one: TraceObservation, here: string): string[] {
  const who = one.node === undefined || one.node === here ? "" : `${one.node} `;
  const text = (field: string) => String(one[field]);
  switch (one.type) {
    case "ended":
      return [`${who}process ends (${text("cause")})`];
    case "claim":
      return [
        typeof one["until"] === "number"
          ? `${who}may serve until ${seconds(one["until"])} (token ${text("token")})`
          : `${who}claims ${text("role")} (token ${text("token")})`,
      ];
    case "claimEnded":
      return [`${who}serves no more`];
    case "change":
      return [
        `${tellChange(one["event"] as StoreEvent)}${text("cause") === "request" || text("cause") === "unknown" ? "" : `, ${text("cause")}`}`,
      ];
    case "written":
      return [`${who}write ${text("outcome")}`];
    case "note":
      return [`${who}says: ${text("text")}`];
    case "unseen":
      return [`nothing more is known of ${one.node ?? here}`];
    case "message":
      return [`${who}${text("leg")} of ${text("purpose")} ${text("fate")}`];
    case "request":
      return text("purpose") === "write" ? ["sends a fenced write"] : [];
    case "started":
    case "milestone":
    case "fault":
    case "end":
      return [];
  }
}
