/**
 * The run: takes the next thing from virtual time, lets it happen, and tells what was seen. One {@link Simulation} is a
 * world in motion; copy its world to fork it.
 */
import { stepEtcd, nextTickMs, type EtcdInput } from "../../models/etcd.ts";
import type { LossReason, Milestone } from "../../models/coordinator.ts";
import type { Observation } from "../../models/observation.ts";
import { outcomeOf, UNANSWERED } from "../../models/outcome.ts";
import type { Step } from "../../models/step.ts";
import type { KvRequest, ServerReply, WatchRequest } from "../../models/vocabulary.ts";
import * as driver from "../election/driver.ts";
import type { Coordinator, Kit, Ports, WriteOutcome } from "../election/driver.ts";
import type { Purpose } from "../kv/kv.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { insert, nextInstant, schedule, takeNext } from "../time/timeline.ts";
import { afflict } from "./afflict.ts";
import type { Laboratory } from "./laboratory.ts";
import { deliverWatch, transmit } from "./network.ts";
import { JITTER_STEPS, type Question, type Scheduler } from "./scheduler.ts";
import {
  clientOf,
  CONNECTION_REFUSED,
  createWorld,
  lifeOfClient,
  nodeOfClient,
  OPERATOR,
  type Item,
  type SimulatedNode,
  type World,
} from "./world.ts";

/** Who hears what happens. Nothing a listener does can change the run. */
export interface Listener {
  observe(observation: Observation): void;
  /** A coordinator's chart took a step; only for those who record. */
  stepped?(node: number, world: World, type: string, elapsedMs: number, step: Step): void;
}

export class Simulation {
  readonly world: World;
  readonly laboratory: Laboratory;
  readonly scheduler: Scheduler;
  readonly listener: Listener;
  readonly #ports: SimulatedPorts;

  /** Begins `laboratory`'s scenario, or goes on with `world`, which from now on belongs to this simulation. */
  constructor(laboratory: Laboratory, scheduler: Scheduler, listener: Listener, world?: World) {
    this.laboratory = laboratory;
    this.scheduler = scheduler;
    this.listener = listener;
    this.world = world ?? createWorld(laboratory);
    this.#ports = new SimulatedPorts(this);
    if (world === undefined) this.#arrange();
  }

