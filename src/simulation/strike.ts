/**
 * Lets the faults of a scenario begin, go on and end. What each does stands in its kind; here are the hands that it has, and
 * what follows from all faults that are in effect at once.
 */
import type { EtcdInput } from "../../models/etcd.ts";
import type { KvRequest } from "../../models/etcd-api.ts";
import { setRate, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { clockRateUnder, cutUnder, effectsOf } from "./effects.ts";
import { concerns, kindOf, lastsMs, struckBy, type Fault } from "./fault.ts";
import type { FaultPorts, Meddling } from "./faults/kind.ts";
import { beginLater, electionKeys, endProcess, resumeProcess, settle } from "./process.ts";
import { configOf, nodeOf, type Run } from "./run.ts";
import { tellEtcd } from "./server.ts";
import { clientOf, OPERATOR, type FaultInEffect, type Item } from "./world.ts";

export function strikeFault(run: Run, { index, phase }: Item & { type: "fault" }): void {
  const fault = faultAt(run, index);
  const kind = kindOf(fault);
  const ports = new Hands(run, index);
  if (phase === "goes on") {
    kind.goOn?.(fault, ports);
    return;
  }
  const { now, timeline } = run.world;
  const struck = struckBy(fault);
  const node = struck === undefined ? -1 : indexOf(run, struck);
  run.listener.observe({ type: "fault", at: now, node, index, kind: kind.name, phase });
  if (phase === "ends") {
    const at = run.world.inEffect.findIndex((one) => one.index === index);
    const [ended] = run.world.inEffect.splice(at, 1);
    if (ended !== undefined) release(run, fault, ended);
    kind.end?.(fault, ports);
    return;
  }
  const forMs = lastsMs(fault);
  const on = concerns(fault);
  if (forMs > 0) {
    const life = on === undefined ? 0 : nodeOf(run, indexOf(run, on)).life;
    run.world.inEffect.push({ index, life });
    impose(run, fault);
  }
  kind.begin?.(fault, ports);
  if (forMs > 0) schedule(timeline, now + forMs, { type: "fault", index, phase: "ends" });
}

/** What holds from now on. */
function impose(run: Run, fault: Fault): void {
  const { clockRate, cut, standsStill } = effectsOf(fault);
  const on = concerns(fault);
  if (on === undefined) return;
  const at = indexOf(run, on);
  const node = nodeOf(run, at);
  if (standsStill === true && node.status === "up") node.status = "paused";
  if (clockRate !== undefined) turnClock(run, at, on);
  if (cut === undefined) return;
  const silent = node.cutToEtcd || node.cutFromEtcd;
  node.cutToEtcd ||= cut.toEtcd;
  node.cutFromEtcd ||= cut.fromEtcd;
  // A connection that was silent already is noticed as it would have been.
  if (silent) return;
  node.cuts += 1;
  const item: Item = { type: "silence", node: at, life: node.life, cut: node.cuts };
  schedule(run.world.timeline, run.world.now + run.setup.scenario.network.streamTimeoutMs, item);
}

/** What still holds when this fault has ended. */
function release(run: Run, fault: Fault, { life }: FaultInEffect): void {
  const { clockRate, cut, standsStill, staysDown } = effectsOf(fault);
  const on = concerns(fault);
  if (on === undefined) return;
  const at = indexOf(run, on);
  const node = nodeOf(run, at);
  const others = inEffectOn(run, on);
  if (clockRate !== undefined) turnClock(run, at, on);
  if (standsStill === true && node.life === life) {
    const held = others.some((other) => other.life === life && effectsOf(other.fault).standsStill === true);
    if (!held) resumeProcess(run, node);
  }
  if (staysDown === true && !others.some((other) => effectsOf(other.fault).staysDown === true))
    beginLater(run, at, 0);
  if (cut === undefined) return;
  const { fromEtcd, toEtcd } = cutUnder(others.map((other) => other.fault));
  node.cutToEtcd = toEtcd;
  node.cutFromEtcd = fromEtcd;
  if (fromEtcd) return;
  const arrival = run.world.now + run.setup.scenario.network.delayMs;
  for (const item of node.stream.splice(0)) schedule(run.world.timeline, arrival, item);
  node.streamUntil = Math.max(node.streamUntil, arrival);
}

class Hands implements FaultPorts {
  readonly #run: Run;
  readonly #index: number;

  /** `index`: the fault's place in the scenario. */
  constructor(run: Run, index: number) {
    this.#run = run;
    this.#index = index;
  }

  get now(): number {
    return this.#run.world.now;
  }

  get etcd(): FaultPorts["etcd"] {
    const { mode, store } = this.#run.world.etcd;
    return { mode, revision: store.revision };
  }

  kill(on: string): void {
    const at = indexOf(this.#run, on);
    const node = nodeOf(this.#run, at);
    if (node.status !== "down") endProcess(this.#run, at, node, "crash");
  }

  stop(on: string): void {
    const { world } = this.#run;
    const at = indexOf(this.#run, on);
    const { life, status } = nodeOf(this.#run, at);
    if (status !== "down") schedule(world.timeline, world.now, { type: "stop", node: at, life });
  }

  stepClock(on: string, byMs: number): void {
    const at = indexOf(this.#run, on);
    nodeOf(this.#run, at).clock.localAnchorMs += byMs;
    rearm(this.#run, at);
  }

  meddle(on: string, { byMs = 0, count, fate, leg, purpose }: Meddling): void {
    nodeOf(this.#run, indexOf(this.#run, on)).tampering.push({ leg, purpose, fate, byMs, left: count });
  }

  tellEtcd(input: EtcdInput): void {
    tellEtcd(this.#run, input);
  }

  clientOf(on: string): number {
    const at = indexOf(this.#run, on);
    return clientOf(at, nodeOf(this.#run, at).life);
  }

  /** Requests of outsiders carry the fault's place as id, so that two never share one. */
  operate(request: KvRequest): void {
    if (this.#run.world.etcd.mode === "down") return;
    tellEtcd(this.#run, { type: "request", client: OPERATOR, id: this.#index, request });
  }

  keysOf(on: string): ReturnType<FaultPorts["keysOf"]> {
    const at = indexOf(this.#run, on);
    return electionKeys(configOf(this.#run, at), nodeOf(this.#run, at));
  }

  goOnAt(instantMs: number): void {
    schedule(this.#run.world.timeline, instantMs, { type: "fault", index: this.#index, phase: "goes on" });
  }
}

/** The clock runs as fast as all faults in effect let it, and what waits for it waits anew. */
function turnClock(run: Run, at: number, on: string): void {
  const ownRate = run.setup.scenario.coordinators[at]?.clockRate ?? 1;
  const faults = inEffectOn(run, on).map(({ fault }) => fault);
  setRate(nodeOf(run, at).clock, run.world.now, clockRateUnder(ownRate, faults));
  rearm(run, at);
}

/** The clock changed, so every armed timer falls due at another true instant, and the claim ends at another. */
function rearm(run: Run, at: number): void {
  const { now, timeline } = run.world;
  const node = nodeOf(run, at);
  node.timers = node.timers.map(({ dueLocalMs, timer }) => {
    const due = Math.max(now, trueInstantOf(node.clock, dueLocalMs));
    const arming = timeline.nextSequence++;
    if (due < Number.POSITIVE_INFINITY) {
      schedule(timeline, due, { type: "timer", node: at, life: node.life, timer, arming });
    }
    return { timer, dueLocalMs, arming };
  });
  if (node.status !== "down") settle(run, at, node);
}

function inEffectOn(run: Run, on: string): { readonly fault: Fault; readonly life: number }[] {
  return run.world.inEffect.flatMap(({ index, life }) => {
    const fault = faultAt(run, index);
    return concerns(fault) === on ? [{ fault, life }] : [];
  });
}

function faultAt({ setup }: Run, index: number): Fault {
  const fault = setup.scenario.faults[index];
  if (fault === undefined) throw new RangeError(`no fault ${index}`);
  return fault;
}

function indexOf({ setup }: Run, name: string): number {
  const at = setup.scenario.coordinators.findIndex((one) => one.name === name);
  if (at < 0) throw new RangeError(`the scenario has no coordinator named ${name}`);
  return at;
}
