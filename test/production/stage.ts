/**
 * A stage for real parts: coordinator processes on a real etcd that record themselves, and what is done to them by hand. Afterwards everything that was seen becomes the observations that a simulated run has, and the same
 * properties judge it.
 *
 * All clocks are one: the monotonic clock of this machine, which coordinators write into their recordings as their own.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handoverRequest } from "../../models/dialect.ts";
import type { Observation } from "../../models/observation.ts";
import type { KvRequest, RangeResponse } from "../../models/etcd-api.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { RunJudges } from "../../properties/judging.ts";
import { Takeovers, type Filling } from "../../properties/takeovers.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { concerns, kindNamed, lastsMs, type Fault } from "../../src/simulation/fault.ts";
import { coordinator, scenario, environmentOf, type Scenario } from "../../src/simulation/scenario.ts";
import { SystemClock } from "../../src/time/system-clock.ts";
import { MachineReplay } from "../../src/run/machine.ts";
import type { TraceHeader, TraceLine } from "../../src/trace/format.ts";
import { shipped } from "../../models/variant.ts";
import { crashTakeoverBoundMs, timingFor } from "../../models/timing.ts";
import { startCoordinator, until, type CoordinatorProcess } from "./coordinator.ts";
import {
  eventsOf,
  heardOf,
  inOrder,
  placed,
  seenIn,
  starvedIn,
  type Change,
  type Life,
  type Starved,
} from "./observed.ts";

export const ROLE = "rootcoord";
export const META = "by-dev/meta";

/**
 * The stated allowance of a busy test machine: any message, a process's turn included, may take this long one way. The
 * bounds of `models/timing` are computed with it, not tuned.
 */
export const ONE_WAY_MS = 400;

/** The machine is shared. Every TTL of the tests fits such a network. */
const SLOW_MS = 50;

/** A way that is open again is in use after this, at most: the client's longest pause between attempts to connect, and the attempt. */
const RECONNECT_MS = 350;

/** Of a fault that is not over. */
const STILL_MS = 1e9;

interface Started {
  readonly slot: number;
  readonly file: string;
  readonly process: CoordinatorProcess;
}

let stages = 0;

export class Stage {
  readonly ttlSeconds: number;
  readonly #slowMs: number;
  readonly client: EtcdClient;
  readonly #endpoints: readonly string[];
  /** Put before every key, so that stages can share an etcd. */
  readonly #namespace = `stage-${++stages}/`;
  readonly #folder = mkdtempSync(join(tmpdir(), "leasehold-stage-"));
  readonly #clock = new SystemClock(() => undefined);
  readonly #lives: Started[] = [];
  readonly #told: Observation[] = [];
  /** Changes, as a watch brought them. */
  readonly #heard: Change[] = [];
  /** Some may be missing: they were compacted while etcd was away. */
  #missed = false;
  #meddled = false;
  readonly #faults: Fault[] = [];
  readonly #slots: CoordinatorProcess[] = [];
  #closed = false;
  readonly #began: number;

