/**
 * One life of a process that runs a program: what it waits for, what it claims, and how it ended. What reaches it from the world
 * resolves promises; what it asks for goes to the ports.
 */
import { setMaxListeners } from "node:events";
import type { KvReply, KvRequest, ServerReply, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import type { EtcdConnection, EtcdSeam, StoppableClock } from "../service/etcd-seam.ts";
import { UNPLACED, type Claim, type Departure, type ProcessPorts } from "../simulation/process.ts";
import { etcdPort } from "./etcd-port.ts";
import { grpcOptions } from "../serve/grpc-channel.ts";
import type { RequestPort } from "./request-port.ts";
import type { ProcessContext, Program } from "./program.ts";
import { called, ProgramFault } from "./program-fault.ts";
import { EPOCH_MS, surroundingsOf, wantsTimers, type Surroundings } from "./surroundings.ts";

interface OpenWatch {
  /** Whether the first message says that it is open. */
  readonly confirmed: boolean;
  onMessage(response: WatchResponse): void;
  onBroken(): void;
}

/** A process reaches one member; its name is as good as an address. */
const ENDPOINT = "http://etcd:2379";

export class Life {
  readonly claims = new Map<string, Claim>();
  departure: Departure | undefined;
  /** What its code finds around it; undefined: that is refused. */
  readonly surroundings: Surroundings | undefined;
  readonly #name: string;
  readonly #ports: ProcessPorts;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  readonly #replies = new Map<number, (reply: KvReply) => void>();
  readonly #watches = new Map<number, OpenWatch>();
  readonly #timers = new Map<string, () => void>();
  #nextId = 1;

  /** `random`: from 0 to 1, this life's own. */
  constructor(name: string, ports: ProcessPorts, random: () => number, program: Program) {
    this.#name = name;
    this.#ports = ports;
    this.#random = random;
    // As many may wait for it as there are tasks.
    setMaxListeners(0, this.#stopping.signal);
    if (wantsTimers(program)) this.surroundings = surroundingsOf({ ...this.#ownTime(), random });
  }

  begin(program: Program): void {
    void this.#run(program, this.#context());
  }

  /** An error that nobody caught ends a process. */
  die(error: unknown): void {
    this.#complain("dies by an error that nobody caught", error);
    this.#leave("exited");
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

  awaitsConfirmation(watchId: number): boolean {
    return this.#watches.get(watchId)?.confirmed === true;
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
      // That it was asked to stop is no news.
      if (error !== this.#stopping.signal.reason) this.#complain("ends by an error", error);
    }
    this.#leave(this.#stopping.signal.aborted ? "stopped" : "exited");
  }

  #complain(what: string, error: unknown): void {
    if (error instanceof TypeError || error instanceof ReferenceError)
      ProgramFault.mistake(this.#name, error);
    this.#log(`${what}: ${messageOf(error)}`);
  }

  #leave(departure: Departure): void {
    this.claims.clear();
    this.departure ??= departure;
  }

  #log(text: string): void {
    this.#ports.tell({ type: "note", ...UNPLACED, text });
  }

  #context(): ProcessContext {
    const { signal } = this.#stopping;
    return {
      name: this.#name,
      signal,
      kv: etcdPort(this.#requests()),
      etcd: this.#seam(),
      grpcOptions: grpcOptions({ ...this.#requests(true), ...this.#ownTime() }),
      now: () => this.#ports.now(),
      sleep: (ms, until = signal) => this.#sleep(ms, until),
      random: this.#random,
      log: (text) => this.#log(String(text)),
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

  /** Its own clock, as `Date.now()` shows it, and its timers. */
  #ownTime() {
    return {
      now: () => EPOCH_MS + this.#ports.now(),
      arm: (delayMs: number, due: () => void) => {
        const timer = this.#arm(delayMs, due);
        return () => this.#cancel(timer);
      },
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

  /** `confirmed`: of a watch, the first message says that it is open. */
  #requests(confirmed = false): RequestPort {
    return {
      submit: (...given) => this.#submit(...given),
      watch: (request, onMessage, onBroken) => this.#watch(request, { onMessage, onBroken, confirmed }),
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
        const onBroken = () => listener.onBroken(broken);
        return { close: this.#watch(request, { onMessage, onBroken, confirmed: false }) };
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
