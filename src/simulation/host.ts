/**
 * A node's host in a run: begins and ends the process that lives there, hands it what reaches it, asks after each step what
 * it claims now, and is everything that it reaches the world by.
 */
import type { Step } from "../../models/compiled-chart.ts";
import type { KvRequest, WatchRequest } from "../../models/etcd-api.ts";
import { UNANSWERED } from "../../models/outcome.ts";
import type { Purpose } from "../kv/kv.ts";
import type { Instant } from "../time/clock.ts";
import { localNow, trueInstantOf, type NodeClock } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { connectAnew, isOutOfReach, watchOnStream } from "./connections.ts";
import { blame, closeAtMember, onStreamBroken, onStreamMessage, openAtMember } from "./member-client.ts";
import { arrangeTimeout, closeRequest, openRequest, sendRequest, sendUnwatch, sendWatch } from "./network.ts";
import type { Claim, ProcessCode, ProcessKind, ProcessPorts, OwnObservation } from "./process.ts";
import type { Task } from "./task.ts";
import { ask, type ActiveRun, type Host } from "./run.ts";
import { JITTER_STEPS } from "./scheduler.ts";
import type { NetworkSetup } from "./scenario.ts";
import { tellEtcd } from "./server.ts";
import type { SimulationSetup } from "./setup.ts";
import { clientOf, type Item, type SimulatedNode } from "./world.ts";

export class NodeHost implements Host, ProcessPorts {
  readonly run: ActiveRun;
  readonly at: number;
  readonly node: SimulatedNode;
  readonly kind: ProcessKind;
  readonly network: NetworkSetup;
  readonly #code: ProcessCode<unknown>;

  constructor(run: ActiveRun, setup: SimulationSetup, node: SimulatedNode, at: number) {
    const { kind, network } = setup.processes[at] as SimulationSetup["processes"][number];
    this.run = run;
    this.at = at;
    this.node = node;
    this.kind = kind;
    this.network = network;
    this.#code = kind.connect(this);
  }

  begin(): void {
    const { at, kind, node, run } = this;
    if (node.status !== "down") return;
    node.status = "up";
    node.life += 1;
    connectAnew(node);
    run.listener.observe({ type: "started", at: run.world.now, node: at, role: kind.role });
    node.state = this.#code.begin(node.state);
    this.settle();
  }

  end(cause: "crash" | "exit"): void {
    const { at, node, run } = this;
    const { listener, world } = run;
    for (const { role } of node.claims)
      listener.observe({ type: "claimEnded", at: world.now, node: at, role });
    listener.observe({ type: "ended", at: world.now, node: at, cause });
    Object.assign(node, {
      status: "down",
      claims: [],
      timers: [],
      open: [],
      watches: [],
      held: [],
      stream: [],
    });
    if (world.etcd.mode === "down") return;
    for (let member = 1; member <= (node.client?.members ?? 1); member++)
      tellEtcd(run, { type: "disconnect", client: clientOf(at, node.life, member) });
  }

  beginLater(afterMs: number): void {
    const { timeline, now } = this.run.world;
    schedule(timeline, now + afterMs, { type: "start", node: this.at });
  }

  resume(): void {
    const { node, run } = this;
    if (node.status !== "paused") return;
    node.status = "up";
    for (const item of node.held.splice(0)) schedule(run.world.timeline, run.world.now, item);
  }

  reach(item: Item & { readonly node: number }): void {
    const { kind, node } = this;
    const { state } = node;
    const code = this.#code;
    switch (item.type) {
      case "stop":
        code.stop(state);
        break;
      case "timer": {
        const armed = node.timers.findIndex(({ arming }) => arming === item.arming);
        if (armed < 0) return;
        node.timers.splice(armed, 1);
        code.onTimer(state, item.timer);
        break;
      }
      case "reply": {
        const open = openRequest(node, item.id);
        if (node.cutFromEtcd || isOutOfReach(node, open?.member)) {
          arrangeTimeout(this, open);
          return;
        }
        if (!closeRequest(node, item.id)) return;
        if (item.reply.type === "unknown") blame(this, open?.member);
        code.onReply(state, item.id, item.reply);
        break;
      }
      case "timeout": {
        const open = openRequest(node, item.id);
        if (!closeRequest(node, item.id)) return;
        blame(this, open?.member);
        code.onReply(state, item.id, UNANSWERED);
        break;
      }
      case "watchMessage":
        if (node.cutFromEtcd || isOutOfReach(node, watchOnStream(node, item.stream)?.member)) {
          node.stream.push(item);
          return;
        }
        this.#hear(item);
        break;
      case "watchBroken":
        if (item.stream !== undefined) {
          onStreamBroken(this, item);
          return;
        }
        if (!node.watches.includes(item.id)) return;
        node.watches = node.watches.filter((id) => id !== item.id);
        code.onWatchBroken(state, item.id);
        break;
      case "task":
        if (!kind.awaits(state, item.task)) return;
        code.onTask(state, item.task);
        break;
      default:
        throw new Error(`${item.type} does not reach a process`);
    }
    this.settle();
  }

