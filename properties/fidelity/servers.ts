/** The two sides of the comparison: what a case needs of a real server, and the simulated one that answers at once. */
import { createEtcd, nextTickMs, stepEtcd, type Etcd, type EtcdVersion } from "../../models/etcd.ts";
import type { KvRequest, ServerReply, WatchResponse } from "../../models/etcd-api.ts";
import type { StreamMessage } from "./command.ts";

/** A server that answers in its own time. */
export interface RealServer {
  ask(request: KvRequest): Promise<ServerReply>;
  /** Sends on watch stream `stream`, which opens when first used. */
  tell(stream: number, message: StreamMessage): void;
  /** Everything that the stream has brought, in order. */
  heard(stream: number): readonly WatchResponse[];
  /** Resolves once `enough` says so of what the stream has brought, or when that takes too long. */
  untilHeard(stream: number, enough: (heard: readonly WatchResponse[]) => boolean): Promise<void>;
  /** Closes all streams, so that their watches end. */
  hangUp(): void;
}

/** How the simulated etcd steps; a parameter so that a test can break it. */
export type StepEtcd = typeof stepEtcd;

/** The simulated etcd with one client, whose clock moves on by a millisecond with each command. */
export class SimulatedServer {
  #etcd: Etcd;
  #nowMs = 1000;
  #lastId = 0;
  readonly #step: StepEtcd;
  readonly #heard = new Map<number, WatchResponse[]>();

  /** Empty, at `revision`, with everything before it compacted. */
  constructor(version: EtcdVersion, revision: number, step: StepEtcd = stepEtcd) {
    const etcd = createEtcd({ version });
    this.#etcd = { ...etcd, store: { ...etcd.store, revision, compactRevision: revision } };
    this.#step = step;
  }

  ask(request: KvRequest): ServerReply {
    const id = ++this.#lastId;
    const reply = this.#take({ type: "request", client: 1, id, request });
    if (reply === undefined) throw new Error(`the simulated etcd does not answer ${JSON.stringify(request)}`);
    return reply;
  }

  tell(stream: number, message: StreamMessage): void {
    if (message.type === "progress") this.#take({ type: "watchProgress", client: 1, stream });
    else this.#take({ ...message, client: 1, stream });
  }

  heard(stream: number): readonly WatchResponse[] {
    return this.#heard.get(stream) ?? [];
  }

  /** Whether a watcher still reads the past. */
  get catchesUp(): boolean {
    return this.#etcd.watchers.unsynced.length > 0;
  }

  /** Lets the watchers behind the present catch up. */
  catchUp(): void {
    for (let passes = 0; this.catchesUp; passes++) {
      if (passes > 1000) throw new Error("the simulated etcd's watchers never catch up");
      this.#nowMs = Math.max(this.#nowMs, nextTickMs(this.#etcd));
      this.#take({ type: "tick" });
    }
  }

  #take(input: Parameters<StepEtcd>[1]): ServerReply | undefined {
    const { etcd, outputs } = this.#step(this.#etcd, input, ++this.#nowMs);
    this.#etcd = etcd;
    let reply: ServerReply | undefined;
    for (const output of outputs) {
      if (output.type === "reply") ({ reply } = output);
      else if (output.type === "watch") this.#hear(output.stream, output.response);
    }
    return reply;
  }

  #hear(stream: number, response: WatchResponse): void {
    const heard = this.#heard.get(stream);
    if (heard === undefined) this.#heard.set(stream, [response]);
    else heard.push(response);
  }
}
