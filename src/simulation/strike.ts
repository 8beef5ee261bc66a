/**
 * How each fault of a scenario strikes the world, and how it ends.
 */
import type { KvRequest } from "../../models/etcd-api.ts";
import { setRate, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { struckBy, type Fault, type Hammer } from "./fault.ts";
import { beginLater, endProcess, resumeProcess, settle } from "./process.ts";
import { configOf, nodeOf, type Run } from "./run.ts";
import { tellEtcd } from "./server.ts";
import { clientOf, OPERATOR, type Item, type SimulatedNode } from "./world.ts";

/** From a leader's silence to the next one: measured on three members of etcd 3.4.23, 1.1 to 1.2 s. */
const STALE_LEADER_ELECTION_MS = 1200;

export function strikeFault(run: Run, item: Item & { type: "fault" | "hammer" }): void {
  const fault = run.setup.scenario.faults[item.index];
  if (fault === undefined) throw new RangeError(`no fault ${item.index}`);
  if (item.type === "hammer") {
    hammer(run, fault as Hammer, item.index);
    return;
  }
  const on = struckBy(fault);
  const at = on === undefined ? -1 : indexOf(run, on);
  const { now, timeline } = run.world;
  run.listener.observe({
    type: "fault",
    at: now,
    node: at,
    index: item.index,
    kind: fault.type,
    phase: item.phase,
  });
  if (item.phase === "ends") {
    relieve(run, fault, at);
    return;
  }
  const endsAfterMs = strike(run, fault, at, item.index);
  if (endsAfterMs > 0)
    schedule(timeline, now + endsAfterMs, { type: "fault", index: item.index, phase: "ends" });
}

/** Returns after how long the fault ends, ms; 0: it is over. */
function strike(run: Run, fault: Fault, at: number, index: number): number {
  const { world } = run;
  switch (fault.type) {
    case "crash": {
      const node = nodeOf(run, at);
      if (node.status !== "down") endProcess(run, at, node, "crash");
      return fault.restartAfterMs ?? 0;
    }
    case "stop": {
      const node = nodeOf(run, at);
      if (node.status !== "down")
        schedule(world.timeline, world.now, { type: "stop", node: at, life: node.life });
      return fault.restartAfterMs ?? 0;
    }
    case "pause": {
      const node = nodeOf(run, at);
      if (node.status === "up") node.status = "paused";
      if (fault.clockStops === true) turnClock(run, at, node, 0);
      return fault.forMs;
    }
    case "drift":
      turnClock(run, at, nodeOf(run, at), fault.rate);
      return fault.forMs;
    case "clockStep": {
      const node = nodeOf(run, at);
      node.clock.localAnchorMs += fault.byMs;
      rearm(run, at, node);
      return 0;
    }
    case "partition": {
      const node = nodeOf(run, at);
      if (fault.direction !== "fromEtcd") node.cutToEtcd = true;
      if (fault.direction !== "toEtcd") node.cutFromEtcd = true;
      node.cuts += 1;
      const silence: Item = { type: "silence", node: at, life: node.life, cut: node.cuts };
      schedule(world.timeline, world.now + run.setup.scenario.network.streamTimeoutMs, silence);
      return fault.forMs;
    }
    case "lose":
    case "delay":
      nodeOf(run, at).tampering.push({
        leg: fault.leg,
        purpose: fault.purpose,
        fate: fault.type === "lose" ? "lost" : "late",
        byMs: fault.type === "delay" ? fault.byMs : 0,
        left: fault.count,
      });
      return 0;
    case "duplicate":
      nodeOf(run, at).tampering.push({
        leg: "request",
        purpose: fault.purpose,
        fate: "doubled",
        byMs: 0,
        left: fault.count,
      });
      return 0;
    case "leaderChange":
      if (world.etcd.mode === "serving")
        tellEtcd(run, { type: "leaderChange", electionMs: fault.electionMs });
      return fault.electionMs;
    case "strand": {
      const owner = indexOf(run, fault.on);
      const client = clientOf(owner, nodeOf(run, owner).life);
      tellEtcd(run, { type: "strand", client, electionMs: STALE_LEADER_ELECTION_MS });
      return fault.forMs;
    }
    case "stall":
      if (world.etcd.mode === "serving") tellEtcd(run, { type: "stall", forMs: fault.forMs });
      return fault.forMs;
    case "etcdRestart":
      if (world.etcd.mode !== "down") tellEtcd(run, { type: "crash" });
      return fault.downMs;
    case "compact":
      operate(run, index, { type: "compact", revision: Math.max(1, world.etcd.store.revision - fault.keep) });
      return 0;
    case "deleteKey": {
      const owner = indexOf(run, fault.on);
      const { keys } = configOf(run, owner).candidate;
      const { serverId } = nodeOf(run, owner).coordinator.ledger;
      const key = fault.key === "role" ? keys.role : keys.sessionPrefix + String(serverId);
      operate(run, index, { type: "deleteRange", key });
      return 0;
    }
    case "hammer":
      schedule(world.timeline, world.now, { type: "hammer", index });
      return fault.forMs;
  }
}

function relieve(run: Run, fault: Fault, at: number): void {
  const { world } = run;
  switch (fault.type) {
    case "crash":
    case "stop":
      beginLater(run, at, 0);
      return;
    case "pause": {
      const node = nodeOf(run, at);
      if (fault.clockStops === true) turnClock(run, at, node, ownRate(run, at));
      resumeProcess(run, node);
      return;
    }
    case "drift":
      turnClock(run, at, nodeOf(run, at), ownRate(run, at));
      return;
    case "partition": {
      const node = nodeOf(run, at);
      node.cutToEtcd = false;
      node.cutFromEtcd = false;
      const arrival = world.now + run.setup.scenario.network.delayMs;
      for (const item of node.stream.splice(0)) schedule(world.timeline, arrival, item);
      node.streamUntil = Math.max(node.streamUntil, arrival);
      return;
    }
    case "etcdRestart":
      tellEtcd(run, { type: "restart" });
      return;
    case "strand":
      tellEtcd(run, { type: "rejoin" });
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
function operate(run: Run, index: number, request: KvRequest): void {
  if (run.world.etcd.mode === "down") return;
  tellEtcd(run, { type: "request", client: OPERATOR, id: index, request });
}

function hammer(run: Run, fault: Hammer, index: number): void {
  const { now, timeline } = run.world;
  operate(run, index, { type: "put", key: "hammer", value: String(now) });
  if (now + fault.everyMs <= fault.atMs + fault.forMs) {
    schedule(timeline, now + fault.everyMs, { type: "hammer", index });
  }
}

function ownRate(run: Run, at: number): number {
  return run.setup.scenario.coordinators[at]?.clockRate ?? 1;
}

function turnClock(run: Run, at: number, node: SimulatedNode, rate: number): void {
  setRate(node.clock, run.world.now, rate);
  rearm(run, at, node);
}

/** The clock changed, so every armed timer falls due at another true instant, and the claim ends at another. */
function rearm(run: Run, at: number, node: SimulatedNode): void {
  const { now, timeline } = run.world;
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

function indexOf(run: Run, name: string): number {
  const at = run.setup.scenario.coordinators.findIndex((one) => one.name === name);
  if (at < 0) throw new RangeError(`the scenario has no coordinator named ${name}`);
  return at;
}
