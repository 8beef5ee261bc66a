/**
 * One life of a process that runs a program: what it waits for, what it claims, and how it ended. What reaches it from the world
 * resolves promises; what it asks for goes to the ports.
 */
import { setMaxListeners } from "node:events";
import type { KvReply, KvRequest, ServerReply, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import type { EtcdConnection, EtcdSeam, StoppableClock } from "../service/etcd-seam.ts";
import { UNPLACED, type Claim, type Departure, type ProcessPorts } from "../simulation/process.ts";
import { etcdPort } from "./etcd-port.ts";
import type { RequestPort } from "./request-port.ts";
import type { ProcessContext, Program } from "./program.ts";
import { called, ProgramFault } from "./program-fault.ts";

interface OpenWatch {
  onMessage(response: WatchResponse): void;
  onBroken(): void;
}

/** A process reaches one member; its name is as good as an address. */
const ENDPOINT = "http://etcd:2379";

export class Life {
  readonly claims = new Map<string, Claim>();
  departure: Departure | undefined;
  readonly #ports: ProcessPorts;
  readonly #stopping = new AbortController();
  readonly #replies = new Map<number, (reply: KvReply) => void>();
  readonly #watches = new Map<number, OpenWatch>();
  readonly #timers = new Map<string, () => void>();
  #nextId = 1;

  /** `random`: from 0 to 1, this life's own. */
  constructor(name: string, program: Program, ports: ProcessPorts, random: () => number) {
    this.#ports = ports;
    // As many may wait for it as there are tasks.
    setMaxListeners(0, this.#stopping.signal);
    const context = this.#context(name, random);
    void this.#run(program, context);
  }

  stop(): void {
    called("nothing: it was asked to stop");
    this.#stopping.abort(new Error("the process was asked to stop"));
  }

  onReply(id: number, reply: KvReply): void {
    const heard = this.#replies.get(id);
    this.#replies.delete(id);
    heard?.(reply);
  }

  onWatch(response: WatchResponse): void {
    this.#watches.get(response.watchId)?.onMessage(response);
  }

  onWatchBroken(id: number): void {
    const watch = this.#watches.get(id);
    this.#watches.delete(id);
    watch?.onBroken();
  }

  onTimer(timer: string): void {
    const due = this.#timers.get(timer);
    this.#timers.delete(timer);
    due?.();
  }

  async #run(program: Program, context: ProcessContext): Promise<void> {
    try {
      await program(context);
    } catch (error) {
      if (error instanceof TypeError || error instanceof ReferenceError)
        ProgramFault.mistake(context.name, error);
      // That it was asked to stop is no news.
      if (error !== this.#stopping.signal.reason) context.log(`ends by an error: ${messageOf(error)}`);
    }
    this.claims.clear();
    this.departure = this.#stopping.signal.aborted ? "stopped" : "exited";
  }

  #context(name: string, random: () => number): ProcessContext {
    const { signal } = this.#stopping;
    return {
      name,
      signal,
      kv: etcdPort(this.#requests()),
      etcd: this.#seam(),
      now: () => this.#ports.now(),
      sleep: (ms, until = signal) => this.#sleep(ms, until),
      random,
      log: (text) => this.#ports.tell({ type: "note", ...UNPLACED, text: String(text) }),
      claim: (what, { token = 0, until = Number.POSITIVE_INFINITY } = {}) => {
        if (typeof until !== "number" || Number.isNaN(until))
          throw ProgramFault.meaningless("claim", `until is ${String(until)}, not an instant of ctx.now()`);
        // One that is over already, as after a pause, is none.
        if (until > this.#ports.now()) this.claims.set(what, { role: what, token, until });
        else this.claims.delete(what);
      },
      release: (what) => void this.claims.delete(what),
    };
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    called(`sleep(${ms})`);
    if (typeof ms !== "number" || Number.isNaN(ms))
      throw ProgramFault.meaningless("sleep", `${String(ms)} is no number of milliseconds`);
    if (!(signal instanceof AbortSignal))
      throw ProgramFault.meaningless("sleep", "its signal is no AbortSignal");
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#cancel(timer);
        reject(signal.reason as Error);
      };
      const timer = this.#arm(ms, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #arm(delayMs: number, due: () => void, jitterMs = 0): string {
    const timer = `timer ${this.#nextId++}`;
    this.#timers.set(timer, due);
    this.#ports.startTimer(timer, Math.max(0, delayMs), jitterMs);
    return timer;
  }

  #cancel(timer: string | undefined): void {
    if (timer === undefined || !this.#timers.delete(timer)) return;
    this.#ports.cancelTimer(timer);
  }

  #submit(request: KvRequest, timeoutMs: number, purpose: string): Promise<KvReply> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#ports.send(id, request, timeoutMs, purpose);
    });
  }

  #watch(request: WatchRequest, watch: OpenWatch): () => void {
    const id = this.#nextId++;
    this.#watches.set(id, watch);
    this.#ports.watch(id, request);
    return () => {
      if (this.#watches.delete(id)) this.#ports.unwatch(id);
    };
  }

  #requests(): RequestPort {
    return {
      submit: (...given) => this.#submit(...given),
      watch: (request, onMessage, onBroken) => this.#watch(request, { onMessage, onBroken }),
      asked: called,
    };
  }

  #seam(): EtcdSeam {
    return { connect: () => this.#connection(), clock: (onTimer) => this.#clock(onTimer) };
  }

  #connection(): EtcdConnection {
    return {
      endpoint: ENDPOINT,
      submit: async (request, timeoutMs, purpose = request.type) => {
        called(purpose);
        return asServerReply(await this.#submit(request, timeoutMs, purpose));
      },
      watch: (request, listener) => {
        called("watch");
        const broken = { type: "error", code: "Unavailable", message: "the stream broke" } as const;
        const onMessage = (response: WatchResponse) => listener.onMessage(response);
        return { close: this.#watch(request, { onMessage, onBroken: () => listener.onBroken(broken) }) };
      },
      close: () => undefined,
    };
  }

  #clock(onTimer: (timer: string) => void): StoppableClock {
    const armed = new Map<string, string>();
    const cancelTimer = (timer: string) => {
      this.#cancel(armed.get(timer));
      armed.delete(timer);
    };
    return {
      now: () => this.#ports.now(),
      startTimer: (timer, delayMs, jitterMs) => {
        cancelTimer(timer);
        const due = () => {
          armed.delete(timer);
          onTimer(timer);
        };
        armed.set(timer, this.#arm(delayMs, due, jitterMs));
      },
      cancelTimer,
      stop: () => {
        for (const timer of armed.keys()) cancelTimer(timer);
      },
    };
  }
}

/** What a client concludes from the code is the same again. */
function asServerReply(reply: KvReply): ServerReply {
  return reply.type === "ok" ? reply : { type: "error", code: reply.code, message: reply.message };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
