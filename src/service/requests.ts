/**
 * Requests from sending to end: how each ended, why, how long it took, and which member of etcd it was sent to. One place
 * follows them; whoever listens, the log and the metrics hear of each once.
 */
import type { Phase } from "../../models/compiled-chart.ts";
import type { Arrival, Audience } from "../election/member.ts";
import type { Purpose } from "../kv/kv.ts";
import type { RequestNotice } from "./notice.ts";

/** A request that has ended; of a notice, what it says. */
export type EndedRequest = Omit<RequestNotice, "type">;

interface Sent {
  readonly atMs: number;
  readonly member: string;
}

/** What the dialect makes of an answer that it has no use for, and what is wrong with it. */
const USELESS: ReadonlyMap<string, string> = new Map([
  ["id.failed", "the server id counter is no number of at most 15 digits"],
]);

export class RequestFollower implements Audience {
  readonly #memberInUse: () => string;
  readonly #tell: (request: EndedRequest) => void;
  readonly #nowMs: () => number;
  readonly #sent = new Map<number, Sent>();
  #ended: EndedRequest | undefined;
  #over = false;

  constructor(
    memberInUse: () => string,
    tell: (request: EndedRequest) => void,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#memberInUse = memberInUse;
    this.#tell = tell;
    this.#nowMs = nowMs;
  }

  sent(purpose: Purpose, id: number): void {
    if (purpose !== "watch") this.#sent.set(id, { atMs: this.#nowMs(), member: this.#memberInUse() });
  }

  arrived(arrival: Arrival): void {
    this.#ended = this.#endOf(arrival);
  }

  stepped(event: string): void {
    const reason = USELESS.get(event);
    if (this.#ended?.result !== "ok" || reason === undefined) return;
    this.#ended = { ...this.#ended, result: "unusable", reason };
  }

  settled(phase: Phase): void {
    const ended = this.#ended;
    this.#ended = undefined;
    // What is cut off by the end itself is no news.
    if (ended !== undefined && !this.#over) this.#tell(ended);
    this.#over = phase === "ended";
  }

  #endOf(arrival: Arrival): EndedRequest | undefined {
    const watch = { kind: "watch", tookMs: undefined, member: this.#memberInUse() };
    switch (arrival.type) {
      case "reply": {
        const { id, purpose: kind, reply } = arrival;
        const { atMs, member } = this.#sent.get(id) ?? { atMs: this.#nowMs(), member: watch.member };
        this.#sent.delete(id);
        const reason = reply.type === "ok" ? undefined : `${reply.message} (${reply.code})`;
        return { kind, result: reply.type, reason, tookMs: this.#nowMs() - atMs, member };
      }
      case "watchMessage": {
        const { canceled, cancelReason, compactRevision, created } = arrival.response;
        if (!canceled) return created ? { ...watch, result: "ok", reason: undefined } : undefined;
        const compacted = `its history is compacted up to revision ${compactRevision}`;
        return { ...watch, result: "refused", reason: cancelReason || compacted };
      }
      case "watchBroken":
        return { ...watch, result: "unknown", reason: arrival.why ?? "the stream broke" };
      default:
        return undefined;
    }
  }
}
