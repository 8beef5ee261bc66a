/**
 * A recording of a served etcd, run again: what its clients asked is put to the simulated etcd once more, at the same instants, and
 * what they were told is compared with what it says now. The clients themselves are not here; where they stood is read off their lines.
 */
import {
  connectionTo,
  createEtcd,
  stepEtcd,
  type Etcd,
  type EtcdInput,
  type EtcdOutput,
} from "../../models/etcd.ts";
import { withoutConnections } from "../../models/etcd/members.ts";
import { outcomeOf } from "../../models/outcome.ts";
import { ETCD } from "../simulation/names.ts";
import { firstDifference, type Difference } from "../trace/difference.ts";
import type { Cause, TraceEvent } from "../trace/format.ts";
import { servedAct, type ServedAct } from "../trace/served.ts";

/** Where the recording and the run of now part. */
export interface ServedDivergence extends Difference {
  readonly n: number;
  readonly at: number;
}

/** What a client waits to be told, from the events of now. */
interface Pending {
  readonly of: string;
  readonly cause: Cause;
}

export class ServedRerun {
  etcd: Etcd = createEtcd();
  /** The first one; nothing after it is compared. */
  divergence: ServedDivergence | undefined;
  /** Answers that were compared. */
  compared = 0;
  readonly #lives = new Map<string, number>();
  /** Whose each connection is, and what it asked. */
  readonly #connections = new Map<
    number,
    { readonly of: string; readonly id: number; readonly purpose: string; readonly stream: number }
  >();
  readonly #numbers = new Map<string, number>();
  readonly #pending = new Map<string, Pending[]>();

  /** Feed it every event of a trace, in order. */
  event(event: TraceEvent): void {
    if (event.node === ETCD) this.#atEtcd(event);
    else if (event.cause.type === "start")
      this.#lives.set(event.node, (this.#lives.get(event.node) ?? 0) + 1);
    else this.#told(event);
  }

  #atEtcd({ at, cause, delivery, etcd: recorded, n, own = at }: TraceEvent): void {
    if (delivery !== undefined) return;
    const act = servedAct(cause);
    if (act?.type === "state") this.etcd = withoutConnections(act.etcd);
    else if (act?.type === "amended") this.etcd = { ...this.etcd, ...act.change };
    else {
      const input = this.#inputOf(cause, act);
      if (input === undefined) return;
      const { etcd, outputs } = stepEtcd(this.etcd, input, own);
      this.etcd = etcd;
      for (const output of outputs) this.#heard(output);
    }
    const now = { mode: this.etcd.mode, revision: this.etcd.store.revision };
    if (recorded !== undefined)
      this.#compare({ mode: recorded.mode, revision: recorded.revision }, now, n, at, "etcd");
  }

  #inputOf(cause: Cause, act: ServedAct | undefined): EtcdInput | undefined {
    switch (cause.type) {
      case "tick":
        return { type: "tick" };
      case "request": {
        const { from, id, hasLeader, member, purpose, request } = cause;
        const client = this.#connection(`${this.#who(from)} request ${id}`, from, id, purpose, 0, member);
        return { type: "request", client, id, request, ...(hasLeader === undefined ? {} : { hasLeader }) };
      }
      case "watch": {
        const { from, id, member, request: asked, stream = 0 } = cause;
        const { hasLeader, watchId = 0, ...request } = asked;
        const client = this.#stream(from, stream, id, member);
        return { type: "watch", client, watchId, request, ...(hasLeader === undefined ? {} : { hasLeader }) };
      }
      case "unwatch":
        return {
          type: "cancelWatch",
          client: this.#stream(cause.from, cause.stream ?? 0, 0, cause.member),
          watchId: cause.id,
        };
      default:
        break;
    }
    switch (act?.type) {
      case "input":
        return act.input;
      case "progress":
        return { type: "watchProgress", client: this.#stream(act.from, act.stream, 0) };
      case "gone": {
        const { from, id, stream } = act;
        const key =
          stream === undefined ? `${this.#who(from)} request ${id}` : `${this.#who(from)} stream ${stream}`;
        const client = this.#numbers.get(key);
        return client === undefined ? undefined : { type: "disconnect", client };
      }
      default:
        return undefined;
    }
  }

  #who(name: string): string {
    return `${name} ${this.#lives.get(name) ?? 0}`;
  }

  #stream(from: string, stream: number, id: number, member?: number): number {
    return this.#connection(`${this.#who(from)} stream ${stream}`, from, id, "watch", stream, member);
  }

  #connection(key: string, of: string, id: number, purpose: string, stream: number, member = 1): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const client = connectionTo(this.#numbers.size + 1, member);
    this.#numbers.set(key, client);
    this.#connections.set(client, { of, id, purpose, stream });
    return client;
  }

  #heard(output: EtcdOutput): void {
    const asked = this.#connections.get(output.client);
    if (asked === undefined) return;
    const { id, of, purpose, stream } = asked;
    const cause: Cause =
      output.type === "reply"
        ? { type: "reply", id: output.id, purpose, reply: outcomeOf(output.reply) }
        : output.type === "watch"
          ? { type: "watchMessage", response: output.response, stream }
          : { type: "watchBroken", id, stream };
    const waiting = this.#pending.get(of);
    if (waiting === undefined) this.#pending.set(of, [{ of, cause }]);
    else waiting.push({ of, cause });
  }

  /** Messages may be lost or late on their way, so what comes is looked for among what was said. */
  #told({ at, cause, n, node }: TraceEvent): void {
    if (cause.type !== "reply" && cause.type !== "watchMessage") return;
    const waiting = this.#pending.get(node) ?? [];
    const isSame = (one: Pending): boolean =>
      one.cause.type === cause.type &&
      (cause.type === "reply"
        ? one.cause.type === "reply" && one.cause.id === cause.id
        : one.cause.type === "watchMessage" && one.cause.stream === cause.stream);
    const exact = waiting.findIndex(
      (one) => isSame(one) && firstDifference(cause, one.cause, "cause") === undefined,
    );
    const found = exact >= 0 ? exact : waiting.findIndex(isSame);
    // A member that is down, or a door, answers for etcd.
    if (found < 0 && cause.type === "reply" && cause.reply.type !== "ok") return;
    const [one] = found < 0 ? [] : waiting.splice(found, 1);
    this.compared++;
    this.#compare(cause, one?.cause, n, at, "cause");
  }

  #compare(recorded: unknown, now: unknown, n: number, at: number, path: string): void {
    if (this.divergence !== undefined) return;
    const difference = firstDifference(recorded, now, path);
    if (difference !== undefined) this.divergence = { ...difference, n, at };
  }
}
