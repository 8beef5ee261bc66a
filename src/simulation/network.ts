/**
 * The way between a process and etcd: how long a message takes and whether it arrives.
 *
 * Requests and replies are calls with a deadline: lost ones are simply not answered. Watches are streams: nothing in them
 * is overtaken or skipped, so a lost message means that the stream broke (HTTP/2 over TCP).
 */
import type { KvRequest, WatchRequest } from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";
import { schedule } from "../time/timeline.ts";
import type { Leg } from "./faults/message.ts";
import { isOutOfReach } from "./connections.ts";
import { ask, type Host } from "./run.ts";
import { FATES } from "./scheduler.ts";
import type { Item, OpenRequest, SimulatedNode, Tampering } from "./world.ts";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Sends `item` on its way. Returns when it arrives; Infinity: never. `member`: to or from which of etcd, where there are several;
 * `pauseMs`: how much later than now.
 */
export function transmit(
  host: Host,
  leg: Leg,
  purpose: Purpose,
  item: Item,
  member?: number,
  pauseMs = 0,
): number {
  const { at, network, node, run } = host;
  if (leg === "request" ? node.cutToEtcd : node.cutFromEtcd) return NEVER;
  if (isOutOfReach(node, member)) return NEVER;
  const { now, timeline } = run.world;
  const meddled = node.tampering.length === 0 ? undefined : meddle(node, leg, purpose);
  const fate =
    meddled?.fate ??
    FATES[ask(run, { type: "fate", options: FATES.length, node: at, which: leg, purpose })] ??
    "arrives";
  const extraMs = fate === "late" ? (meddled?.byMs ?? network.lateMs) : fate === "slow" ? network.slowMs : 0;
  let arrival = now + pauseMs + network.delayMs + extraMs;
  if (leg === "watch" && fate !== "lost") node.streamUntil = arrival = Math.max(arrival, node.streamUntil);
  // Only a request is worth doubling: a second reply finds nobody waiting, a stream repeats nothing.
  const again = fate === "doubled" && leg === "request" && purpose !== "watch" ? arrival + network.slowMs : 0;
  if (fate !== "arrives" && fate !== "slow") {
    const until = fate === "lost" ? now : Math.max(arrival, again);
    run.listener.observe({ type: "message", at: now, node: at, leg, purpose, fate, until });
  }
  if (fate === "lost") return NEVER;
  const refusal = item.type === "request" ? meddled?.refusal : undefined;
  schedule(timeline, arrival, refusal === undefined ? item : { ...item, refusal });
  if (again > 0) schedule(timeline, again, item);
  return arrival;
}

/** The scenario's own aim at this kind of message, if any is left. */
function meddle(node: SimulatedNode, leg: Leg, purpose: Purpose): Tampering | undefined {
  const at = node.tampering.findIndex(
    (one) => one.leg === leg && (one.purpose === undefined || one.purpose === purpose),
  );
  const found = node.tampering[at];
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left <= 0) node.tampering.splice(at, 1);
  return found;
}

/** A request as its sender gives it to the network. */
export interface Sending {
  readonly id: number;
  readonly request: KvRequest;
  /** By the sender's own clock. */
  readonly timeoutMs: number;
  readonly purpose: Purpose;
}

/** A process sends a request. */
export function sendRequest(host: Host, { id, purpose, request, timeoutMs }: Sending): void {
  const { at, node, run } = host;
  const { now } = run.world;
  const { life } = node;
  const { rate } = node.clock;
  const endsMs = rate > 0 ? now + timeoutMs / rate : NEVER;
  const member = node.client?.member;
  // Written out twice: nothing is sent as often.
  run.listener.observe(
    member === undefined
      ? { type: "request", at: now, node: at, purpose }
      : { type: "request", at: now, node: at, purpose, member },
  );
  const open: OpenRequest =
    member === undefined ? { id, purpose, timeoutMs: endsMs } : { id, purpose, timeoutMs: endsMs, member };
  node.open.push(open);
  const item: Item =
    member === undefined
      ? { type: "request", node: at, life, id, purpose, request }
      : { type: "request", node: at, life, id, purpose, request, member };
  // One that is lost, or so late that nobody waits for it any more when it arrives.
  if (transmit(host, "request", purpose, item, member) > endsMs) arrangeTimeout(host, open);
}

/** Most requests are answered in time, so their time-outs are arranged only once they may matter. */
export function arrangeTimeout({ at, node, run: { world } }: Host, open: OpenRequest | undefined): void {
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

/** A process opens a watch. */
export function sendWatch(host: Host, id: number, request: WatchRequest): void {
  const { at, network, node, run } = host;
  run.listener.observe({ type: "request", at: run.world.now, node: at, purpose: "watch" });
  node.watches.push(id);
  const item: Item = { type: "watch", node: at, life: node.life, id, request };
  if (transmit(host, "request", "watch", item) === NEVER) breakWatch(host, id, network.streamTimeoutMs);
}

/** A process closes a watch. A close that is lost leaves a watch at etcd that nobody listens to. */
export function sendUnwatch({ at, network, node, run }: Host, id: number): void {
  const open = node.watches.indexOf(id);
  if (open < 0) return;
  node.watches.splice(open, 1);
  if (node.cutToEtcd) return;
  const { now, timeline } = run.world;
  schedule(timeline, now + network.delayMs, { type: "unwatch", node: at, life: node.life, id });
}

/** The process learns in `afterMs` that the watch has broken; `stream`: its connections do, that this one has. */
export function breakWatch(
  { at, node, run: { world } }: Host,
  id: number,
  afterMs: number,
  stream?: number,
): void {
  const which = stream === undefined ? {} : { stream };
  schedule(world.timeline, world.now + afterMs, {
    type: "watchBroken",
    node: at,
    life: node.life,
    id,
    ...which,
  });
}
