/**
 * Lets the faults of a scenario begin, go on and end. What each does stands in its kind; here are the hands that it has, and
 * what follows from all faults that are in effect at once.
 */
import type { EtcdInput } from "../../models/etcd.ts";
import type { KvRequest } from "../../models/etcd-api.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { setRate } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { befalls, clockRateUnder, cutUnder, effectsOf, etcdClockRateUnder } from "./effects.ts";
import { concerns, kindOf, lastsMs, struckBy, type Fault } from "./fault.ts";
import type { FaultPorts, Meddling } from "./faults/kind.ts";
import { memberStruck, standAnew } from "./strike-member.ts";
import { hostNamed, type ActiveRun, type Host } from "./run.ts";
import { expectTick, sendOn, tellEtcd } from "./server.ts";
import { processAt } from "./setup.ts";
import type { Task } from "./task.ts";
import { clientOf, EVERY_LIFE, OPERATOR, type FaultInEffect, type Item } from "./world.ts";

export function strikeFault(run: ActiveRun, { index, life: then, phase }: Item & { type: "fault" }): void {
  const fault = faultAt(run, index);
  const kind = kindOf(fault);
  const ports = new Hands(run, index, then);
  if (phase === "goes on") {
    kind.goOn?.(fault, ports);
    return;
  }
  const { now, timeline } = run.world;
  const struck = struckBy(fault);
  const node = struck === undefined ? -1 : hostNamed(run, struck).at;
  const member = memberStruck(run, fault, index);
  const found = member === undefined ? {} : { member };
  run.listener.observe({ type: "fault", at: now, node, index, kind: kind.name, phase, ...found });
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
    const every = effectsOf(fault).everybody === true ? EVERY_LIFE : 0;
    const life = on === undefined ? every : hostNamed(run, on).node.life;
    run.world.inEffect.push({ index, life, ...found });
    impose(run, fault, member);
  }
  kind.begin?.(fault, ports);
  if (forMs > 0) schedule(timeline, now + forMs, { type: "fault", index, phase: "ends" });
}

/** What holds from now on. */
function impose(run: ActiveRun, fault: Fault, member: number | undefined): void {
  if (member !== undefined) standAnew(run, fault, member);
  if (effectsOf(fault).etcdClockRate !== undefined) turnEtcdClock(run);
  for (const host of befallen(run, fault)) imposeOn(host, fault);
}

function imposeOn(host: Host, fault: Fault): void {
  const { clockRate, cut, mutesWatches, standsStill } = effectsOf(fault);
  const { at, network, node, run } = host;
  if (standsStill === true && node.status === "up") node.status = "paused";
  if (clockRate !== undefined) turnClock(host);
  if (mutesWatches === true) node.watchesMuted = true;
  if (cut === undefined) return;
  const silent = node.cutToEtcd || node.cutFromEtcd;
  node.cutToEtcd ||= cut.toEtcd;
  node.cutFromEtcd ||= cut.fromEtcd;
  // A connection that was silent already is noticed as it would have been.
  if (silent) return;
  node.cuts += 1;
  const item: Item = { type: "silence", node: at, life: node.life, cut: node.cuts };
  schedule(run.world.timeline, run.world.now + network.streamTimeoutMs, item);
}

/** What still holds when this fault has ended. */
function release(run: ActiveRun, fault: Fault, ended: FaultInEffect): void {
  if (ended.member !== undefined) standAnew(run, fault, ended.member);
  if (effectsOf(fault).etcdClockRate !== undefined) turnEtcdClock(run);
  for (const host of befallen(run, fault)) releaseFrom(host, fault, ended);
}

function releaseFrom(host: Host, fault: Fault, ended: FaultInEffect): void {
  const { clockRate, cut, mutesWatches, standsStill, staysDown } = effectsOf(fault);
  const { node } = host;
  const others = inEffectOn(host);
  if (clockRate !== undefined) turnClock(host);
  const holds = ({ life }: FaultInEffect) => life === EVERY_LIFE || life === node.life;
  if (standsStill === true && holds(ended)) {
    const held = others.some((other) => holds(other) && effectsOf(other.fault).standsStill === true);
    if (!held) host.resume();
  }
  if (staysDown === true && !others.some((other) => effectsOf(other.fault).staysDown === true))
    host.beginLater(0);
  if (mutesWatches === true)
    node.watchesMuted = others.some((other) => effectsOf(other.fault).mutesWatches === true);
  if (cut === undefined) return;
  const { fromEtcd, toEtcd } = cutUnder(others.map((other) => other.fault));
  node.cutToEtcd = toEtcd;
  node.cutFromEtcd = fromEtcd;
  if (!fromEtcd) sendOn(host);
}

class Hands implements FaultPorts {
  readonly #run: ActiveRun;
  readonly #index: number;
  readonly #then: number | undefined;

