/**
 * A coordinator's process in the world: it begins, is reached by messages and timers, serves, and ends.
 */
import type { LossReason, Milestone } from "../../models/election.ts";
import { UNANSWERED } from "../../models/outcome.ts";
import type { Step } from "../../models/compile-chart.ts";
import type { KvRequest, WatchRequest } from "../../models/etcd-api.ts";
import * as driver from "../election/driver.ts";
import type { Coordinator, ElectionConfig, Ports, WriteOutcome } from "../election/driver.ts";
import type { Purpose } from "../kv/kv.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { arrangeTimeout, closeRequest, openRequest, sendRequest, sendUnwatch, sendWatch } from "./network.ts";
import { ask, configOf, nodeOf, type Run } from "./run.ts";
import { JITTER_STEPS } from "./scheduler.ts";
import { tellEtcd } from "./server.ts";
import { clientOf, type Item, type SimulatedNode } from "./world.ts";

/** The service's metadata: few keys, written again and again, so that a stale write would show. */
const METADATA_KEYS = 3;

export function beginProcess(run: Run, at: number): void {
  const node = nodeOf(run, at);
  if (node.status !== "down") return;
  const config = configOf(run, at);
  node.status = "up";
  node.life += 1;
  node.coordinator = driver.createCoordinatorState(config);
  run.listener.observe({
    type: "started",
    at: run.world.now,
    node: at,
    role: config.candidate.identity.role,
  });
  driver.start(config, node.coordinator, new SimulatedPorts(run, at, node));
  settle(run, at, node);
}

export function beginLater({ world }: Run, at: number, afterMs: number): void {
  schedule(world.timeline, world.now + afterMs, { type: "start", node: at });
}

/** The process is gone, with everything it knew; its connections close. */
export function endProcess(run: Run, at: number, node: SimulatedNode, cause: "crash" | "exit"): void {
  const { listener, world } = run;
  if (node.claimUntil !== 0) {
    listener.observe({
      type: "claimEnded",
      at: world.now,
      node: at,
      role: configOf(run, at).candidate.identity.role,
    });
  }
  listener.observe({ type: "ended", at: world.now, node: at, cause });
  Object.assign(node, {
    status: "down",
    claimUntil: 0,
    timers: [],
    open: [],
    watches: [],
    held: [],
    stream: [],
  });
  if (world.etcd.mode !== "down") tellEtcd(run, { type: "disconnect", client: clientOf(at, node.life) });
}

/** The keys by which a coordinator takes part in its election. */
export function electionKeys(
  { candidate }: ElectionConfig,
  { coordinator }: SimulatedNode,
): { readonly active: string; readonly session: string } {
  const { role, sessionPrefix } = candidate.keys;
  return { active: role, session: sessionPrefix + String(coordinator.ledger.serverId) };
}

/** What a paused coordinator had to wait for reaches it now, in the order in which it came. */
export function resumeProcess({ world }: Run, node: SimulatedNode): void {
  if (node.status !== "paused") return;
  node.status = "up";
  for (const item of node.held.splice(0)) schedule(world.timeline, world.now, item);
}

/** Something has reached a process that is up. */
export function reachProcess(run: Run, item: Item & { readonly node: number }, node: SimulatedNode): void {
  const at = item.node;
  const config = configOf(run, at);
  const { coordinator } = node;
  const ports = new SimulatedPorts(run, at, node);
  switch (item.type) {
    case "stop":
      driver.stop(config, coordinator, ports);
      break;
    case "timer": {
      const armed = node.timers.findIndex(({ arming }) => arming === item.arming);
      if (armed < 0) return;
      node.timers.splice(armed, 1);
      driver.onTimer(config, coordinator, ports, item.timer);
      break;
    }
    case "reply":
      if (node.cutFromEtcd) {
        arrangeTimeout(run, at, node, openRequest(node, item.id));
        return;
      }
      if (!closeRequest(node, item.id)) return;
      driver.onReply(config, coordinator, ports, item.id, item.reply);
      break;
    case "timeout":
      if (!closeRequest(node, item.id)) return;
      driver.onReply(config, coordinator, ports, item.id, UNANSWERED);
      break;
    case "watchMessage":
      if (node.cutFromEtcd) {
        node.stream.push(item);
        return;
      }
      driver.onWatch(config, coordinator, ports, item.response.watchId, item.response);
      break;
    case "watchBroken":
      if (!node.watches.includes(item.id)) return;
      node.watches = node.watches.filter((id) => id !== item.id);
      driver.onWatchBroken(config, coordinator, ports, item.id);
      break;
    case "prepared":
      driver.finishPreparing(config, coordinator, ports, true);
      break;
    case "write":
      writeMetadata(run, item.token, at, node, ports);
      return;
    default:
      throw new Error(`${item.type} does not reach a coordinator`);
  }
  settle(run, at, node);
}

