/**
 * etcd in the world: what reaches it, what it says to whom, and its next appointment with time.
 */
import { nextTickMs, stepEtcd, type EtcdInput, type EtcdOutput } from "../../models/etcd.ts";
import { outcomeOf } from "../../models/outcome.ts";
import type { ServerReply, WatchResponse } from "../../models/etcd-api.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
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
  const due = trueInstantOf(world.etcdClock, nextTickMs(etcd));
  if (due !== world.etcdDueAt) {
    world.etcdDueAt = due;
    if (due < Number.POSITIVE_INFINITY) schedule(world.timeline, due, { type: "etcd" });
  }
  return answered;
}

/** What etcd says to a process is sent to it. */
export function hear(host: Host, output: EtcdOutput): void {
  if (output.type === "reply") answer(host, openRequest(host.node, output.id), output.reply);
  else if (output.type === "watch") deliver(host, output.response);
  else breakStreams(host, host.network.delayMs);
}

/** A process' request, watch or end of a watch has come to etcd's door. */
export function reachEtcd(run: ActiveRun, item: Item & { type: "request" | "watch" | "unwatch" }): void {
  const host = hostOf(run, item.node);
  const { network, node } = host;
  const alive = item.life === node.life;
  const client = clientOf(item.node, item.life);
  const down = run.world.etcd.mode === "down";
  const open = item.type === "request" && alive ? openRequest(node, item.id) : undefined;
  if (node.cutToEtcd) {
    arrangeTimeout(host, open);
    return;
  }
  switch (item.type) {
    case "request":
      if (down) answer(host, open, CONNECTION_REFUSED);
      else if (item.refusal !== undefined) answer(host, open, item.refusal);
      // Not answered at once: etcd holds it back, so its time may run out.
      else if (!tellEtcd(run, { type: "request", client, id: item.id, request: item.request })) {
        arrangeTimeout(host, open);
      }
      return;
    case "watch":
      if (down) breakWatch(host, item.id, network.delayMs);
      else tellEtcd(run, { type: "watch", client, watchId: item.id, request: item.request });
      return;
    case "unwatch":
      if (!down) tellEtcd(run, { type: "cancelWatch", client, watchId: item.id });
      return;
  }
}

function answer(host: Host, open: OpenRequest | undefined, reply: ServerReply): void {
  if (open === undefined) return;
  const { at, node } = host;
  const { id, purpose, timeoutMs } = open;
  const item: Item = { type: "reply", node: at, life: node.life, id, purpose, reply: outcomeOf(reply) };
  if (transmit(host, "reply", purpose, item) > timeoutMs) arrangeTimeout(host, open);
}

/** Sends a watch response; if it is lost, the stream it went down is broken. */
function deliver(host: Host, response: WatchResponse): void {
  // `created` tells the process nothing, so it is not sent.
  if (response.events.length === 0 && !response.canceled) return;
  const { at, network, node } = host;
  if (node.watchesMuted) return;
  const item: Item = { type: "watchMessage", node: at, life: node.life, response };
  if (node.cutFromEtcd) node.stream.push(item);
  else if (transmit(host, "watch", "watch", item) === Number.POSITIVE_INFINITY) {
    breakStreams(host, network.delayMs);
  }
}

/** The connection that carries the watches is gone: etcd forgets them, the process learns it `afterMs` later. */
export function breakStreams(host: Host, afterMs: number): void {
  const { at, node, run } = host;
  node.stream = [];
  for (const id of node.watches) {
    breakWatch(host, id, afterMs);
    if (run.world.etcd.mode !== "down") {
      tellEtcd(run, { type: "cancelWatch", client: clientOf(at, node.life), watchId: id }, host);
    }
  }
}
