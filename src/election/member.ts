/**
 * One coordinator with everything it is made of: hands what comes from its store, its clock and its operator to the driver,
 * and tells an audience what became of it. Synchronous, and ignorant of what stands behind `Kv` and `Clock`; simulated
 * worlds, which copy coordinators, call the driver themselves.
 */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import { holderIn, type Ledger } from "../../models/dialect.ts";
import type { Phase, Step } from "../../models/compiled-chart.ts";
import type {
  KeyValue,
  KvReply,
  KvRequest,
  Revision,
  TxnOp,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import type { Kv, KvListener, Purpose } from "../kv/kv.ts";
import type { Clock, Instant } from "../time/clock.ts";
import * as driver from "./driver.ts";
import type { Coordinator, ElectionConfig, Ports, WriteOutcome } from "./driver.ts";

/** What reached the coordinator. */
export type Arrival =
  | { readonly type: "start" | "stop" | "prepared" | "unhealthy" }
  | { readonly type: "timer"; readonly timer: string }
  | { readonly type: "reply"; readonly id: number; readonly purpose: Purpose; readonly reply: KvReply }
  | { readonly type: "watchMessage"; readonly response: WatchResponse }
  /** `why`: for people. */
  | { readonly type: "watchBroken"; readonly id: number; readonly why: string | undefined }
  | { readonly type: "write"; readonly token: Revision };

/** Hears what happens, in order. None of these may call back into the member; what they start, they start later. */
export interface Audience {
  arrived?(arrival: Arrival): void;
  /** The chart took a step because of it; `begin` is the first. */
  stepped?(type: string, elapsedMs: number, step: Step): void;
  announced?(milestone: Milestone, reason: LossReason | undefined, ledger: Readonly<Ledger>): void;
  /** Its end arrives as a reply or, for the purpose `watch`, in messages of the watch under that id. */
  sent?(purpose: Purpose, id: number): void;
  /** Serves until the own clock shows `until`, unless told anew; 0: no longer. */
  claimed?(until: Instant, token: Revision): void;
  written?(outcome: WriteOutcome): void;
  /** What arrived has had its effect. */
  settled?(phase: Phase): void;
}

/** Several audiences as one; each is told in turn. */
export function all(audiences: readonly Audience[]): Audience {
  const tell =
    <Name extends keyof Audience>(name: Name) =>
    (...told: Parameters<NonNullable<Audience[Name]>>): void => {
      for (const one of audiences)
        (one[name] as ((...given: typeof told) => void) | undefined)?.call(one, ...told);
    };
  return {
    arrived: tell("arrived"),
    stepped: tell("stepped"),
    announced: tell("announced"),
    sent: tell("sent"),
    claimed: tell("claimed"),
    written: tell("written"),
    settled: tell("settled"),
  };
}

/** How a guarded write ended. */
export type WriteResult =
  | {
      readonly type: "applied";
      readonly revision: Revision;
      readonly responses: TxnResponse["responses"];
    }
  /** Certainly not applied: another holds the role or nobody does; the term is over. */
  | { readonly type: "superseded" }
  /** Certainly not applied. */
  | { readonly type: "refused"; readonly message: string }
  /** It may have been applied, may still be, or may never be. */
  | { readonly type: "unknown"; readonly message: string };

export const NOT_ACTIVE: WriteResult = Object.freeze({ type: "refused", message: "not active" });

/** One coordinator: hand it what comes from its store and its clock, and its audience hears what becomes of it. */
export class Member implements KvListener {
  readonly config: ElectionConfig;
  readonly #coordinator: Coordinator;
  readonly #kv: Kv;
  readonly #clock: Clock;
  readonly #ports: Ports;
  readonly #audience: Audience;
  readonly #purposes = new Map<number, Purpose>();
  readonly #writes = new Map<number, (result: WriteResult) => void>();
  #reply: KvReply | undefined;
  #claimUntil: Instant = 0;
  #metadata: KeyValue[] = [];
  /** Who was found on the active key when it was last asked for; undefined: nobody known. */
  holder: KeyValue | undefined;

  constructor(
    config: ElectionConfig,
    kvFor: (listener: KvListener) => Kv,
    clockFor: (onTimer: (timer: string) => void) => Clock,
    audience: Audience,
  ) {
    this.config = config;
    this.#audience = audience;
    this.#kv = kvFor(this);
    this.#clock = clockFor((timer) =>
      this.#take({ type: "timer", timer }, () =>
        driver.onTimer(config, this.#coordinator, this.#ports, timer),
      ),
    );
    this.#ports = this.#createPorts();
    this.#coordinator = driver.createCoordinatorState(config);
  }

  start(): void {
    this.#take({ type: "start" }, () => driver.start(this.config, this.#coordinator, this.#ports));
  }

  /** The operator's clean stop: the lease is given back. */
  stop(): void {
    this.#take({ type: "stop" }, () => driver.stop(this.config, this.#coordinator, this.#ports));
  }

  /** The answer to the milestone `prepare`. */
  finishPreparing(ready: boolean): void {
    this.#take({ type: "prepared" }, () =>
      driver.finishPreparing(this.config, this.#coordinator, this.#ports, ready),
    );
  }

  /** The service can do nothing for anybody: the role is given up. */
  reportUnhealthy(): void {
    this.#take({ type: "unhealthy" }, () =>
      driver.reportUnhealthy(this.config, this.#coordinator, this.#ports),
    );
  }

  onReply(id: number, reply: KvReply): void {
    const purpose = this.#purposes.get(id);
    if (purpose === undefined) throw new Error(`a reply to request ${id}, which was not sent or is answered`);
    this.#purposes.delete(id);
    // A reply that the driver no longer waits for means nothing here either.
    if (this.#coordinator.pending.includes(id)) this.#note(purpose, reply);
    this.#reply = reply;
    this.#take({ type: "reply", id, purpose, reply }, () =>
      driver.onReply(this.config, this.#coordinator, this.#ports, id, reply),
    );
  }

  onWatch(id: number, response: WatchResponse): void {
    this.#take({ type: "watchMessage", response }, () =>
      driver.onWatch(this.config, this.#coordinator, this.#ports, id, response),
    );
  }

  onWatchBroken(id: number, why?: string): void {
    this.#take({ type: "watchBroken", id, why }, () =>
      driver.onWatchBroken(this.config, this.#coordinator, this.#ports, id),
    );
  }

  /** Writes metadata under the fencing token of the term under way; `done` hears how it ended, never during the call. */
  write(operations: readonly TxnOp[], done: (result: WriteResult) => void): boolean {
    let id: number | undefined;
    this.#take({ type: "write", token: this.ledger.token }, () => {
      id = driver.writeFenced(this.config, this.#coordinator, this.#ports, operations);
    });
    if (id !== undefined) this.#writes.set(id, done);
    return id !== undefined;
  }

  /** The metadata as read when the role was won; whole from the milestone `prepare` on. */
  get metadata(): readonly KeyValue[] {
    return this.#metadata;
  }

  get ledger(): Readonly<Ledger> {
    return this.#coordinator.ledger;
  }

  get phase(): Phase {
    return driver.phaseOf(this.config, this.#coordinator);
  }

  /** Whether it may serve at this instant; asks the clock. */
  get mayServe(): boolean {
    return driver.mayServe(this.config, this.#coordinator, this.#clock.now());
  }

  /** How much of the claim is left by the own clock; 0: nothing, or there is none. */
  get claimLeftMs(): number {
    return Math.max(0, this.#coordinator.claimEndsAt - this.#clock.now());
  }

  #take(arrival: Arrival, effect: () => void): void {
    const audience = this.#audience;
    audience.arrived?.(arrival);
    effect();
    const { phase } = this;
    // A claim that is over by now is none, though its timer has not said so yet.
    const until = this.mayServe ? this.#coordinator.claimEndsAt : 0;
    if (until !== this.#claimUntil) {
      this.#claimUntil = until;
      audience.claimed?.(until, this.ledger.token);
    }
    audience.settled?.(phase);
  }

  /** What a reply tells beyond what the chart wants to know. */
  #note(purpose: Purpose, reply: KvReply): void {
    if (purpose === "campaign" && reply.type === "ok") this.holder = holderIn(reply);
    if (purpose !== "reload" || reply.type !== "ok" || reply.response.type !== "range") return;
    // A first page, be it of a reload that had to begin again.
    if (this.ledger.reload.revision === 0) this.#metadata = [];
    for (const kv of reply.response.kvs) this.#metadata.push(kv);
  }

  #createPorts(): Ports {
    return {
      now: () => this.#clock.now(),
      startTimer: (timer, delayMs, jitterMs) => this.#clock.startTimer(timer, delayMs, jitterMs),
      cancelTimer: (timer) => this.#clock.cancelTimer(timer),
      send: (id: number, request: KvRequest, timeoutMs: number, purpose: Purpose) => {
        this.#purposes.set(id, purpose);
        this.#audience.sent?.(purpose, id);
        this.#kv.send(id, request, timeoutMs, purpose);
      },
      watch: (id: number, request: WatchRequest) => {
        this.#audience.sent?.("watch", id);
        this.#kv.watch(id, request);
      },
      unwatch: (id) => this.#kv.unwatch(id),
      announce: (_, milestone, reason) => {
        if (milestone === "vacancy" || milestone === "won") this.holder = undefined;
        this.#audience.announced?.(milestone, reason, this.ledger);
      },
      written: (_, id, outcome) => {
        this.#audience.written?.(outcome);
        const done = this.#writes.get(id);
        this.#writes.delete(id);
        if (done !== undefined && this.#reply !== undefined) done(resultOf(outcome, this.#reply));
      },
      stepped: (_, type, elapsedMs, step) => this.#audience.stepped?.(type, elapsedMs, step),
    };
  }
}

function resultOf(outcome: WriteOutcome, reply: KvReply): WriteResult {
  if (reply.type !== "ok") return { type: reply.type, message: reply.message };
  const { response } = reply;
  if (outcome === "superseded" || response.type !== "txn") return { type: "superseded" };
  return { type: "applied", revision: response.header.revision, responses: response.responses };
}
