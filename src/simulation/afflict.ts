/**
 * How each fault of a scenario strikes the world, and how it ends.
 */
import type { KvRequest } from "../../models/vocabulary.ts";
import { setRate, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { struckBy, type Fault, type Hammer } from "./fault.ts";
import type { Simulation } from "./simulation.ts";
import { OPERATOR, type Item, type SimulatedNode } from "./world.ts";

export function afflict(simulation: Simulation, item: Item & { type: "fault" | "hammer" }): void {
  const fault = simulation.laboratory.scenario.faults[item.index];
  if (fault === undefined) throw new RangeError(`no fault ${item.index}`);
  if (item.type === "hammer") {
    hammer(simulation, fault as Hammer, item.index);
    return;
  }
  const on = struckBy(fault);
  const at = on === undefined ? -1 : indexOf(simulation, on);
  const { now, timeline } = simulation.world;
  simulation.listener.observe({ type: "fault", at: now, node: at, index: item.index, kind: fault.type, phase: item.phase });
  if (item.phase === "ends") {
    relieve(simulation, fault, at);
    return;
  }
  const endsAfterMs = strike(simulation, fault, at, item.index);
  if (endsAfterMs > 0) schedule(timeline, now + endsAfterMs, { type: "fault", index: item.index, phase: "ends" });
}

/** Returns after how long the fault ends, ms; 0: it is over. */
function strike(simulation: Simulation, fault: Fault, at: number, index: number): number {
  const { world } = simulation;
  switch (fault.type) {
    case "crash": {
      const node = simulation.node(at);
      if (node.status !== "down") simulation.end(at, node, "crash");
      return fault.restartAfterMs ?? 0;
    }
    case "stop": {
      const node = simulation.node(at);
      if (node.status !== "down") schedule(world.timeline, world.now, { type: "stop", node: at, life: node.life });
      return fault.restartAfterMs ?? 0;
    }
    case "pause": {
      const node = simulation.node(at);
      if (node.status === "up") node.status = "paused";
      if (fault.clockStops === true) turnClock(simulation, at, node, 0);
      return fault.forMs;
    }
    case "drift":
      turnClock(simulation, at, simulation.node(at), fault.rate);
      return fault.forMs;
    case "clockStep": {
      const node = simulation.node(at);
      node.clock.localAnchorMs += fault.byMs;
      rearm(simulation, at, node);
      return 0;
    }
    case "partition": {
      const node = simulation.node(at);
      if (fault.direction !== "fromEtcd") node.cutToEtcd = true;
      if (fault.direction !== "toEtcd") node.cutFromEtcd = true;
      node.cuts += 1;
      const silence: Item = { type: "silence", node: at, life: node.life, cut: node.cuts };
      schedule(world.timeline, world.now + simulation.laboratory.scenario.network.streamTimeoutMs, silence);
      return fault.forMs;
    }
    case "lose":
    case "delay":
      simulation.node(at).tampering.push({
        leg: fault.leg,
        purpose: fault.purpose,
        fate: fault.type === "lose" ? "lost" : "late",
        byMs: fault.type === "delay" ? fault.byMs : 0,
        left: fault.count,
      });
      return 0;
    case "duplicate":
      simulation
        .node(at)
        .tampering.push({ leg: "request", purpose: fault.purpose, fate: "doubled", byMs: 0, left: fault.count });
      return 0;
    case "leaderChange":
      if (world.etcd.mode === "serving") simulation.etcd({ type: "leaderChange", electionMs: fault.electionMs });
      return fault.electionMs;
    case "stall":
      if (world.etcd.mode === "serving") simulation.etcd({ type: "stall", forMs: fault.forMs });
      return fault.forMs;
    case "etcdRestart":
      if (world.etcd.mode !== "down") simulation.etcd({ type: "crash" });
      return fault.downMs;
    case "compact":
      operate(simulation, index, { type: "compact", revision: Math.max(1, world.etcd.store.revision - fault.keep) });
      return 0;
    case "deleteKey": {
      const owner = indexOf(simulation, fault.on);
      const { keys } = simulation.kit(owner).candidate;
      const { serverId } = simulation.node(owner).coordinator.ledger;
      const key = fault.key === "role" ? keys.role : keys.sessionPrefix + String(serverId);
      operate(simulation, index, { type: "deleteRange", key });
      return 0;
    }
    case "hammer":
      schedule(world.timeline, world.now, { type: "hammer", index });
      return fault.forMs;
  }
}

function relieve(simulation: Simulation, fault: Fault, at: number): void {
  const { world } = simulation;
  switch (fault.type) {
    case "crash":
    case "stop":
      simulation.startLater(at, 0);
      return;
    case "pause": {
      const node = simulation.node(at);
      if (fault.clockStops === true) turnClock(simulation, at, node, ownRate(simulation, at));
      simulation.resume(node);
      return;
    }
    case "drift":
      turnClock(simulation, at, simulation.node(at), ownRate(simulation, at));
      return;
    case "partition": {
      const node = simulation.node(at);
      node.cutToEtcd = false;
      node.cutFromEtcd = false;
      const arrival = world.now + simulation.laboratory.scenario.network.delayMs;
      for (const item of node.stream.splice(0)) schedule(world.timeline, arrival, item);
      node.streamUntil = Math.max(node.streamUntil, arrival);
      return;
    }
    case "etcdRestart":
      simulation.etcd({ type: "restart" });
      return;
    case "leaderChange":
    case "stall":
    case "hammer":
    case "clockStep":
    case "lose":
    case "delay":
    case "duplicate":
    case "compact":
    case "deleteKey":
      return;
  }
}

/** Requests of outsiders carry the fault's place as id, so that two never share one. */
function operate(simulation: Simulation, index: number, request: KvRequest): void {
  if (simulation.world.etcd.mode === "down") return;
  simulation.etcd({ type: "request", client: OPERATOR, id: index, request });
}

function hammer(simulation: Simulation, fault: Hammer, index: number): void {
  const { now, timeline } = simulation.world;
  operate(simulation, index, { type: "put", key: "hammer", value: String(now) });
  if (now + fault.everyMs <= fault.atMs + fault.forMs) {
    schedule(timeline, now + fault.everyMs, { type: "hammer", index });
  }
}

function ownRate(simulation: Simulation, at: number): number {
  return simulation.laboratory.scenario.coordinators[at]?.clockRate ?? 1;
}

function turnClock(simulation: Simulation, at: number, node: SimulatedNode, rate: number): void {
  setRate(node.clock, simulation.world.now, rate);
  rearm(simulation, at, node);
}

/** The clock changed, so every armed timer falls due at another true instant, and the claim ends at another. */
function rearm(simulation: Simulation, at: number, node: SimulatedNode): void {
  const { now, timeline } = simulation.world;
  node.timers = node.timers.map(({ dueLocalMs, timer }) => {
    const due = Math.max(now, trueInstantOf(node.clock, dueLocalMs));
    const arming = timeline.nextSequence++;
    if (due < Number.POSITIVE_INFINITY) {
      schedule(timeline, due, { type: "timer", node: at, life: node.life, timer, arming });
    }
    return { timer, dueLocalMs, arming };
  });
  if (node.status !== "down") simulation.settle(at, node);
}

function indexOf(simulation: Simulation, name: string): number {
  const at = simulation.laboratory.scenario.coordinators.findIndex((one) => one.name === name);
  if (at < 0) throw new RangeError(`the scenario has no coordinator named ${name}`);
  return at;
}
