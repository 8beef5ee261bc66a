/**
 * etcd in the world: what reaches it, what it says to whom, and its next appointment with time.
 */
import { nextTickMs, stepEtcd, type EtcdInput } from "../../models/etcd.ts";
import { outcomeOf } from "../../models/outcome.ts";
import type { ServerReply, WatchResponse } from "../../models/etcd-api.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { schedule } from "../time/timeline.ts";
import { arrangeTimeout, breakWatch, openRequest, transmit } from "./network.ts";
import { nodeOf, type Run } from "./run.ts";
import {
  clientOf,
  CONNECTION_REFUSED,
  lifeOfClient,
  nodeOfClient,
  OPERATOR,
  type Item,
  type OpenRequest,
  type SimulatedNode,
} from "./world.ts";

/** Puts one input to etcd and sends out what it says. True: it answered at once. */
export function tellEtcd(run: Run, input: EtcdInput): boolean {
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
    const at = nodeOfClient(output.client);
    const node = world.nodes[at];
    if (node === undefined || node.life !== lifeOfClient(output.client)) continue;
    if (output.type === "reply") answer(run, at, node, openRequest(node, output.id), output.reply);
    else if (output.type === "watch") deliver(run, at, node, output.response);
    else breakStreams(run, at, node, run.setup.scenario.network.delayMs);
  }
  const due = trueInstantOf(world.etcdClock, nextTickMs(etcd));
  if (due !== world.etcdDueAt) {
    world.etcdDueAt = due;
    if (due < Number.POSITIVE_INFINITY) schedule(world.timeline, due, { type: "etcd" });
  }
  return answered;
}

/** A coordinator's request, watch or end of a watch has come to etcd's door. */
export function reachEtcd(run: Run, item: Item & { type: "request" | "watch" | "unwatch" }): void {
  const node = nodeOf(run, item.node);
  const alive = item.life === node.life;
  const client = clientOf(item.node, item.life);
  const down = run.world.etcd.mode === "down";
  const open = item.type === "request" && alive ? openRequest(node, item.id) : undefined;
  if (node.cutToEtcd) {
    arrangeTimeout(run, item.node, node, open);
    return;
  }
  switch (item.type) {
    case "request":
      if (down) answer(run, item.node, node, open, CONNECTION_REFUSED);
      // Not answered at once: etcd holds it back, so its time may run out.
      else if (!tellEtcd(run, { type: "request", client, id: item.id, request: item.request })) {
        arrangeTimeout(run, item.node, node, open);
      }
      return;
    case "watch":
      if (down) breakWatch(run, item.node, node, item.id, run.setup.scenario.network.delayMs);
      else tellEtcd(run, { type: "watch", client, watchId: item.id, request: item.request });
      return;
    case "unwatch":
      if (!down) tellEtcd(run, { type: "cancelWatch", client, watchId: item.id });
      return;
  }
}

function answer(
  run: Run,
  at: number,
  node: SimulatedNode,
  open: OpenRequest | undefined,
  reply: ServerReply,
): void {
  if (open === undefined) return;
  const { id, purpose, timeoutMs } = open;
  const item: Item = { type: "reply", node: at, life: node.life, id, purpose, reply: outcomeOf(reply) };
  if (transmit(run, at, node, "reply", purpose, item) > timeoutMs) arrangeTimeout(run, at, node, open);
}

/** Sends a watch response; if it is lost, the stream it went down is broken. */
function deliver(run: Run, at: number, node: SimulatedNode, response: WatchResponse): void {
  // `created` tells the driver nothing, so it is not sent.
  if (response.events.length === 0 && !response.canceled) return;
  const item: Item = { type: "watchMessage", node: at, life: node.life, response };
  if (node.cutFromEtcd) node.stream.push(item);
  else if (transmit(run, at, node, "watch", "watch", item) === Number.POSITIVE_INFINITY) {
    breakStreams(run, at, node, run.setup.scenario.network.delayMs);
  }
}

/** The connection that carries the watches is gone: etcd forgets them, the coordinator learns it `afterMs` later. */
export function breakStreams(run: Run, at: number, node: SimulatedNode, afterMs: number): void {
  node.stream = [];
  for (const id of node.watches) {
    breakWatch(run, at, node, id, afterMs);
    if (run.world.etcd.mode !== "down") {
      tellEtcd(run, { type: "cancelWatch", client: clientOf(at, node.life), watchId: id });
    }
  }
}