  #hear(item: Item & { type: "watchMessage" }): void {
    const { node } = this;
    const told = node.client === undefined ? item.response : onStreamMessage(this, item);
    if (told !== undefined) this.#code.onWatch(node.state, told);
  }

  /** After each step: did a claim begin, move or end, did the process leave? */
  settle(): void {
    const { kind, node, run } = this;
    this.#settleClaims(kind.claims(node.state));
    const departure = kind.departure(node.state);
    if (departure === undefined) return;
    this.end("exit");
    const { restartAfterMs } = run.setup.processes[this.at]?.setup ?? {};
    if (departure === "exited" && restartAfterMs !== undefined) this.beginLater(restartAfterMs);
  }

  #settleClaims(now: readonly Claim[]): void {
    const { at, node, run } = this;
    const before = node.claims;
    if (now.length === 0 && before.length === 0) return;
    const { listener, world } = run;
    const [only] = now;
    // Nearly always: what was claimed before, until then.
    if (only !== undefined && now.length === 1 && before.length === 1 && before[0]?.role === only.role) {
      if (before[0].until === claimEndOf(node.clock, only.until)) return;
    }
    for (const { role } of before) {
      if (!now.some((claim) => claim.role === role))
        listener.observe({ type: "claimEnded", at: world.now, node: at, role });
    }
    node.claims = now.map(({ role, token, until: local }) => {
      const until = claimEndOf(node.clock, local);
      const known = before.find((claim) => claim.role === role);
      if (known?.until === until) return known;
      // A clock that jumped shows an end long past; the claim ends now, for until now it was believed.
      listener.observe({
        type: "claim",
        at: world.now,
        node: at,
        role,
        token,
        until: Math.max(until, world.now),
      });
      return { role, token, until };
    });
  }

  rearm(): void {
    const { at, node, run } = this;
    const { now, timeline } = run.world;
    node.timers = node.timers.map(({ dueLocalMs, timer }) => {
      const due = Math.max(now, trueInstantOf(node.clock, dueLocalMs));
      const arming = timeline.nextSequence++;
      if (due < Number.POSITIVE_INFINITY) {
        schedule(timeline, due, { type: "timer", node: at, life: node.life, timer, arming });
      }
      return { timer, dueLocalMs, arming };
    });
    if (node.status !== "down") this.settle();
  }

  now(): Instant {
    return localNow(this.node.clock, this.run.world.now);
  }

  startTimer(timer: string, delayMs: number, jitterMs: number): void {
    this.cancelTimer(timer);
    const { at, node, run } = this;
    const { timeline } = run.world;
    const jitter =
      jitterMs > 0
        ? (ask(run, { type: "jitter", options: JITTER_STEPS, node: at, which: timer, purpose: "" }) *
            jitterMs) /
          (JITTER_STEPS - 1)
        : 0;
    const dueLocalMs = this.now() + delayMs + jitter;
    const arming = timeline.nextSequence++;
    node.timers.push({ timer, dueLocalMs, arming });
    const due = trueInstantOf(node.clock, dueLocalMs);
    if (due < Number.POSITIVE_INFINITY) {
      schedule(timeline, due, { type: "timer", node: at, life: node.life, timer, arming });
    }
  }

  cancelTimer(timer: string): void {
    const { timers } = this.node;
    for (let index = 0; index < timers.length; index++) {
      if (timers[index]?.timer !== timer) continue;
      timers.splice(index, 1);
      return;
    }
  }

  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    sendRequest(this, { id, request, timeoutMs, purpose });
  }

  watch(id: number, request: WatchRequest): void {
    const { client } = this.node;
    if (client === undefined) sendWatch(this, id, request);
    else openAtMember(this, client, id, request);
  }

  unwatch(id: number): void {
    const { client } = this.node;
    if (client === undefined) sendUnwatch(this, id);
    else closeAtMember(this, client, id);
  }

  arrange(task: Task, afterMs: number): void {
    const { at, node, run } = this;
    schedule(run.world.timeline, run.world.now + afterMs, { type: "task", node: at, life: node.life, task });
  }

  tell(seen: OwnObservation): void {
    seen.at = this.run.world.now;
    seen.node = this.at;
    this.run.listener.observe(seen);
  }

  stepped(type: string, elapsedMs: number, step: Step): void {
    this.run.listener.stepped?.(this.at, this.run.world, type, elapsedMs, step);
  }
}

/** In true time. By a clock that stands just there, the claim is over. */
function claimEndOf(clock: NodeClock, localMs: number): number {
  return clock.rate <= 0 && localMs === clock.localAnchorMs
    ? clock.trueAnchorMs
    : trueInstantOf(clock, localMs);
}
