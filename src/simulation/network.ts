/**
 * The way between a coordinator and etcd: how long a message takes and whether it arrives.
 *
 * Requests and replies are calls with a deadline: lost ones are simply not answered. Watches are streams: nothing in them
 * is overtaken or skipped, so a lost message means that the stream broke (HTTP/2 over TCP).
 */
import type { WatchResponse } from "../../models/vocabulary.ts";
import type { Purpose } from "../kv/kv.ts";
import { schedule } from "../time/timeline.ts";
import type { Leg } from "./fault.ts";
import { FATES } from "./scheduler.ts";
import type { Simulation } from "./simulation.ts";
import type { Item, SimulatedNode } from "./world.ts";

type Fate = "arrives" | "slow" | "late" | "lost" | "doubled";

/** Sends `item` on its way. Returns when it arrives; Infinity: never. */
export function transmit(
  simulation: Simulation,
  at: number,
  node: SimulatedNode,
  leg: Leg,
  purpose: Purpose | "watch",
  item: Item,
): number {
  if (leg === "request" ? node.cutToEtcd : node.cutFromEtcd) return Number.POSITIVE_INFINITY;
  const { network } = simulation.laboratory.scenario;
  const { now, timeline } = simulation.world;
  const meddled = meddle(node, leg, purpose);
  const fate: Fate = meddled?.fate ?? FATES[simulation.ask("fate", FATES.length)] ?? "arrives";
  const extraMs = fate === "late" ? (meddled?.byMs ?? network.lateMs) : fate === "slow" ? network.slowMs : 0;
  let arrival = now + network.delayMs + extraMs;
  if (leg === "watch" && fate !== "lost") node.streamUntil = arrival = Math.max(arrival, node.streamUntil);
  // Only a request is worth doubling: a second reply finds nobody waiting, a stream repeats nothing.
  const again = fate === "doubled" && leg === "request" && purpose !== "watch" ? arrival + network.slowMs : 0;
  if (fate !== "arrives" && fate !== "slow") {
    const until = fate === "lost" ? now : Math.max(arrival, again);
    simulation.listener.observe({ type: "message", at: now, node: at, leg, purpose, fate, until });
  }
  if (fate === "lost") return Number.POSITIVE_INFINITY;
  schedule(timeline, arrival, item);
  if (again > 0) schedule(timeline, again, item);
  return arrival;
}

/** Sends a watch response; if it is lost, the stream it went down is broken. */
export function deliverWatch(simulation: Simulation, at: number, node: SimulatedNode, response: WatchResponse): void {
  const item: Item = { type: "watchMessage", node: at, life: node.life, response };
  if (node.cutFromEtcd) node.stream.push(item);
  else if (transmit(simulation, at, node, "watch", "watch", item) === Number.POSITIVE_INFINITY) {
    simulation.breakStreams(at, node, simulation.laboratory.scenario.network.delayMs);
  }
}

/** The scenario's own aim at this kind of message, if any is left. */
function meddle(node: SimulatedNode, leg: Leg, purpose: Purpose | "watch"): SimulatedNode["tampering"][number] | undefined {
  if (node.tampering.length === 0) return undefined;
  const at = node.tampering.findIndex(
    (one) => one.leg === leg && (one.purpose === undefined || one.purpose === purpose),
  );
  const found = node.tampering[at];
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left <= 0) node.tampering.splice(at, 1);
  return found;
}
