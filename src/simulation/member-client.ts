/**
 * A process' connections to etcd's members, one in use at a time, as `src/kv/etcd` has them: a member that leaves a request
 * unanswered, or cannot answer it, is blamed and the next one is used. Nothing is sent twice because of it. Watches at a blamed member
 * go on at the next from the revision after the last one told; one that cannot is told broken.
 */
import type { WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import { schedule } from "../time/timeline.ts";
import {
  isOutOfReach,
  isStreamBroken,
  watchOnStream,
  type MemberClient,
  type MemberWatch,
} from "./connections.ts";
import { transmit } from "./network.ts";
import type { Host } from "./run.ts";
import type { Item } from "./world.ts";

/** As in `src/kv/etcd/watch.ts`: streams tried one after another, the first pause, and the time for a watch to be confirmed. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;
const CONFIRM_MS = 5000;

/** A watch is opened at the member in use. */
export function openAtMember(host: Host, client: MemberClient, id: number, request: WatchRequest): void {
  const { at, node, run } = host;
  run.listener.observe({
    type: "request",
    at: run.world.now,
    node: at,
    purpose: "watch",
    member: client.member,
  });
  node.watches.push(id);
  const next = request.startRevision ?? 0;
  const watch = { id, request, next, member: client.member, stream: 0, attempts: 0, confirmed: false };
  client.watches = [...client.watches, watch];
  openStream(host, client, watch, 0);
}

function openStream(host: Host, client: MemberClient, watch: MemberWatch, pauseMs: number): void {
  const { at, node, run } = host;
  const { now, timeline } = run.world;
  const { id, next, request } = watch;
  const stream = ++client.streams;
  const { member } = client;
  const opened = { ...watch, member, stream, attempts: watch.attempts + 1 };
  client.watches = client.watches.map((one) => (one.id === id ? opened : one));
  const parties = { node: at, life: node.life, id } as const;
  const asked = next === 0 ? request : { ...request, startRevision: next };
  transmit(
    host,
    "request",
    "watch",
    { type: "watch", ...parties, request: asked, member, stream },
    member,
    pauseMs,
  );
  const unconfirmed: Item = { type: "watchBroken", ...parties, stream, unconfirmed: true };
  schedule(timeline, now + pauseMs + CONFIRM_MS, unconfirmed);
}

/** The watch is closed; where a cancellation is lost, the member goes on telling somebody who does not listen. */
export function closeAtMember(host: Host, client: MemberClient, id: number): void {
  host.node.watches = host.node.watches.filter((open) => open !== id);
  const watch = client.watches.find((one) => one.id === id);
  if (watch === undefined) return;
  client.watches = client.watches.filter((one) => one !== watch);
  cancel(host, watch);
}

function cancel({ at, network, node, run }: Host, { id, member, stream }: MemberWatch): void {
  if (node.cutToEtcd || isOutOfReach(node, member)) return;
  const { now, timeline } = run.world;
  const item: Item = { type: "unwatch", node: at, life: node.life, id, member, stream };
  schedule(timeline, now + network.delayMs, item);
}

/** A request to this member was not answered, or it cannot answer it: watches there may be silent too. */
export function blame(host: Host, member: number | undefined): void {
  const { client } = host.node;
  if (client === undefined || member === undefined) return;
  leave(client, member);
  for (const watch of client.watches)
    if (watch.member === member) {
      cancel(host, watch);
      goOn(host, client, watch);
    }
}

/** The next member is used from now on, unless somebody was quicker to say so. */
function leave(client: MemberClient, member: number): void {
  if (client.member === member) client.member = (member % client.members) + 1;
}

/** The watch goes on at the member in use, unless too many streams brought nothing: then the process is told, now. */
function goOn(host: Host, client: MemberClient, watch: MemberWatch): void {
  const { at, node, run } = host;
  // One that begins now and was confirmed has an unknown beginning: what came between two streams would be missed.
  const resumable = watch.next > 0 || !watch.confirmed;
  if (resumable && watch.attempts < ATTEMPTS)
    return openStream(host, client, { ...watch, confirmed: false }, FIRST_PAUSE_MS * 2 ** watch.attempts);
  client.watches = client.watches.filter((one) => one !== watch);
  schedule(run.world.timeline, run.world.now, {
    type: "watchBroken",
    node: at,
    life: node.life,
    id: watch.id,
  });
}

export function onStreamBroken(host: Host, item: Item & { type: "watchBroken" }): void {
  const { client } = host.node;
  const watch = watchOnStream(host.node, item.stream);
  if (client === undefined || watch === undefined || !isStreamBroken(host.node, item)) return;
  leave(client, watch.member);
  // One that broke is gone at the member too.
  if (item.unconfirmed === true) cancel(host, watch);
  goOn(host, client, watch);
}

/** What the process is told of a message on a stream; undefined: nothing. */
export function onStreamMessage(
  { node }: Host,
  { response, stream }: Item & { type: "watchMessage" },
): WatchResponse | undefined {
  const { client } = node;
  const watch = watchOnStream(node, stream);
  if (client === undefined || watch === undefined) return undefined;
  // What is known already is not told again.
  const events = response.events.filter(({ kv }) => kv.modRevision >= watch.next);
  const last = events.at(-1)?.kv.modRevision;
  const next = last === undefined ? watch.next : last + 1;
  const heard = { ...watch, attempts: 0, confirmed: true, next };
  client.watches = client.watches.flatMap((one) =>
    one !== watch ? [one] : response.canceled ? [] : [heard],
  );
  return events.length === 0 && !response.canceled ? undefined : { ...response, events };
}