/** After each step of a coordinator: did its claim begin, move or end, did its process leave? */
export function settle(run: Run, at: number, node: SimulatedNode): void {
  const config = configOf(run, at);
  const phase = driver.phaseOf(config, node.coordinator);
  const until = phase === "active" ? trueInstantOf(node.clock, node.coordinator.claimEndsAt) : 0;
  if (until !== node.claimUntil) {
    const { now } = run.world;
    const { role } = config.candidate.identity;
    const began = node.claimUntil === 0;
    node.claimUntil = until;
    if (until === 0) run.listener.observe({ type: "claimEnded", at: now, node: at, role });
    else {
      const { token } = node.coordinator.ledger;
      run.listener.observe({ type: "claim", at: now, node: at, role, token, until });
      if (began && run.setup.scenario.service.writeEveryMs > 0) scheduleWrite(run, at, node, token, 0);
    }
  }
  if (phase === "ended") {
    endProcess(run, at, node, "exit");
    const { restartAfterMs } = run.setup.scenario.coordinators[at] ?? {};
    const exited = config.chart.facts(node.coordinator.state).paths.includes("exited");
    if (exited && restartAfterMs !== undefined) beginLater(run, at, restartAfterMs);
  }
}

function writeMetadata(run: Run, token: number, at: number, node: SimulatedNode, ports: Ports): void {
  if (node.coordinator.ledger.token !== token || node.claimUntil === 0) return;
  const config = configOf(run, at);
  const count = node.writes++;
  const key = `${config.candidate.keys.metadata}collection-${count % METADATA_KEYS}`;
  driver.writeFenced(config, node.coordinator, ports, [
    { type: "put", key, value: `${token}:${at}:${count}` },
  ]);
  scheduleWrite(run, at, node, token, run.setup.scenario.service.writeEveryMs);
}

function scheduleWrite(
  { world }: Run,
  at: number,
  node: SimulatedNode,
  token: number,
  afterMs: number,
): void {
  schedule(world.timeline, world.now + afterMs, { type: "write", node: at, life: node.life, token });
}

/** What one coordinator reaches the world by, for the length of one step. */
class SimulatedPorts implements Ports {
  readonly #run: Run;
  readonly #at: number;
  readonly #node: SimulatedNode;

  constructor(run: Run, at: number, node: SimulatedNode) {
    this.#run = run;
    this.#at = at;
    this.#node = node;
  }

  now(): number {
    return localNow(this.#node.clock, this.#run.world.now);
  }

  startTimer(timer: string, delayMs: number, jitterMs: number): void {
    this.cancelTimer(timer);
    const { timeline } = this.#run.world;
    const node = this.#node;
    const jitter =
      jitterMs > 0
        ? (ask(this.#run, "jitter", JITTER_STEPS, this.#at, timer, "") * jitterMs) / (JITTER_STEPS - 1)
        : 0;
    const dueLocalMs = this.now() + delayMs + jitter;
    const arming = timeline.nextSequence++;
    node.timers.push({ timer, dueLocalMs, arming });
    const due = trueInstantOf(node.clock, dueLocalMs);
    if (due < Number.POSITIVE_INFINITY) {
      schedule(timeline, due, { type: "timer", node: this.#at, life: node.life, timer, arming });
    }
  }

  cancelTimer(timer: string): void {
    const { timers } = this.#node;
    for (let index = 0; index < timers.length; index++) {
      if (timers[index]?.timer !== timer) continue;
      timers.splice(index, 1);
      return;
    }
  }

  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    sendRequest(this.#run, this.#at, this.#node, id, request, timeoutMs, purpose);
  }

  watch(id: number, request: WatchRequest): void {
    sendWatch(this.#run, this.#at, this.#node, id, request);
  }

  unwatch(id: number): void {
    sendUnwatch(this.#run, this.#at, this.#node, id);
  }

  announce(coordinator: Coordinator, milestone: Milestone, reason: LossReason | undefined): void {
    const { setup, listener, world } = this.#run;
    const at = this.#at;
    const { role } = configOf(this.#run, at).candidate.identity;
    const { leaseId, loadedRevision, roleRevision, serverId, token } = coordinator.ledger;
    listener.observe({
      type: "milestone",
      at: world.now,
      node: at,
      role,
      milestone,
      reason,
      serverId,
      leaseId,
      token,
      loadedRevision,
      roleRevision,
    });
    if (milestone === "prepare") {
      const due = world.now + setup.scenario.service.activationMs;
      schedule(world.timeline, due, { type: "prepared", node: at, life: this.#node.life });
    }
  }

  written(_coordinator: Coordinator, _id: number, outcome: WriteOutcome): void {
    this.#run.listener.observe({ type: "written", at: this.#run.world.now, node: this.#at, outcome });
  }

  stepped(_coordinator: Coordinator, type: string, elapsedMs: number, step: Step): void {
    this.#run.listener.stepped?.(this.#at, this.#run.world, type, elapsedMs, step);
  }
}