  /** `index`: the fault's place in the scenario. `then`: whose life it was when it was to go on. */
  constructor(run: ActiveRun, index: number, then: number | undefined) {
    this.#run = run;
    this.#index = index;
    this.#then = then;
  }

  get now(): number {
    return this.#run.world.now;
  }

  get etcd(): FaultPorts["etcd"] {
    const { mode, store } = this.#run.world.etcd;
    return { mode, revision: store.revision };
  }

  get ttlSeconds(): number {
    return this.#run.setup.scenario.ttlSeconds;
  }

  kill(on: string): void {
    const host = hostNamed(this.#run, on);
    if (host.node.status !== "down") host.end("crash");
  }

  stop(on: string): void {
    const { world } = this.#run;
    const { at, node } = hostNamed(this.#run, on);
    if (node.status !== "down")
      schedule(world.timeline, world.now, { type: "stop", node: at, life: node.life });
  }

  report(on: string, task: Task): void {
    const { world } = this.#run;
    const { at, node } = hostNamed(this.#run, on);
    if (node.status !== "down")
      schedule(world.timeline, world.now, { type: "task", node: at, life: node.life, task });
  }

  stepClock(on: string, byMs: number): void {
    const host = hostNamed(this.#run, on);
    host.node.clock.localAnchorMs += byMs;
    host.rearm();
  }

  meddle(on: string, { byMs = 0, count, ...meddling }: Meddling): void {
    hostNamed(this.#run, on).node.tampering.push({ ...meddling, byMs, left: count });
  }

  tellEtcd(input: EtcdInput): void {
    tellEtcd(this.#run, input);
  }

  clientOf(on: string): number {
    const { at, node } = hostNamed(this.#run, on);
    return clientOf(at, node.life, node.client?.member);
  }

  /** Requests of outsiders carry the fault's place as id, so that two never share one. */
  operate(request: KvRequest): void {
    if (this.#run.world.etcd.mode === "down") return;
    tellEtcd(this.#run, { type: "request", client: OPERATOR, id: this.#index, request });
  }

  keyOf(on: string, which: string): string | undefined {
    const { kind, node } = hostNamed(this.#run, on);
    return kind.keys(node.state)[which];
  }

  askToHandOver(on: string): void {
    const { kind, node } = hostNamed(this.#run, on);
    const { store } = this.#run.world.etcd;
    // That key alone: the one after it is somebody else's.
    const read = (key: string) => presentKeys(begin(store), key, `${key}\0`, 1)[0];
    const request = kind.handover?.(node.state, read);
    if (request !== undefined) this.operate(request);
  }

  phaseOf(on: string): string | undefined {
    const { kind, node } = hostNamed(this.#run, on);
    return node.status === "down" ? undefined : kind.view(node.state).phase;
  }

  startLater(on: string, afterMs: number): void {
    hostNamed(this.#run, on).beginLater(afterMs);
  }

  stepEtcdClock(byMs: number): void {
    this.#run.world.etcdClock.localAnchorMs += byMs;
    expectTick(this.#run);
  }

  goOnAt(instantMs: number): void {
    const on = concerns(faultAt(this.#run, this.#index));
    const life = on === undefined ? {} : { life: hostNamed(this.#run, on).node.life };
    const item: Item = { type: "fault", index: this.#index, phase: "goes on", ...life };
    schedule(this.#run.world.timeline, instantMs, item);
  }

  isSame(on: string): boolean {
    return hostNamed(this.#run, on).node.life === this.#then;
  }
}

/** Whom what holds while it lasts befalls. */
function befallen(run: ActiveRun, fault: Fault): readonly Host[] {
  if (effectsOf(fault).everybody === true) return run.hosts;
  const on = concerns(fault);
  return on === undefined ? [] : [hostNamed(run, on)];
}

/** The clock runs as fast as all faults in effect let it, and what waits for it waits anew. */
function turnClock(host: Host): void {
  const { at, node, run } = host;
  const faults = inEffectOn(host).map(({ fault }) => fault);
  setRate(node.clock, run.world.now, clockRateUnder(processAt(run.setup, at).setup.clockRate, faults));
  host.rearm();
}

function turnEtcdClock(run: ActiveRun): void {
  const { setup, world } = run;
  const faults = world.inEffect.map(({ index }) => faultAt(run, index));
  setRate(world.etcdClock, world.now, etcdClockRateUnder(setup.scenario.etcd.clockRate, faults));
  expectTick(run);
}

function inEffectOn({ at, run }: Host): (FaultInEffect & { readonly fault: Fault })[] {
  const { name } = processAt(run.setup, at).setup;
  return run.world.inEffect.flatMap((one) => {
    const fault = faultAt(run, one.index);
    return befalls(fault, name) ? [{ ...one, fault }] : [];
  });
}

function faultAt({ setup }: ActiveRun, index: number): Fault {
  const fault = setup.scenario.faults[index];
  if (fault === undefined) throw new RangeError(`no fault ${index}`);
  return fault;
}