  /** Everything the scenario says of the future. */
  #arrange(): void {
    const { coordinators, faults } = this.laboratory.scenario;
    coordinators.forEach(({ startAtMs }, node) => schedule(this.world.timeline, startAtMs, { type: "start", node }));
    faults.forEach(({ atMs }, index) => schedule(this.world.timeline, atMs, { type: "fault", index, phase: "begins" }));
  }

  /** Lets everything happen up to and including `untilMs`. */
  runUntil(untilMs: number): void {
    const { timeline } = this.world;
    while (nextInstant(timeline) <= untilMs) this.next();
    this.world.now = Math.max(this.world.now, untilMs);
  }

  /** Runs to the scenario's horizon and says so. */
  run(): void {
    this.runUntil(this.laboratory.scenario.horizonMs);
    this.listener.observe({ type: "end", at: this.world.now });
  }

  /** Lets the next thing happen. False: nothing is left to come. */
  next(): boolean {
    const { timeline } = this.world;
    const instant = nextInstant(timeline);
    if (instant === Number.POSITIVE_INFINITY) return false;
    this.world.now = instant;
    const item = takeNext(timeline);
    this.#happen(nextInstant(timeline) === instant ? this.#chooseAmongTied(item, instant) : item);
    return true;
  }

  ask(question: Question, options: number): number {
    return this.scheduler.choose(this.world.asked++, question, options);
  }

  kit(node: number): Kit {
    return this.laboratory.kits[node] as Kit;
  }

  node(node: number): SimulatedNode {
    return this.world.nodes[node] as SimulatedNode;
  }

  /** Several things at one instant: who comes first is open, but one connection's messages keep their order. */
  #chooseAmongTied(first: Item, instant: number): Item {
    const { timeline } = this.world;
    const candidates: Item[] = [first];
    const sequences: number[] = [-1]; // the first one was already taken and would come before all others
    while (nextInstant(timeline) === instant && candidates.length < MOST_TIED) {
      sequences.push(timeline.sequences[0] as number);
      candidates.push(takeNext(timeline));
    }
    const free = candidates.filter((item, at) => !candidates.slice(0, at).some((earlier) => ordered(earlier, item)));
    const chosen = free.length === 1 ? first : (free[this.ask("order", free.length)] as Item);
    candidates.forEach((item, at) => {
      if (item !== chosen) insert(timeline, instant, sequences[at] as number, item);
    });
    return chosen;
  }

  #happen(item: Item): void {
    if (item.type === "etcd") {
      if (this.world.now === this.world.etcdDueAt) this.etcd({ type: "tick" });
      return;
    }
    if (item.type === "fault" || item.type === "hammer") {
      afflict(this, item);
      return;
    }
    if (item.type === "start") {
      this.#begin(item.node);
      return;
    }
    const node = this.node(item.node);
    const dead = item.life !== node.life || node.status === "down";
    // A request that was under way when its sender died still arrives, and is still carried out.
    if (dead && item.type !== "request") return;
    if (item.type === "request" || item.type === "watch" || item.type === "unwatch") {
      this.#reachEtcd(item, node);
      return;
    }
    if (item.type === "silence") {
      if (item.cut === node.cuts && (node.cutToEtcd || node.cutFromEtcd)) this.breakStreams(item.node, node, 0);
      return;
    }
    if (node.status === "paused") node.held.push(item);
    else this.#reachNode(item, node);
  }

  #reachEtcd(item: Item & { type: "request" | "watch" | "unwatch" }, node: SimulatedNode): void {
    const client = clientOf(item.node, item.life);
    if (node.cutToEtcd) {
      if (item.type === "request") this.#expectTimeout(item.node, node, item.id);
      return;
    }
    switch (item.type) {
      case "request":
        if (this.world.etcd.mode === "down") {
          if (item.life === node.life) this.#answer(item.node, item.id, item.purpose, CONNECTION_REFUSED);
          return;
        }
        if (!this.etcd({ type: "request", client, id: item.id, request: item.request })) {
          // etcd holds it back, so its time may run out.
          if (item.life === node.life) this.#expectTimeout(item.node, node, item.id);
        }
        return;
      case "watch":
        if (this.world.etcd.mode === "down") this.#breakStream(item.node, node, item.id, 0);
        else this.etcd({ type: "watch", client, watchId: item.id, request: item.request });
        return;
      case "unwatch":
        if (this.world.etcd.mode !== "down") this.etcd({ type: "cancelWatch", client, watchId: item.id });
        return;
    }
  }

  #reachNode(item: Item, node: SimulatedNode): void {
    const at = (item as { node: number }).node;
    const kit = this.kit(at);
    const ports = this.#ports.of(at, node);
    switch (item.type) {
      case "stop":
        driver.stop(kit, node.coordinator, ports);
        break;
      case "timer": {
        const armed = node.timers.findIndex(({ arming }) => arming === item.arming);
        if (armed < 0) return;
        node.timers.splice(armed, 1);
        driver.onTimer(kit, node.coordinator, ports, item.timer);
        break;
      }
      case "reply":
        if (node.cutFromEtcd) {
          this.#expectTimeout(at, node, item.id);
          return;
        }
        if (!close(node, item.id)) return;
        driver.onReply(kit, node.coordinator, ports, item.id, item.reply);
        break;
      case "timeout":
        if (!close(node, item.id)) return;
        driver.onReply(kit, node.coordinator, ports, item.id, UNANSWERED);
        break;
      case "watchMessage":
        if (node.cutFromEtcd) {
          node.stream.push(item);
          return;
        }
        driver.onWatch(kit, node.coordinator, ports, item.response.watchId, item.response);
        break;
      case "watchBroken":
        if (!node.watches.includes(item.id)) return;
        node.watches = node.watches.filter((id) => id !== item.id);
        driver.onWatchBroken(kit, node.coordinator, ports, item.id);
        break;
      case "prepared":
        driver.finishPreparing(kit, node.coordinator, ports, true);
        break;
      case "write":
        this.#write(item.token, at, node, ports);
        return;
      default:
        throw new Error(`${item.type} does not reach a coordinator`);
    }
    this.settle(at, node);
  }

  /** Puts one input to etcd, sends out what it says, and arranges its next appointment. True: it answered at once. */
  etcd(input: EtcdInput): boolean {
    const { world } = this;
    const result = stepEtcd(world.etcd, input, localNow(world.etcdClock, world.now));
    world.etcd = result.etcd;
    for (let index = 0; index < result.changes.length; index++) {
      const { cause, client, event } = result.changes[index] as (typeof result.changes)[number];
      this.listener.observe({
        type: "change",
        at: world.now,
        event,
        cause,
        node: client === undefined ? OPERATOR : nodeOfClient(client),
      });
    }
    let answered = false;
    for (let index = 0; index < result.outputs.length; index++) {
      const output = result.outputs[index] as (typeof result.outputs)[number];
      const at = nodeOfClient(output.client);
      const node = world.nodes[at];
      answered ||= output.type === "reply";
      if (node === undefined || node.life !== lifeOfClient(output.client)) continue;
      if (output.type === "reply") {
        const open = node.open.find(({ id }) => id === output.id);
        if (open !== undefined) this.#answer(at, output.id, open.purpose, output.reply);
      } else if (output.type === "watch") {
        // Nothing but `created`: the driver learns nothing from it, so it is not sent.
        if (output.response.events.length > 0 || output.response.canceled) deliverWatch(this, at, node, output.response);
      } else {
        this.breakStreams(at, node, this.laboratory.scenario.network.delayMs);
      }
    }
    const due = trueInstantOf(world.etcdClock, nextTickMs(world.etcd));
    if (due !== world.etcdDueAt) {
      world.etcdDueAt = due;
      if (due < Number.POSITIVE_INFINITY) schedule(world.timeline, due, { type: "etcd" });
    }
    return answered;
  }

  #answer(at: number, id: number, purpose: Purpose, serverReply: ServerReply): void {
    const node = this.node(at);
    const item: Item = { type: "reply", node: at, life: node.life, id, purpose, reply: outcomeOf(serverReply) };
    const arrival = transmit(this, at, node, "reply", purpose, item);
    const open = node.open.find((one) => one.id === id);
    if (open !== undefined && arrival > open.timeoutMs) this.#expectTimeout(at, node, id);
  }

  /** Most requests are answered in time, so their time-outs are arranged only once they may matter. */
  #expectTimeout(at: number, node: SimulatedNode, id: number): void {
    const open = node.open.find((one) => one.id === id);
    if (open === undefined) return;
    const { now, timeline } = this.world;
    schedule(timeline, Math.max(now, open.timeoutMs), { type: "timeout", node: at, life: node.life, id });
  }

  send(at: number, node: SimulatedNode, id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    const { now } = this.world;
    this.listener.observe({ type: "request", at: now, node: at, purpose });
    const rate = node.clock.rate;
    node.open.push({ id, purpose, timeoutMs: rate > 0 ? now + timeoutMs / rate : Number.POSITIVE_INFINITY });
    const item: Item = { type: "request", node: at, life: node.life, id, purpose, request };
    if (transmit(this, at, node, "request", purpose, item) === Number.POSITIVE_INFINITY) {
      this.#expectTimeout(at, node, id);
    }
  }

  openWatch(at: number, node: SimulatedNode, id: number, request: WatchRequest): void {
    this.listener.observe({ type: "request", at: this.world.now, node: at, purpose: "watch" });
    node.watches.push(id);
    const item: Item = { type: "watch", node: at, life: node.life, id, request };
    const arrival = transmit(this, at, node, "request", "watch", item);
    if (arrival === Number.POSITIVE_INFINITY) {
      this.#breakStream(at, node, id, this.laboratory.scenario.network.streamTimeoutMs);
    }
  }

  closeWatch(at: number, node: SimulatedNode, id: number): void {
    const open = node.watches.indexOf(id);
    if (open < 0) return;
    node.watches.splice(open, 1);
    // A close that is lost leaves a watch at etcd that talks to nobody; it ends with the connection.
    const { now, timeline } = this.world;
    const { delayMs } = this.laboratory.scenario.network;
    if (!node.cutToEtcd) schedule(timeline, now + delayMs, { type: "unwatch", node: at, life: node.life, id });
  }

  #breakStream(at: number, node: SimulatedNode, id: number, afterMs: number): void {
    const { now, timeline } = this.world;
    schedule(timeline, now + afterMs, { type: "watchBroken", node: at, life: node.life, id });
  }

  /** The connection that carries the watches is gone: etcd forgets them, the coordinator learns it `afterMs` later. */
  breakStreams(at: number, node: SimulatedNode, afterMs: number): void {
    node.stream = [];
    for (const id of node.watches) {
      this.#breakStream(at, node, id, afterMs);
      if (this.world.etcd.mode !== "down") {
        this.etcd({ type: "cancelWatch", client: clientOf(at, node.life), watchId: id });
      }
    }
  }

  #begin(at: number): void {
    const node = this.node(at);
    if (node.status !== "down") return;
    const kit = this.kit(at);
    node.status = "up";
    node.life += 1;
    node.coordinator = driver.createCoordinatorState(kit);
    this.listener.observe({ type: "started", at: this.world.now, node: at, role: kit.candidate.identity.role });
    driver.start(kit, node.coordinator, this.#ports.of(at, node));
    this.settle(at, node);
  }

  /** After each step of a coordinator: did its claim begin, move or end, did its process leave? */
  settle(at: number, node: SimulatedNode): void {
    const kit = this.kit(at);
    const phase = driver.phaseOf(kit, node.coordinator);
    const until = phase === "active" ? trueInstantOf(node.clock, node.coordinator.claimEndsAt) : 0;
    if (until !== node.claimUntil) {
      const { now } = this.world;
      const { role } = kit.candidate.identity;
      const began = node.claimUntil === 0;
      node.claimUntil = until;
      if (until === 0) this.listener.observe({ type: "claimEnded", at: now, node: at, role });
      else {
        const { token } = node.coordinator.ledger;
        this.listener.observe({ type: "claim", at: now, node: at, role, token, until });
        const { writeEveryMs } = this.laboratory.scenario.service;
        if (began && writeEveryMs > 0) this.#scheduleWrite(at, node, token, 0);
      }
    }
    if (phase === "ended") {
      this.end(at, node, "exit");
      const { restartAfterMs } = this.laboratory.scenario.coordinators[at] ?? {};
      const exited = kit.stepper.facts(node.coordinator.state).paths.includes("exited");
      if (exited && restartAfterMs !== undefined) this.startLater(at, restartAfterMs);
    }
  }

  startLater(at: number, afterMs: number): void {
    schedule(this.world.timeline, this.world.now + afterMs, { type: "start", node: at });
  }

  /** The process is gone, with everything it knew; its connections close. */
  end(at: number, node: SimulatedNode, cause: "crash" | "exit"): void {
    const { now } = this.world;
    if (node.claimUntil !== 0) {
      this.listener.observe({ type: "claimEnded", at: now, node: at, role: this.kit(at).candidate.identity.role });
    }
    this.listener.observe({ type: "ended", at: now, node: at, cause });
    Object.assign(node, { status: "down", claimUntil: 0, timers: [], open: [], watches: [], held: [], stream: [] });
    if (this.world.etcd.mode !== "down") this.etcd({ type: "disconnect", client: clientOf(at, node.life) });
  }

  /** What a paused coordinator had to wait for reaches it now, in the order in which it came. */
  resume(node: SimulatedNode): void {
    if (node.status !== "paused") return;
    node.status = "up";
    const { now, timeline } = this.world;
    for (const item of node.held.splice(0)) schedule(timeline, now, item);
  }

  #write(token: number, at: number, node: SimulatedNode, ports: Ports): void {
    if (node.coordinator.ledger.token !== token || node.claimUntil === 0) return;
    const { keys } = this.kit(at).candidate;
    const count = node.writes++;
    const operations = [
      { type: "put", key: `${keys.metadata}collection-${count % METADATA_KEYS}`, value: `${token}:${at}:${count}` },
    ] as const;
    driver.writeFenced(this.kit(at), node.coordinator, ports, operations);
    this.#scheduleWrite(at, node, token, this.laboratory.scenario.service.writeEveryMs);
  }

  #scheduleWrite(at: number, node: SimulatedNode, token: number, afterMs: number): void {
    const { now, timeline } = this.world;
    schedule(timeline, now + afterMs, { type: "write", node: at, life: node.life, token });
  }
}

