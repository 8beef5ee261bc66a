/** What a soak does to the coordinators of one stage, each through its own lines to etcd. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KvRequest, RangeResponse } from "../../models/etcd-api.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { META, ROLE, Stage } from "../production/stage.ts";

/** Of a machine that is busy all the time, and the least TTL that fits it. */
const SLOW_MS = 100;
const TTL_SECONDS = 3;

const SLOTS = [0, 1, 2];
const FLAGS = ["--after-loss", "stand-by", "--log-level", "info"];
/** The exit code of a coordinator whose surroundings are not there. */
const NO_ETCD = 4;
/** Shorter than a request's patience, and longer. */
const MOMENTS_MS = [100, 300, 700] as const;

/** A mark that is still there after this has been lost. */
const HANDOVER_MS = 10_000;

/** How often each, among the others. */
export const KINDS = {
  kill: 2,
  stop: 1,
  "long pause": 1,
  "long cut": 1,
  handover: 3,
  "short pause": 5,
  "short cut": 5,
  silence: 3,
  "no answers": 3,
  "no requests": 3,
  "slow line": 2,
  compaction: 1,
} as const;
/** Keys touched by hand, which some promises exclude. */
export const BY_HAND = { "role key deleted": 1, "session key deleted": 1, "lease revoked": 1 } as const;

/** Three coordinators and their lines. */
export class Struck {
  readonly stage: Stage;
  readonly #lines: readonly (readonly Proxy[])[];
  #closed = false;

  private constructor(stage: Stage, lines: readonly (readonly Proxy[])[]) {
    this.stage = stage;
    this.#lines = lines;
  }

  static async open(endpoints: readonly string[]): Promise<Struck> {
    const lines = await Promise.all(SLOTS.map(() => Promise.all(endpoints.map((one) => openProxy(one)))));
    return new Struck(new Stage(endpoints, TTL_SECONDS, SLOW_MS), lines);
  }

  start(slot: number): void {
    const ways = this.#linesOf(slot).map(({ endpoint }) => endpoint);
    // Members take turns at being the first.
    const first = slot % ways.length;
    const started = this.stage.start(slot, FLAGS, [...ways.slice(first), ...ways.slice(0, first)]);
    // One that finds no etcd when it starts says so and ends; its supervisor tries again.
    void started.ended.then((code) => {
      if (code === NO_ETCD && !this.#closed && this.stage.at(slot) === started) this.start(slot);
    });
  }

  startAll(): void {
    for (const slot of SLOTS) this.start(slot);
  }

  coordinators() {
    return SLOTS.map((slot) => this.stage.at(slot));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stage.close();
    await Promise.all(this.#lines.flat().map((line) => line.close()));
  }

  /** One blow at the active coordinator, or for `drawn` not divisible by three at any; returns when it is over. */
  async strike(kind: string, drawn: number): Promise<void> {
    const { stage } = this;
    const active = await stage.active();
    const any = drawn % 3 === 0 ? active : drawn % SLOTS.length;
    const momentMs = MOMENTS_MS[drawn % MOMENTS_MS.length] as number;
    switch (kind) {
      case "kill":
        await stage.kill(active);
        await stage.active(active);
        this.start(active);
        return;
      case "stop":
        return this.#stop(active);
      case "long pause":
        return this.#during("pause", active, "SIGSTOP", () => stage.active(active));
      case "short pause":
        return this.#during("pause", any, "SIGSTOP", () => sleep(momentMs));
      case "long cut":
        return this.#onLines(
          active,
          (line) => line.cut(),
          () => stage.active(active),
        );
      case "short cut":
        return this.#onLines(
          any,
          (line) => line.cut(),
          () => sleep(momentMs),
        );
      case "silence":
        return this.#onLines(
          any,
          (line) => line.silence(),
          () => sleep(momentMs),
        );
      case "no answers":
        return this.#onLines(
          any,
          (line) => line.silence("fromEtcd"),
          () => sleep(momentMs),
        );
      case "no requests":
        return this.#onLines(
          any,
          (line) => line.silence("toEtcd"),
          () => sleep(momentMs),
        );
      case "slow line":
        return this.#slowly(any, momentMs);
      case "handover":
        return this.#handOver(active);
      case "compaction":
        return this.#compact();
      default:
        return this.#byHand(kind, active);
    }
  }

  #linesOf(slot: number): readonly Proxy[] {
    return this.#lines[slot] ?? [];
  }

  /** Asks again where the mark was lost, as by an outage after which it registered anew. */
  async #handOver(slot: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await insisting(() => this.stage.askToHandOver(slot));
      try {
        await this.stage.active(slot, HANDOVER_MS);
        return;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  async #stop(slot: number): Promise<void> {
    const { stage } = this;
    stage.fault("stop", "begins", slot);
    stage.at(slot).signal("SIGTERM");
    const code = await stage.at(slot).ended;
    if (code !== 0) throw new Error(`a stop ended with ${code}:\n${stage.at(slot).log().slice(-500)}`);
    await stage.active(slot);
    this.start(slot);
  }

  async #during(kind: "pause", slot: number, signal: NodeJS.Signals, last: () => Promise<unknown>) {
    const { stage } = this;
    stage.fault(kind, "begins", slot);
    stage.at(slot).signal(signal);
    try {
      await last();
    } finally {
      stage.at(slot).signal("SIGCONT");
      stage.fault(kind, "ends", slot);
    }
  }

  async #onLines(slot: number, how: (line: Proxy) => void, last: () => Promise<unknown>): Promise<void> {
    this.stage.fault("partition", "begins", slot);
    for (const line of this.#linesOf(slot)) how(line);
    try {
      await last();
    } finally {
      for (const line of this.#linesOf(slot)) line.resume();
      this.stage.fault("partition", "ends", slot);
    }
  }

  /** Within the stage's allowance: no promise may notice. */
  async #slowly(slot: number, forMs: number): Promise<void> {
    for (const line of this.#linesOf(slot)) line.delay(20);
    await sleep(forMs);
    for (const line of this.#linesOf(slot)) line.delay(0);
  }

  async #compact(): Promise<void> {
    const { header } = (await this.#ask({ type: "range", key: "anything" })) as RangeResponse;
    // Two stages may want the same.
    await this.stage.ask({ type: "compact", revision: header.revision }).catch(() => undefined);
  }

  async #byHand(kind: string, slot: number): Promise<void> {
    const { stage } = this;
    const id = String((await stage.at(slot).ask("/healthz"))?.body["serverId"]);
    const key = `${META}/session/${kind === "session key deleted" ? `${ROLE}-${id}` : ROLE}`;
    const found = await insisting(() => stage.get(key));
    stage.meddled(slot);
    if (found === undefined) return;
    await (kind === "lease revoked"
      ? this.stage.ask({ type: "leaseRevoke", id: found.lease }).catch(() => undefined)
      : this.#ask({ type: "deleteRange", key }));
  }

  #ask(request: KvRequest) {
    return insisting(() => this.stage.ask(request));
  }
}

/** etcd may be away for a while. */
async function insisting<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(200);
    }
  }
}
