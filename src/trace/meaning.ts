/**
 * What happens in a world, said by meaning: timeline items as causes, steps and observations as a trace writes them, and
 * back.
 */
import type { Observation } from "../../models/observation.ts";
import type { ChartEffect, CompiledChart } from "../../models/compile-chart.ts";
import { isPassedOn, isStranded } from "../../models/etcd.ts";
import { struckBy } from "../simulation/fault.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import type { Task } from "../simulation/task.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { nameOfNode, nodeNamed, writeEventName } from "../simulation/names.ts";
import { localNow } from "../time/node-clock.ts";
import { isOutOfReach, isSilent, isStreamBroken, watchOnStream } from "../simulation/connections.ts";
import { clientOf, type Item, type SimulatedNode, type World } from "../simulation/world.ts";
import {
  type Delivery,
  type Cause,
  type TraceEffect,
  type TraceObservation,
  type TraceStep,
} from "./format.ts";

/** JSON has no Infinity. */
const NEVER = "never";

/** Where an item happens: at a coordinator, by place, or -1 at etcd. */
export function placeOf(item: Item, { scenario }: SimulationSetup): number {
  switch (item.type) {
    case "request":
    case "watch":
    case "unwatch":
    case "etcd":
      return -1;
    case "fault": {
      const fault = scenario.faults[item.index];
      const on = fault === undefined ? undefined : struckBy(fault);
      return on === undefined ? -1 : nodeNamed(scenario, on);
    }
    default:
      return item.node;
  }
}

/**
 * How an item finds the world. Undefined: it means nothing any more (a timer that was cancelled, a deadline that was met)
 * and is no event.
 */
export function arrivalOf(
  item: Item,
  world: World,
  { processes }: SimulationSetup,
): Delivery | "taken" | undefined {
  switch (item.type) {
    case "etcd":
      return world.now === world.etcdDueAt ? "taken" : undefined;
    case "fault":
      return "taken";
    case "start":
      return world.nodes[item.node]?.status === "down" ? "taken" : undefined;
    case "request":
      if (isCutOff(world.nodes[item.node], item.member)) return "cut off";
      return item.refusal === undefined ? takenBy(item, world) : "refused";
    default:
      break;
  }
  const node = world.nodes[item.node];
  if (node === undefined || item.life !== node.life || node.status === "down")
    return item.type === "reply" || item.type === "watchMessage" ? "gone" : undefined;
  switch (item.type) {
    case "watch":
    case "unwatch":
      return isCutOff(node, item.member) ? "cut off" : takenBy(item, world);
    case "silence":
      if (item.member !== undefined) return isSilent(world, node, item.member) ? "taken" : undefined;
      return item.cut === node.cuts && (node.cutToEtcd || node.cutFromEtcd) ? "taken" : undefined;
    case "timer":
      if (!node.timers.some(({ arming }) => arming === item.arming)) return undefined;
      break;
    case "timeout":
      if (!node.open.some(({ id }) => id === item.id)) return undefined;
      break;
    case "watchBroken":
      if (item.stream === undefined ? !node.watches.includes(item.id) : !isStreamBroken(node, item))
        return undefined;
      break;
    case "watchMessage":
      if (item.stream !== undefined && watchOnStream(node, item.stream) === undefined) return undefined;
      break;
    case "task":
      if (processes[item.node]?.kind.awaits(node.state, item.task) !== true) return undefined;
      break;
    default:
      break;
  }
  if (node.status === "paused") return "held";
  if (item.type === "reply" || item.type === "watchMessage") {
    if (node.cutFromEtcd || isOutOfReach(node, memberBehind(item, node))) return "cut off";
    if (item.type === "reply" && !node.open.some(({ id }) => id === item.id)) return "late";
  }
  return "taken";
}

function isCutOff(node: SimulatedNode | undefined, member: number | undefined): boolean {
  return node !== undefined && (node.cutToEtcd || isOutOfReach(node, member));
}

/** Which of several members says this. */
function memberBehind(
  item: Item & { type: "reply" | "watchMessage" },
  node: SimulatedNode,
): number | undefined {
  return item.type === "reply"
    ? node.open.find(({ id }) => id === item.id)?.member
    : watchOnStream(node, item.stream)?.member;
}

/** Where etcd has several members: which of them, and which of a watch's streams. */
function wayOf(item: { readonly member?: number; readonly stream?: number }): {
  readonly member?: number;
  readonly stream?: number;
} {
  const { member, stream } = item;
  return { ...(member === undefined ? {} : { member }), ...(stream === undefined ? {} : { stream }) };
}

