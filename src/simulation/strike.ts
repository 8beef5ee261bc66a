/**
 * Lets the faults of a scenario begin, go on and end. What each does stands in its kind; here are the hands that it has, and
 * what follows from all faults that are in effect at once.
 */
import type { EtcdInput } from "../../models/etcd.ts";
import type { KvRequest } from "../../models/etcd-api.ts";
import { begin, presentKeys } from "../../models/store.ts";
import { setRate } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { clockRateUnder, cutUnder, effectsOf } from "./effects.ts";
import { concerns, kindOf, lastsMs, struckBy, type Fault } from "./fault.ts";
import type { FaultPorts, Meddling } from "./faults/kind.ts";
import { memberStruck, standAnew } from "./strike-member.ts";
import { hostNamed, type ActiveRun, type Host } from "./run.ts";
import { sendOn, tellEtcd } from "./server.ts";
import { processAt } from "./setup.ts";
import { clientOf, OPERATOR, type FaultInEffect, type Item } from "./world.ts";

export function strikeFault(run: ActiveRun, { index, phase }: Item & { type: "fault" }): void {
  const fault = faultAt(run, index);
  const kind = kindOf(fault);
  const ports = new Hands(run, index);
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
    const life = on === undefined ? 0 : hostNamed(run, on).node.life;
    run.world.inEffect.push({ index, life, ...found });
    impose(run, fault, member);
  }
  kind.begin?.(fault, ports);
  if (forMs > 0) schedule(timeline, now + forMs, { type: "fault", index, phase: "ends" });
}

/** What holds from now on. */
function impose(run: ActiveRun, fault: Fault, member: number | undefined): void {
  const { clockRate, cut, mutesWatches, standsStill } = effectsOf(fault);
  const on = concerns(fault);
  if (member !== undefined) standAnew(run, fault, member);
  if (on === undefined) return;
  const host = hostNamed(run, on);
  const { at, network, node } = host;
  if (standsStill === true && node.status === "up") node.status = "paused";
  if (clockRate !== undefined) turnClock(host, on);
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
function release(run: ActiveRun, fault: Fault, { life, member }: FaultInEffect): void {
  const { clockRate, cut, mutesWatches, standsStill, staysDown } = effectsOf(fault);
  const on = concerns(fault);
  if (member !== undefined) standAnew(run, fault, member);
  if (on === undefined) return;
  const host = hostNamed(run, on);
  const { node } = host;
  const others = inEffectOn(run, on);
  if (clockRate !== undefined) turnClock(host, on);
  if (standsStill === true && node.life === life) {
    const held = others.some((other) => other.life === life && effectsOf(other.fault).standsStill === true);
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

  /** `index`: the fault's place in the scenario. */
  constructor(run: ActiveRun, index: number) {
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
    const host = hostNamed(this.#run, on);
    if (host.node.status !== "down") host.end("crash");
  }

  stop(on: string): void {
    const { world } = this.#run;
    const { at, node } = hostNamed(this.#run, on);
    if (node.status !== "down")
      schedule(world.timeline, world.now, { type: "stop", node: at, life: node.life });
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

  goOnAt(instantMs: number): void {
    schedule(this.#run.world.timeline, instantMs, { type: "fault", index: this.#index, phase: "goes on" });
  }
}

/** The clock runs as fast as all faults in effect let it, and what waits for it waits anew. */
function turnClock(host: Host, on: string): void {
  const { at, node, run } = host;
  const faults = inEffectOn(run, on).map(({ fault }) => fault);
  setRate(node.clock, run.world.now, clockRateUnder(processAt(run.setup, at).setup.clockRate, faults));
  host.rearm();
}

function inEffectOn(run: ActiveRun, on: string): { readonly fault: Fault; readonly life: number }[] {
  return run.world.inEffect.flatMap(({ index, life }) => {
    const fault = faultAt(run, index);
    return concerns(fault) === on ? [{ fault, life }] : [];
  });
}

function faultAt({ setup }: ActiveRun, index: number): Fault {
  const fault = setup.scenario.faults[index];
  if (fault === undefined) throw new RangeError(`no fault ${index}`);
  return fault;
}
