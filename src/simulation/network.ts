/**
 * The way between a coordinator and etcd: how long a message takes and whether it arrives.
 *
 * Requests and replies are calls with a deadline: lost ones are simply not answered. Watches are streams: nothing in them
 * is overtaken or skipped, so a lost message means that the stream broke (HTTP/2 over TCP).
 */
import type { KvRequest, WatchRequest } from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";
import { schedule } from "../time/timeline.ts";
import type { Leg } from "./faults/message.ts";
import { ask, type Run } from "./run.ts";
import { FATES } from "./scheduler.ts";
import type { Item, OpenRequest, SimulatedNode, Tampering } from "./world.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Sends `item` on its way. Returns when it arrives; Infinity: never. */
export function transmit(
  run: Run,
  at: number,
  node: SimulatedNode,
  leg: Leg,
  purpose: Purpose | "watch",
  item: Item,
): number {
  if (leg === "request" ? node.cutToEtcd : node.cutFromEtcd) return NEVER;
  const { network } = run.setup.scenario;
  const { now, timeline } = run.world;
  const meddled = node.tampering.length === 0 ? undefined : meddle(node, leg, purpose);
  const fate = meddled?.fate ?? FATES[ask(run, "fate", FATES.length, at, leg, purpose)] ?? "arrives";
  const extraMs = fate === "late" ? (meddled?.byMs ?? network.lateMs) : fate === "slow" ? network.slowMs : 0;
  let arrival = now + network.delayMs + extraMs;
  if (leg === "watch" && fate !== "lost") node.streamUntil = arrival = Math.max(arrival, node.streamUntil);
  // Only a request is worth doubling: a second reply finds nobody waiting, a stream repeats nothing.
  const again = fate === "doubled" && leg === "request" && purpose !== "watch" ? arrival + network.slowMs : 0;
  if (fate !== "arrives" && fate !== "slow") {
    const until = fate === "lost" ? now : Math.max(arrival, again);
    run.listener.observe({ type: "message", at: now, node: at, leg, purpose, fate, until });
  }
  if (fate === "lost") return NEVER;
  schedule(timeline, arrival, item);
  if (again > 0) schedule(timeline, again, item);
  return arrival;
}

/** The scenario's own aim at this kind of message, if any is left. */
function meddle(node: SimulatedNode, leg: Leg, purpose: Purpose | "watch"): Tampering | undefined {
  const at = node.tampering.findIndex(
    (one) => one.leg === leg && (one.purpose === undefined || one.purpose === purpose),
  );
  const found = node.tampering[at];
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left <= 0) node.tampering.splice(at, 1);
  return found;
}

/** A coordinator sends a request. */
export function sendRequest(
  run: Run,
  at: number,
  node: SimulatedNode,
  id: number,
  request: KvRequest,
  timeoutMs: number,
  purpose: Purpose,
): void {
  const { now } = run.world;
  run.listener.observe({ type: "request", at: now, node: at, purpose });
  const { rate } = node.clock;
  const open: OpenRequest = { id, purpose, timeoutMs: rate > 0 ? now + timeoutMs / rate : NEVER };
  node.open.push(open);
  const item: Item = { type: "request", node: at, life: node.life, id, purpose, request };
  if (transmit(run, at, node, "request", purpose, item) === NEVER) arrangeTimeout(run, at, node, open);
}

/** Most requests are answered in time, so their time-outs are arranged only once they may matter. */
export function arrangeTimeout(
  { world }: Run,
  at: number,
  node: SimulatedNode,
  open: OpenRequest | undefined,
): void {
  if (open === undefined || open.timeoutMs === NEVER) return;
  const item: Item = { type: "timeout", node: at, life: node.life, id: open.id };
  schedule(world.timeline, Math.max(world.now, open.timeoutMs), item);
}

export function openRequest(node: SimulatedNode, id: number): OpenRequest | undefined {
  const { open } = node;
  for (let index = 0; index < open.length; index++) if (open[index]?.id === id) return open[index];
  return undefined;
}

/** Takes the request off the list of those without a reply. False: it is not on it, its reply came or its time is over. */
export function closeRequest(node: SimulatedNode, id: number): boolean {
  const found = openRequest(node, id);
  if (found === undefined) return false;
  node.open.splice(node.open.indexOf(found), 1);
  return true;
}

/** A coordinator opens a watch. */
export function sendWatch(
  run: Run,
  at: number,
  node: SimulatedNode,
  id: number,
  request: WatchRequest,
): void {
  run.listener.observe({ type: "request", at: run.world.now, node: at, purpose: "watch" });
  node.watches.push(id);
  const item: Item = { type: "watch", node: at, life: node.life, id, request };
  if (transmit(run, at, node, "request", "watch", item) === NEVER) {
    breakWatch(run, at, node, id, run.setup.scenario.network.streamTimeoutMs);
  }
}

/** A coordinator closes a watch. A close that is lost leaves a watch at etcd that nobody listens to. */
export function sendUnwatch(run: Run, at: number, node: SimulatedNode, id: number): void {
  const open = node.watches.indexOf(id);
  if (open < 0) return;
  node.watches.splice(open, 1);
  if (node.cutToEtcd) return;
  const { now, timeline } = run.world;
  const { delayMs } = run.setup.scenario.network;
  schedule(timeline, now + delayMs, { type: "unwatch", node: at, life: node.life, id });
}

/** The coordinator learns in `afterMs` that the watch has broken. */
export function breakWatch(
  { world }: Run,
  at: number,
  node: SimulatedNode,
  id: number,
  afterMs: number,
): void {
  schedule(world.timeline, world.now + afterMs, { type: "watchBroken", node: at, life: node.life, id });
}