/** How etcd, or the one of its members that the item comes to, takes it. */
function takenBy(
  item: Item & { type: "request" | "watch" | "unwatch" },
  world: World,
): "held" | "stale" | "taken" {
  const { etcd, etcdClock, now } = world;
  const { life, member = 1, node } = item;
  const client = clientOf(node, life, member);
  const status = etcd.cluster?.members[member - 1]?.status;
  if (status?.frozen === true) return "held";
  const isLost =
    item.type === "request"
      ? !isPassedOn(etcd, { client, request: item.request }, localNow(etcdClock, now))
      : status?.cut === true;
  return isLost || isStranded(etcd, client) ? "stale" : "taken";
}

/** Why it happens, in words that another version understands. */
export function causeOf(item: Item, world: World, { scenario }: SimulationSetup): Cause {
  switch (item.type) {
    case "start":
    case "stop":
    case "silence":
      return { type: item.type };
    case "etcd":
      return { type: "tick" };
    case "timer":
      return { type: "timer", timer: writeEventName(item.timer) };
    case "request": {
      const { id, purpose, request } = item;
      const from = nameOfNode(scenario, item.node);
      return { type: "request", from, id, purpose, request, ...wayOf(item) };
    }
    case "watch":
      return {
        type: "watch",
        from: nameOfNode(scenario, item.node),
        id: item.id,
        request: item.request,
        ...wayOf(item),
      };
    case "unwatch":
      return { type: "unwatch", from: nameOfNode(scenario, item.node), id: item.id, ...wayOf(item) };
    case "reply":
      return { type: "reply", id: item.id, purpose: item.purpose, reply: item.reply };
    case "timeout": {
      const open = world.nodes[item.node]?.open.find(({ id }) => id === item.id);
      return { type: "timeout", id: item.id, purpose: open?.purpose ?? "write" };
    }
    case "watchMessage":
      return { type: "watchMessage", response: item.response, ...wayOf(item) };
    case "watchBroken":
      return { type: "watchBroken", id: item.id, ...wayOf(item) };
    case "task":
      return causeOfTask(item.task);
    case "fault":
      return {
        type: "fault",
        index: item.index,
        kind: scenario.faults[item.index]?.type ?? "unknown",
        phase: item.phase,
      };
  }
}

/** The format has words of its own for the tasks of a coordinator's service. */
function causeOfTask(task: Task): Cause {
  if (task.type === "prepared" || task.type === "unhealthy") return { type: task.type };
  return task.type === "write" ? { type: "write", token: task.token ?? 0 } : { type: "task", task };
}

/** Undefined: nothing that reaches beyond the coordinator. */
function writeEffect(effect: ChartEffect): TraceEffect | undefined {
  switch (effect.type) {
    case "forget":
      return undefined;
    case "request":
      return { type: "request", purpose: effect.kind };
    case "watch":
    case "unwatch":
      return { type: effect.type, watch: effect.kind };
    case "startTimer":
      return { type: "startTimer", timer: writeEventName(effect.timer), delayMs: effect.delayMs };
    case "cancelTimer":
      return { type: "cancelTimer", timer: writeEventName(effect.timer) };
    case "announce":
      return effect;
  }
}

/** A chart's step as a trace has it. */
export function writeStep(
  chart: CompiledChart,
  event: string,
  elapsedMs: number,
  { effects, next }: { readonly effects: readonly ChartEffect[]; readonly next: number },
): TraceStep {
  const { context, paths } = chart.facts(next);
  return {
    event: writeEventName(event),
    ...(elapsedMs === 0 ? {} : { elapsedMs }),
    effects: effects.map(writeEffect).filter((effect) => effect !== undefined),
    state: paths,
    ...(context.attempts === 0 ? {} : { attempts: context.attempts }),
    ...(context.setbacks === 0 ? {} : { setbacks: context.setbacks }),
  };
}

export function writeObservation(observation: Observation, scenario: Scenario): TraceObservation {
  const written: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(observation)) {
    if (field === "at" || value === undefined) continue;
    if (field === "node") written[field] = nameOfNode(scenario, value as number);
    else written[field] = value === Number.POSITIVE_INFINITY ? NEVER : (value as unknown);
  }
  return written as TraceObservation;
}

/** An observation as the judges read it. */
export function readObservation(written: TraceObservation, at: number, scenario: Scenario): Observation {
  const node = written.node === undefined ? {} : { node: nodeNamed(scenario, written.node) };
  const until = written["until"] === NEVER ? { until: Number.POSITIVE_INFINITY } : {};
  const reason = written.type === "milestone" ? { reason: written["reason"] } : {};
  return { ...written, at, ...reason, ...node, ...until } as unknown as Observation;
}
