/** How everyone stands at the cursor: read off a picture, never simulated. */
import { ETCD } from "../simulation/names.ts";
import type { KeyValue } from "../../models/etcd-api.ts";
import { ownInstant } from "../reading/clocks.ts";
import type { Standing } from "../trace/standing.ts";
import { leaseLeftMs } from "../reading/leases.ts";
import type { Message } from "../reading/message.ts";
import { lastFrom, within } from "../reading/sorted.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";

export interface CoordinatorNow {
  readonly name: string;
  readonly standing: Standing;
  readonly paused: boolean;
  readonly own: number;
  readonly token: number | undefined;
  readonly claimLeftMs: number | undefined;
  readonly lease: { readonly id: string; readonly leftMs: number; readonly ttlMs: number } | undefined;
  /** The chart's state, one path for each region. */
  readonly chart: readonly string[];
}

export interface ShownMoment {
  readonly coordinators: readonly CoordinatorNow[];
  /** Absent: nobody told how etcd stood, only what it changed. */
  readonly etcd?: { readonly mode: string; readonly revision: number; readonly leases: number };
  readonly keys: readonly (KeyValue & { readonly fresh: boolean; readonly owner: string | undefined })[];
  readonly underWay: readonly Message[];
}

/** The last answer for each picture: several parts of a page ask for the same instant. */
const known = new WeakMap<Picture, { readonly cursor: PlayerCursor; readonly now: ShownMoment }>();

export function nowAt(picture: Picture, cursor: PlayerCursor): ShownMoment {
  const last = known.get(picture);
  if (last?.cursor.n === cursor.n && last.cursor.at === cursor.at) return last.now;
  const now = findNow(picture, cursor);
  known.set(picture, { cursor, now });
  return now;
}

function findNow(picture: Picture, { at, n }: PlayerCursor): ShownMoment {
  const { changes, finder, leases, modes, run } = picture;
  const when = run.events[n - 1]?.at ?? 0;
  const fresh = new Set(
    within(changes, when, when)
      .filter((change) => change.n === n)
      .map(({ event }) => event.kv.key),
  );
  const etcd = finder.etcd(n)?.etcd;
  return {
    coordinators: run.processes.map((name) => coordinatorNow(picture, name, { at, n })),
    ...(run.header.recorded === undefined
      ? {
          etcd: {
            mode: etcd?.mode ?? lastFrom(modes, at)?.value ?? "serving",
            revision: etcd?.revision ?? 1,
            leases: etcd?.leases ?? 0,
          },
        }
      : {}),
    keys: finder.keysAfter(n).map((kv) => ({
      ...kv,
      fresh: fresh.has(kv.key),
      owner: leases.find(({ id }) => id === kv.lease)?.owner,
    })),
    underWay: underWayAt(picture, { at, n }),
  };
}

function coordinatorNow(picture: Picture, name: string, { at, n }: PlayerCursor): CoordinatorNow {
  const { claims, clocks, finder, lanes, leases, run } = picture;
  const lane = lanes.get(name);
  const band = lastFrom(lane?.bands ?? [], at);
  const until = lastFrom(claims.get(name) ?? [], at)?.until ?? 0;
  const life = leases.findLast((one) => one.owner === name && leaseLeftMs(one, at) !== undefined);
  const standing = band?.standing ?? "down";
  return {
    name,
    standing,
    paused: lane?.pauses.some(({ from, to }) => from <= at && (at < to || to === run.untilMs)) ?? false,
    own: ownInstant(clocks.get(name) ?? [], at),
    token: band?.token,
    claimLeftMs: until > at ? until - at : undefined,
    lease: life && { id: life.id, leftMs: Math.max(0, leaseLeftMs(life, at) ?? 0), ttlMs: life.ttlMs },
    chart:
      standing === "down" || standing === "unknown"
        ? []
        : (finder.stepped(name, n)?.steps?.at(-1)?.state ?? []),
  };
}

/** Sent, and not there yet. */
export function underWayAt({ finder }: Picture, { at, n }: PlayerCursor): Message[] {
  return finder
    .flyingNear(n)
    .filter(
      ({ arrivals, fate, n: sent }) =>
        sent <= n &&
        fate !== "lost" &&
        fate !== "cut off" &&
        (fate === "under way" || arrivals.some((arrival) => arrival.n > n && arrival.at >= at)),
    );
}

/** How far along its way a message is, 0 to 1. */
export function partOfWay({ arrivals, at: sent }: Message, at: number): number {
  const arrival = arrivals.find((one) => one.at >= at) ?? arrivals.at(-1);
  if (arrival === undefined || arrival.at <= sent) return 0.5;
  return Math.min(1, Math.max(0, (at - sent) / (arrival.at - sent)));
}

export function otherEnd({ from, to }: Message): string {
  return from === ETCD ? to : from;
}