  /** `endpoints`: every member's. `slowMs`: what a message, or a turn of a process, takes now and then without being late. */
  constructor(endpoints: readonly string[], ttlSeconds = 2, slowMs = SLOW_MS) {
    this.ttlSeconds = ttlSeconds;
    this.#slowMs = slowMs;
    this.#endpoints = endpoints;
    this.client = new EtcdClient({ endpoints, namespace: this.#namespace });
    this.#began = this.#clock.now();
    this.#watchFrom(1);
  }

  /** The process that is in this place now. */
  at(slot: number): CoordinatorProcess {
    return this.#slots[slot] as CoordinatorProcess;
  }

  /** Starts a coordinator in a place. `endpoints`: by which ways it reaches etcd; it begins with the first. */
  start(
    slot: number,
    flags: readonly string[] = [],
    endpoints = this.#endpoints,
    env: Record<string, string> = {},
  ): CoordinatorProcess {
    const file = join(this.#folder, `${slot}-${this.#lives.length}.jsonl`);
    const settings = [
      ["--etcd", endpoints.join(",")],
      ["--root-path", `${this.#namespace}by-dev`],
      ["--ttl", `${this.ttlSeconds}s`],
      ["--port", "0"],
      ["--record", file],
    ];
    const highly = flags.includes("--no-active-standby") ? [] : ["--active-standby"];
    const all = [ROLE, ...highly, ...settings.flat(), ...flags];
    const process = startCoordinator(`coordinator ${slot}`, all, env);
    this.#slots[slot] = process;
    this.#lives.push({ slot, file, process });
    return process;
  }

  /** kill -9, and waits for the end. */
  async kill(slot: number): Promise<void> {
    const { process } = this.#lives.findLast((life) => life.slot === slot) as Started;
    process.signal("SIGKILL");
    await process.ended;
    this.#tell({ type: "ended", at: 0, node: slot, cause: "crash" });
  }

  /** Something lasting is done to a place, or ends; -1: to etcd. */
  fault(kind: Fault["type"], phase: "begins" | "ends", node: number): void {
    const reconnects = phase === "ends" && (kind === "partition" || kind === "restart");
    const atMs = this.#now() + (reconnects ? RECONNECT_MS : 0);
    const on = node < 0 ? {} : { on: nameOf(node) };
    const open = this.#faults.findLastIndex(
      (one) => one.type === kind && concerns(one) === on.on && lastsMs(one) === STILL_MS,
    );
    const index = phase === "begins" ? this.#faults.length : open;
    // How long it lasts is known when it ends; what cannot last has no such field.
    const forMs = phase === "begins" ? STILL_MS : atMs - (this.#faults[index]?.atMs ?? 0);
    const span = kindNamed(kind)?.span === "forMs" ? { forMs } : {};
    const direction = kind === "partition" ? { direction: "both" } : {};
    const begins = this.#faults[index]?.atMs ?? atMs;
    this.#faults[index] = { type: kind, atMs: begins, ...on, ...span, ...direction } as Fault;
    this.#told.push({ type: "fault", at: atMs, node, index, kind, phase });
  }

  /** A key was deleted or a lease revoked by hand: promises that need keys left alone are not judged. */
  meddled(slot: number): void {
    this.#meddled = true;
    const atMs = this.#now();
    const index = this.#faults.push({ type: "deleteKey", atMs, on: nameOf(slot), key: "active" }) - 1;
    this.#tell({ type: "fault", at: 0, node: slot, index, kind: "deleteKey", phase: "begins" });
  }

  async ask(request: KvRequest) {
    const reply = await this.client.submit(request, 5000);
    if (reply.type === "error") throw new Error(`${reply.code}: ${reply.message}`);
    return reply.response;
  }

  async get(key: string) {
    return ((await this.ask({ type: "range", key })) as RangeResponse).kvs[0];
  }

  /** The place whose coordinator serves, as soon as there is one; `not`: another than this. */
  async active(not = -1, limitMs?: number): Promise<number> {
    const found = await until(
      // Whoever stands still says nothing for long, and need not be waited for.
      () =>
        Promise.any(this.#slots.map((one, slot) => ready(slot === not ? undefined : one, slot))).catch(
          () => -1,
        ),
      (slot) => slot >= 0,
      "nobody became active",
      limitMs,
    );
    return found;
  }

  /** As `leasehold handover` does. Rejects where it has no session key just now. */
  async askToHandOver(slot: number): Promise<void> {
    this.fault("handOver", "begins", slot);
    const id = (await this.at(slot).ask("/healthz"))?.body["serverId"];
    const session = await this.get(`${META}/session/${ROLE}-${String(id)}`);
    if (session === undefined) throw new Error(`coordinator ${slot} has no session key`);
    await this.ask(handoverRequest(session));
  }

  /** What every process has said, the dead ones too. */
  logs(): readonly string[] {
    return this.#lives.map(({ process }) => process.log());
  }

  /** Waits until a coordinator says that it stands by. */
  async standby(slot: number): Promise<void> {
    await this.at(slot).says("start to watch ACTIVE key");
  }

  /** Every recording, in the order in which the processes were started. */
  recordings(): readonly string[] {
    return this.#lives.map(({ file }) => file);
  }

  scenario(faults: readonly Fault[] = this.#faults): Scenario {
    const slots = [...new Set(this.#lives.map(({ slot }) => slot))].sort((left, right) => left - right);
    return scenario({
      title: "real parts",
      ttlSeconds: this.ttlSeconds,
      horizonMs: this.#now(),
      coordinators: slots.map((slot) => coordinator(nameOf(slot), ROLE)),
      network: { delayMs: 0, slowMs: this.#slowMs, lateMs: ONE_WAY_MS, streamTimeoutMs: 10_000 },
      faults,
    });
  }

  /** The computed bound on a takeover after a crash, with the stated allowance. */
  crashBoundMs(): number {
    return crashTakeoverBoundMs(timingFor(this.ttlSeconds), environmentOf(this.scenario()));
  }

  /** Violations of any property, as stories; where a recording does not follow the chart; and who took over from whom. */
  judge(): {
    readonly faults: readonly string[];
    /** Empty where a change of the store may have been missed. */
    readonly judged: readonly string[];
    readonly steps: number;
    readonly takeovers: readonly Filling[];
    /** Processes that stood still though nobody had stopped them. */
    readonly starved: readonly Starved[];
  } {
    const lives = this.#recorded();
    const starved = this.#starved(lives);
    const pauses = starved.map(({ from, slot, to }): Fault => ({
      type: "pause",
      atMs: from,
      on: nameOf(slot),
      forMs: to - from,
    }));
    const given = this.scenario([...this.#faults, ...pauses]);
    const judges = new RunJudges(catalogue, given);
    const fold = new Takeovers(given);
    const takeovers: Filling[] = [];
    for (const one of this.#observations(lives, starved)) {
      judges.observe(one);
      const filling = fold.observe(one);
      if (filling !== undefined) takeovers.push(filling);
    }
    judges.observe({ type: "end", at: this.#now() });
    const judged = this.#missed ? [] : judges.conclude();
    const faults = judged.flatMap(({ property, verdict }) =>
      verdict?.type === "violated"
        ? [`${property.name}: ${tellViolation(named(verdict.violation, given))}`]
        : [],
    );
    let steps = 0;
    for (const { file } of this.#lives) {
      const [header, ...events] = linesOf(file);
      if (header === undefined) continue;
      const name = (header as TraceHeader).scenario.coordinators[0]?.name ?? "";
      const replay = new MachineReplay(header as TraceHeader, shipped, name);
      for (const event of events) if (event.type === "event") replay.event(event);
      steps += replay.steps;
      if (replay.divergence !== undefined)
        faults.push(`the chart diverges: ${JSON.stringify(replay.divergence)}`);
    }
    return {
      faults,
      judged: judged.filter(({ verdict }) => verdict?.type === "holds").map(({ property }) => property.name),
      steps,
      takeovers,
      starved,
    };
  }

  /** Puts into a new folder what {@link judge} judges, and the logs. */
  keep(folder: string): void {
    cpSync(this.#folder, folder, { recursive: true });
    const lives = this.#recorded();
    const told = this.#observations(lives, this.#starved(lives)).map((one) => JSON.stringify(one));
    writeFileSync(join(folder, "observed.jsonl"), told.join("\n"));
    writeFileSync(join(folder, "logs.txt"), this.logs().join("\n\n"));
  }

  /** Ends every coordinator that is still there. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lives.map(({ process }) => process.end()));
    this.client.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Follows every change, through outages of etcd too. */
  #watchFrom(startRevision: number): void {
    if (this.#closed) return;
    let next = startRevision;
    this.client.watch(
      { key: `${META}/`, rangeEnd: `${META}0`, startRevision },
      {
        onMessage: ({ canceled, compactRevision, events }) => {
          // Before the first one there was nothing to hear; later ones may be missing from now on.
          if (canceled) {
            this.#missed ||= this.#heard.length > 0;
            this.#watchFrom(compactRevision);
          }
          for (const event of events) {
            next = event.kv.modRevision + 1;
            this.#heard.push(heardOf(event, this.#now()));
          }
        },
        onBroken: () => void setTimeout(() => this.#watchFrom(next), 100),
      },
    );
  }

  /** Ms since it began. */
  #now(): number {
    return this.#clock.now() - this.#began;
  }

  #tell(observation: Observation): void {
    this.#told.push({ ...observation, at: this.#now() });
  }

  #recorded(): Life[] {
    return this.#lives.map(({ file, slot }) => ({ slot, events: eventsOf(linesOf(file), this.#began) }));
  }

  #starved(lives: readonly Life[]): Starved[] {
    const isAsked = ({ from, slot, to }: Starved) =>
      this.#faults.some(
        (one) =>
          one.type === "pause" && one.on === nameOf(slot) && one.atMs <= to && one.atMs + one.forMs >= from,
      );
    const { requestTimeoutMs } = timingFor(this.ttlSeconds);
    // Two turns in a row, that of the answer and that of the next request, may be slow together.
    return lives
      .flatMap((life) => starvedIn(life, requestTimeoutMs, this.#slowMs / 2))
      .filter((one) => !isAsked(one));
  }

  #observations(lives: readonly Life[], starved: readonly Starved[]): Observation[] {
    const stands = (phase: "begins" | "ends") =>
      starved.map(({ from, slot, to }, at): Observation => {
        const index = this.#faults.length + at;
        return { type: "fault", at: phase === "begins" ? from : to, node: slot, index, kind: "pause", phase };
      });
    return inOrder([
      ...placed(this.#heard, lives, this.#meddled),
      ...this.#told,
      ...stands("begins"),
      ...stands("ends"),
      ...lives.flatMap(seenIn),
    ]);
  }
}

/** Rejects where it is not. */
async function ready(process: CoordinatorProcess | undefined, slot: number): Promise<number> {
  if ((await process?.ask("/readyz"))?.code === 200) return slot;
  throw new Error(`coordinator ${slot} does not serve`);
}

function nameOf(slot: number): string {
  return `${ROLE}-${slot}`;
}

/** The whole lines of a recording; that of a killed process may break off. */
function linesOf(file: string): TraceLine[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TraceLine);
}
