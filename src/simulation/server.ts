/**
 * etcd in the world: what reaches it, what it says to whom, and its next appointment with time.
 */
import {
  isUnserved,
  memberOf,
  nextTickMs,
  stepEtcd,
  type EtcdInput,
  type EtcdOutput,
} from "../../models/etcd.ts";
import { outcomeOf } from "../../models/outcome.ts";
import type { ServerReply, WatchResponse } from "../../models/etcd-api.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { isOutOfReach, watchOnStream } from "./connections.ts";
import { arrangeTimeout, breakWatch, openRequest, transmit } from "./network.ts";
import { hostOf, type ActiveRun, type Host } from "./run.ts";
import {
  clientOf,
  CONNECTION_REFUSED,
  lifeOfClient,
  nodeOfClient,
  OPERATOR,
  type Item,
  type OpenRequest,
} from "./world.ts";

/**
 * Puts one input to etcd and sends out what it says. True: it answered at once. `unheard`: the connection that carries this
 * process' watches is gone, so what etcd says on it reaches nobody.
 */
export function tellEtcd(run: ActiveRun, input: EtcdInput, unheard?: Host): boolean {
  if (run.aside !== undefined) return run.aside(input, unheard);
  const { listener, world } = run;
  const { changes, etcd, outputs } = stepEtcd(world.etcd, input, localNow(world.etcdClock, world.now));
  world.etcd = etcd;
  for (let index = 0; index < changes.length; index++) {
    const { cause, client, event } = changes[index] as (typeof changes)[number];
    const node = client === undefined ? OPERATOR : nodeOfClient(client);
    listener.observe({ type: "change", at: world.now, event, cause, node });
  }
  let answered = false;
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs[index] as (typeof outputs)[number];
    answered ||= output.type === "reply";
    const host = run.hosts[nodeOfClient(output.client)];
    if (host === undefined || host.node.life !== lifeOfClient(output.client)) continue;
    if (host === unheard && output.type !== "reply") continue;
    hear(host, output);
  }
  expectTick(run);
  return answered;
}

/** etcd's next appointment with time, by its clock as it runs now. */
export function expectTick({ world }: ActiveRun): void {
  const due = Math.max(world.now, trueInstantOf(world.etcdClock, nextTickMs(world.etcd)));
  if (due === world.etcdDueAt) return;
  world.etcdDueAt = due;
  if (due < Number.POSITIVE_INFINITY) schedule(world.timeline, due, { type: "etcd" });
}

/** What etcd says to a process is sent to it. */
export function hear(host: Host, output: EtcdOutput): void {
  if (output.type === "reply") answer(host, openRequest(host.node, output.id), output.reply);
  else if (host.node.client === undefined) {
    if (output.type === "watch") deliver(host, output.response);
    else breakStreams(host, host.network.delayMs);
  } else if (output.type === "watch") deliverOn(host, output);
  else breakMemberStreams(host, host.network.delayMs, memberOf(output.client), output.stream);
}

/** A process' request, watch or end of a watch has come to etcd's door. */
export function reachEtcd(run: ActiveRun, item: Item & { type: "request" | "watch" | "unwatch" }): void {
  const host = hostOf(run, item.node);
  const { network, node } = host;
  const alive = item.life === node.life;
  const client = clientOf(item.node, item.life, item.member);
  const down = isUnserved(run.world.etcd, client);
  const open = item.type === "request" && alive ? openRequest(node, item.id) : undefined;
  if (node.cutToEtcd || isOutOfReach(node, item.member)) {
    arrangeTimeout(host, open);
    // As one that is sent while it is cut off; of several members each has a time to confirm.
    if (item.type === "watch" && item.member === undefined && alive)
      breakWatch(host, item.id, network.streamTimeoutMs);
    return;
  }
  switch (item.type) {
    case "request":
      if (down) answer(host, open, CONNECTION_REFUSED);
      else if (item.refusal !== undefined) answer(host, open, item.refusal);
      // Not answered at once: etcd holds it back, so its time may run out.
      else if (!tellEtcd(run, requestOf(item, client))) arrangeTimeout(host, open);
      return;
    case "watch":
      if (down) {
        if (alive) breakWatch(host, item.id, network.delayMs, item.stream);
      } else
        tellEtcd(run, {
          type: "watch",
          client,
          watchId: item.id,
          request: item.request,
          ...(item.member === undefined ? {} : ASKS_FOR_A_LEADER),
          ...onStream(item),
        });
      return;
    case "unwatch":
      if (!down) tellEtcd(run, { type: "cancelWatch", client, watchId: item.id, ...onStream(item) });
      return;
  }
}

