/** How everyone stands at one instant of a trace. */
import { grouped } from "../../words/count.ts";
import type { ChalkInstance } from "chalk";
import type { TraceHeader, TraceVerdict } from "../../trace/format.ts";
import { tellMembers, type CoordinatorMoment, type Moment } from "../../run/moment.ts";
import { sentenceOf } from "../../trace/tell-verdict.ts";
import { shortKey, tellName } from "../../trace/words.ts";
import { seconds } from "../../words/seconds.ts";
import { cellsOf, pad } from "../../words/cells.ts";
import { ttlText } from "../../words/ttl.ts";

const MOST_KEYS = 20;

export function renderMoment(
  moment: Moment,
  violated: readonly TraceVerdict[],
  { scenario }: TraceHeader,
  paint: ChalkInstance,
): string {
  const { at, coordinators, etcd, keys, messages } = moment;
  const width = Math.max(...coordinators.map(({ name }) => cellsOf(name)));
  const more = keys.length - MOST_KEYS;
  return [
    paint.bold(`At ${seconds(at)}`) + paint.dim(`, ${ttlText(scenario)}`),
    "",
    ...coordinators.flatMap((one) => renderCoordinator(one, at, width, scenario.ttlSeconds * 1000, paint)),
    "",
    `${paint.bold("etcd")}  ${etcd.mode}, revision ${grouped(etcd.revision)}${clockText(etcd.own, at)}`,
    ...(etcd.members === undefined ? [] : [paint.dim(`  members: ${tellMembers(etcd.members)}`)]),
    ...keys.slice(0, MOST_KEYS).map(renderKey),
    ...(more > 0 ? [paint.dim(`  … ${more} more keys`)] : []),
    "",
    paint.bold("under way") + (messages.length === 0 ? paint.dim("  nothing") : ""),
    ...messages.map(
      ({ direction, inMs, node, what }) =>
        `  ${direction === "to etcd" ? `${node} → etcd` : `etcd → ${node}`}  ${what}, arrives in ${seconds(inMs)}`,
    ),
    ...(violated.length === 0 ? [] : ["", ...violated.map((one) => renderBroken(one, paint))]),
    "",
  ].join("\n");
}

const BAR = 24;

function renderCoordinator(
  one: CoordinatorMoment,
  at: number,
  width: number,
  ttlMs: number,
  paint: ChalkInstance,
): string[] {
  const indent = " ".repeat(width + 2);
  const serves = one.claimLeftMs !== undefined && one.claimLeftMs > 0;
  const status = one.status === "paused" ? "PAUSED, " : "";
  const state = one.status === "down" ? "down" : `${status}${one.phase}`;
  const lines = [
    `${paint.bold(pad(one.name, width))}  ${serves ? paint.green.bold(`▶ ${state}, SERVES`) : state}${clockText(one.own, at)}`,
  ];
  if (one.leaseLeftMs !== undefined) {
    const full = Math.max(0, Math.min(BAR, Math.round((one.leaseLeftMs / ttlMs) * BAR)));
    lines.push(
      `${indent}lease ${"█".repeat(full)}${"░".repeat(BAR - full)} ${seconds(one.leaseLeftMs)} left at etcd`,
    );
  } else if (one.lease !== "0") lines.push(`${indent}${paint.red("lease gone at etcd")}`);
  if (one.claimLeftMs !== undefined)
    lines.push(
      one.claimLeftMs > 0
        ? `${indent}may serve for ${one.claimLeftMs === Number.POSITIVE_INFINITY ? "ever" : `${seconds(one.claimLeftMs)} more`}, token ${one.token}`
        : `${indent}its claim ended ${seconds(-one.claimLeftMs)} ago, token ${one.token}`,
    );
  if (one.status === "down") return lines;
  const asks = one.member === undefined ? "" : ` · asks member ${one.member}`;
  lines.push(
    `${indent}${paint.dim(`server id ${one.serverId || "none"}${asks} · ${one.state.join(" + ")}`)}`,
  );
  if (one.timers.length > 0) {
    const timers = one.timers.map(
      ({ inMs, timer }) =>
        `${tellName(timer)} ${inMs < 0 ? `due since ${seconds(-inMs)}` : `in ${seconds(inMs)}`}`,
    );
    lines.push(`${indent}${paint.dim(`timers: ${timers.join(", ")}`)}`);
  }
  return lines;
}

/** A clock that is right is not worth a word. */
function clockText(own: number, at: number): string {
  const offMs = own - at;
  return Math.abs(offMs) < 1
    ? ""
    : `, its clock shows ${seconds(own)} (${offMs > 0 ? "+" : ""}${seconds(offMs)})`;
}

function renderKey({ createRevision, key, lease, modRevision, version }: Moment["keys"][number]): string {
  const tied = lease === "0" ? "" : `, lease …${lease.slice(-4)}`;
  return `  ${shortKey(key)}  created ${createRevision}, modified ${modRevision}, version ${version}${tied}`;
}

function renderBroken({ property, violation }: TraceVerdict, paint: ChalkInstance): string {
  const head = paint.red.bold(`${property} is violated`);
  return violation === undefined ? head : `${head} since ${seconds(violation.at)}: ${sentenceOf(violation)}`;
}