const MOST_TIED = 8;
/** The service's metadata: few keys, written again and again, so that a stale write would show. */
const METADATA_KEYS = 3;

/** Things of one coordinator at one instant keep their order, except its timers against the network. */
function ordered(earlier: Item, later: Item): boolean {
  if (!("node" in earlier) || !("node" in later) || earlier.node !== later.node) return false;
  return (earlier.type === "timer") === (later.type === "timer");
}

function close(node: SimulatedNode, id: number): boolean {
  const at = node.open.findIndex((open) => open.id === id);
  if (at < 0) return false;
  node.open.splice(at, 1);
  return true;
}

/** What one coordinator reaches the world by; one object serves them all, in turn. */
class SimulatedPorts implements Ports {
  readonly #simulation: Simulation;
  #at = 0;
  #node: SimulatedNode;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#node = simulation.node(0);
  }

  of(at: number, node: SimulatedNode): this {
    this.#at = at;
    this.#node = node;
    return this;
  }

  now(): number {
    return localNow(this.#node.clock, this.#simulation.world.now);
  }

  startTimer(timer: string, delayMs: number, jitterMs: number): void {
    this.cancelTimer(timer);
    const { timeline } = this.#simulation.world;
    const jitter = jitterMs > 0 ? (this.#simulation.ask("jitter", JITTER_STEPS) * jitterMs) / (JITTER_STEPS - 1) : 0;
    const node = this.#node;
    const dueLocalMs = this.now() + delayMs + jitter;
    const arming = timeline.nextSequence;
    node.timers.push({ timer, dueLocalMs, arming });
    const due = trueInstantOf(node.clock, dueLocalMs);
    const item: Item = { type: "timer", node: this.#at, life: node.life, timer, arming };
    if (due < Number.POSITIVE_INFINITY) schedule(timeline, due, item);
    else timeline.nextSequence++;
  }

  cancelTimer(timer: string): void {
    const { timers } = this.#node;
    const at = timers.findIndex((armed) => armed.timer === timer);
    if (at >= 0) timers.splice(at, 1);
  }

  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    this.#simulation.send(this.#at, this.#node, id, request, timeoutMs, purpose);
  }

  watch(id: number, request: WatchRequest): void {
    this.#simulation.openWatch(this.#at, this.#node, id, request);
  }

  unwatch(id: number): void {
    this.#simulation.closeWatch(this.#at, this.#node, id);
  }

  announce(coordinator: Coordinator, milestone: Milestone, reason: LossReason | undefined): void {
    const { listener, laboratory, world } = this.#simulation;
    const { leaseId, loadedRevision, roleRevision, serverId, token } = coordinator.ledger;
    listener.observe({
      type: "milestone",
      at: world.now,
      node: this.#at,
      role: this.#simulation.kit(this.#at).candidate.identity.role,
      milestone,
      reason,
      serverId,
      leaseId,
      token,
      loadedRevision,
      roleRevision,
    });
    if (milestone === "prepare") {
      const { activationMs } = laboratory.scenario.service;
      const item: Item = { type: "prepared", node: this.#at, life: this.#node.life };
      schedule(world.timeline, world.now + activationMs, item);
    }
  }

  written(_coordinator: Coordinator, _id: number, outcome: WriteOutcome): void {
    this.#simulation.listener.observe({ type: "written", at: this.#simulation.world.now, node: this.#at, outcome });
  }

  stepped(_coordinator: Coordinator, type: string, elapsedMs: number, step: Step): void {
    this.#simulation.listener.stepped?.(this.#at, this.#simulation.world, type, elapsedMs, step);
  }
}