/** One of several members is asked to say so where it has no leader, as `src/kv/etcd` does: another may have. */
const ASKS_FOR_A_LEADER = { hasLeader: true } as const;

function requestOf({ id, member, request }: Item & { type: "request" }, client: number): EtcdInput {
  if (member === undefined) return { type: "request", client, id, request };
  return { type: "request", client, id, request, ...ASKS_FOR_A_LEADER };
}

function onStream({ stream }: Item & { type: "watch" | "unwatch" }): { readonly stream?: number } {
  return stream === undefined ? {} : { stream };
}

function answer(host: Host, open: OpenRequest | undefined, reply: ServerReply): void {
  if (open === undefined) return;
  const { at, node } = host;
  const { id, member, purpose, timeoutMs } = open;
  const item: Item = { type: "reply", node: at, life: node.life, id, purpose, reply: outcomeOf(reply) };
  if (transmit(host, "reply", purpose, item, member) > timeoutMs) arrangeTimeout(host, open);
}

/** Sends a watch response; if it is lost, the stream it went down is broken. */
function deliver(host: Host, response: WatchResponse): void {
  const { at, kind, network, node } = host;
  // `created` tells most processes nothing, so it is not sent.
  const awaited = response.created && kind.awaitsConfirmation?.(node.state, response.watchId) === true;
  if (response.events.length === 0 && !response.canceled && !awaited) return;
  if (node.watchesMuted) return;
  const item: Item = { type: "watchMessage", node: at, life: node.life, response };
  if (node.cutFromEtcd) node.stream.push(item);
  else if (transmit(host, "watch", "watch", item) === Number.POSITIVE_INFINITY) {
    breakStreams(host, network.delayMs);
  }
}

/** The same from one of several members, whose `created` confirms the stream; nobody listens to one that was left. */
function deliverOn(host: Host, { client, response, stream }: EtcdOutput & { type: "watch" }): void {
  const { at, network, node, run } = host;
  if (watchOnStream(node, stream) === undefined) return;
  if (node.watchesMuted && !response.created) return;
  const member = memberOf(client);
  const item: Item = { type: "watchMessage", node: at, life: node.life, response, stream };
  if (node.cutFromEtcd || isOutOfReach(node, member)) node.stream.push(item);
  // A confirmation tells the process nothing, so it is none of the messages that meet a fate.
  else if (response.created) schedule(run.world.timeline, run.world.now + network.delayMs, item);
  else if (transmit(host, "watch", "watch", item, member) === Number.POSITIVE_INFINITY)
    breakMemberStreams(host, network.delayMs, member);
}

/** The connection to a member is gone, or one stream of it; absent: to all. The process' connections learn it `afterMs` later. */
export function breakMemberStreams(host: Host, afterMs: number, member?: number, stream?: number): void {
  const { at, node, run } = host;
  const gone = (node.client?.watches ?? []).filter(
    (watch) =>
      (member === undefined || watch.member === member) && (stream === undefined || watch.stream === stream),
  );
  node.stream = node.stream.filter(
    (item) => item.type !== "watchMessage" || !gone.some((watch) => watch.stream === item.stream),
  );
  for (const watch of gone) {
    breakWatch(host, watch.id, afterMs, watch.stream);
    const client = clientOf(at, node.life, watch.member);
    if (isUnserved(run.world.etcd, client)) continue;
    tellEtcd(run, { type: "cancelWatch", client, stream: watch.stream, watchId: watch.id }, host);
  }
}

/** What waited for the connection to come back is sent on. */
export function sendOn({ network, node, run: { world } }: Host): void {
  const arrival = world.now + network.delayMs;
  for (const item of node.stream.splice(0)) schedule(world.timeline, arrival, item);
  node.streamUntil = Math.max(node.streamUntil, arrival);
}

/** The connection that carries the watches is gone: etcd forgets them, the process learns it `afterMs` later. */
export function breakStreams(host: Host, afterMs: number): void {
  const { at, node, run } = host;
  if (node.client !== undefined) return breakMemberStreams(host, afterMs);
  node.stream = [];
  for (const id of node.watches) {
    breakWatch(host, id, afterMs);
    if (run.world.etcd.mode !== "down") {
      tellEtcd(run, { type: "cancelWatch", client: clientOf(at, node.life), watchId: id }, host);
    }
  }
}
