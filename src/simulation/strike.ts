/**
 * How each fault of a scenario strikes the world, and how it ends.
 */
import type { KvRequest } from "../../models/etcd-api.ts";
import { setRate } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { struckBy, type Fault, type Hammer } from "./fault.ts";
import { hostNamed, hostOf, type ActiveRun } from "./run.ts";
import { tellEtcd } from "./server.ts";
import { clientOf, OPERATOR, type Item } from "./world.ts";

/** From a leader's silence to the next one: measured on three members of etcd 3.4.23, 1.1 to 1.2 s. */
const STALE_LEADER_ELECTION_MS = 1200;

export function strikeFault(run: ActiveRun, item: Item & { type: "fault" | "hammer" }): void {
  const fault = run.setup.scenario.faults[item.index];
  if (fault === undefined) throw new RangeError(`no fault ${item.index}`);
  if (item.type === "hammer") {
    hammer(run, fault as Hammer, item.index);
    return;
  }
  const on = struckBy(fault);
  const at = on === undefined ? -1 : hostNamed(run, on).at;
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
function strike(run: ActiveRun, fault: Fault, at: number, index: number): number {
  const { world } = run;
  switch (fault.type) {
    case "crash": {
      const node = hostOf(run, at).node;
      if (node.status !== "down") hostOf(run, at).end("crash");
      return fault.restartAfterMs ?? 0;
    }
    case "stop": {
      const node = hostOf(run, at).node;
      if (node.status !== "down")
        schedule(world.timeline, world.now, { type: "stop", node: at, life: node.life });
      return fault.restartAfterMs ?? 0;
    }
    case "pause": {
      const node = hostOf(run, at).node;
      if (node.status === "up") node.status = "paused";
      if (fault.clockStops === true) turnClock(run, at, 0);
      return fault.forMs;
    }
    case "drift":
      turnClock(run, at, fault.rate);
      return fault.forMs;
    case "clockStep": {
      const node = hostOf(run, at).node;
      node.clock.localAnchorMs += fault.byMs;
      hostOf(run, at).rearm();
      return 0;
    }
    case "partition": {
      const node = hostOf(run, at).node;
      if (fault.direction !== "fromEtcd") node.cutToEtcd = true;
      if (fault.direction !== "toEtcd") node.cutFromEtcd = true;
      node.cuts += 1;
      const silence: Item = { type: "silence", node: at, life: node.life, cut: node.cuts };
      schedule(world.timeline, world.now + hostOf(run, at).network.streamTimeoutMs, silence);
      return fault.forMs;
    }
    case "lose":
    case "delay":
      hostOf(run, at).node.tampering.push({
        leg: fault.leg,
        purpose: fault.purpose,
        fate: fault.type === "lose" ? "lost" : "late",
        byMs: fault.type === "delay" ? fault.byMs : 0,
        left: fault.count,
      });
      return 0;
    case "duplicate":
      hostOf(run, at).node.tampering.push({
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
      const owner = hostNamed(run, fault.on);
      const client = clientOf(owner.at, owner.node.life);
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
      const { kind, node } = hostNamed(run, fault.on);
      const key = kind.keys(node.state)[fault.key === "role" ? "active" : "session"];
      if (key !== undefined) operate(run, index, { type: "deleteRange", key });
      return 0;
    }
    case "hammer":
      schedule(world.timeline, world.now, { type: "hammer", index });
      return fault.forMs;
  }
}

function relieve(run: ActiveRun, fault: Fault, at: number): void {
  const { world } = run;
  switch (fault.type) {
    case "crash":
    case "stop":
      hostOf(run, at).beginLater(0);
      return;
    case "pause": {
      if (fault.clockStops === true) turnClock(run, at, ownRate(run, at));
      hostOf(run, at).resume();
      return;
    }
    case "drift":
      turnClock(run, at, ownRate(run, at));
      return;
    case "partition": {
      const node = hostOf(run, at).node;
      node.cutToEtcd = false;
      node.cutFromEtcd = false;
      const arrival = world.now + hostOf(run, at).network.delayMs;
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
function operate(run: ActiveRun, index: number, request: KvRequest): void {
  if (run.world.etcd.mode === "down") return;
  tellEtcd(run, { type: "request", client: OPERATOR, id: index, request });
}

function hammer(run: ActiveRun, fault: Hammer, index: number): void {
  const { now, timeline } = run.world;
  operate(run, index, { type: "put", key: "hammer", value: String(now) });
  if (now + fault.everyMs <= fault.atMs + fault.forMs) {
    schedule(timeline, now + fault.everyMs, { type: "hammer", index });
  }
}

function ownRate(run: ActiveRun, at: number): number {
  return run.setup.processes[at]?.setup.clockRate ?? 1;
}

function turnClock(run: ActiveRun, at: number, rate: number): void {
  const host = hostOf(run, at);
  setRate(host.node.clock, run.world.now, rate);
  host.rearm();
}
