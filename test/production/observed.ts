/**
 * What a stage heard of etcd, put where it belongs among what coordinators recorded: a change that somebody's answer already knows
 * was there before it, however late this process was told; and a key that nobody deleted went with its lease.
 */
import { NO_LEASE, type LeaseId, type StoreEvent } from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import { reachedBy } from "../../src/evidence/recording.ts";
import type { TraceEvent, TraceLine } from "../../src/trace/format.ts";

export type Change = Extract<Observation, { readonly type: "change" }>;

/** An event of a recording, and the stage's time. */
interface Recorded {
  readonly at: number;
  readonly event: TraceEvent;
}

/** A coordinator's process, as it recorded itself. */
export interface Life {
  readonly slot: number;
  readonly events: readonly Recorded[];
}

/** `beganMs`: where the stage's time begins, on the clock of every process. */
export function eventsOf(lines: readonly TraceLine[], beganMs: number): Recorded[] {
  return lines.flatMap((event) =>
    event.type === "event" ? [{ at: (event.own ?? 0) - beganMs, event }] : [],
  );
}

/** A change that a watch brought. */
export function heardOf(event: StoreEvent, at: number): Change {
  return { type: "change", at, event: readable(event), cause: "request", node: -1 };
}

/** `heard`: in the order of revisions. `byHand`: keys were deleted and leases revoked by others than coordinators. */
export function placed(heard: readonly Change[], lives: readonly Life[], byHand: boolean): Change[] {
  const knownFrom = firstKnown(lives.flatMap(({ events }) => events));
  const revokedFrom = new Map(lives.flatMap(leasesRevoked));
  const leases = new Map<string, LeaseId>();
  return heard.map((change): Change => {
    const { kv, type } = change.event;
    const at = Math.min(change.at, knownFrom(kv.modRevision));
    if (type === "PUT") leases.set(kv.key, kv.lease);
    const lease = leases.get(kv.key) ?? NO_LEASE;
    if (type === "PUT" || lease === NO_LEASE || byHand) return { ...change, at };
    return { ...change, at, cause: (revokedFrom.get(lease) ?? Infinity) <= at ? "revoke" : "expiry" };
  });
}

/** A process that had no turn, though a timer of it was due. */
export interface Starved {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Whoever was not asked to stand still and did, for more than `slowMs`: the machine had no time for it. It shows in renewals, whose
 * timers have no jitter: when they were due, and when their patience was over.
 */
export function starvedIn({ events, slot }: Life, patienceMs: number, slowMs: number): Starved[] {
  const due = new Map<string, number>();
  return events.flatMap(({ at, event: { cause, seen = [], steps = [] } }): Starved[] => {
    const waited = cause.type === "timer" ? cause.timer : cause.type === "reply" ? cause.purpose : "";
    const dueAt = due.get(waited);
    due.delete(waited);
    for (const effect of steps.flatMap(({ effects }) => effects))
      if (effect.type === "startTimer" && effect.timer.startsWith("renew"))
        due.set(effect.timer, at + effect.delayMs);
    if (seen.some((one) => one.type === "request" && one["purpose"] === "renew"))
      due.set("renew", at + patienceMs);
    return dueAt !== undefined && at - dueAt > slowMs ? [{ slot, from: dueAt, to: at }] : [];
  });
}

/** What a coordinator told, in the stage's time. */
export function seenIn({ events, slot }: Life): Observation[] {
  return events.flatMap(({ at, event }) =>
    (event.seen ?? []).map((one) => {
      const until = typeof one["until"] === "number" ? { until: one["until"] + at - event.at } : {};
      const reason = one.type === "milestone" ? { reason: one["reason"] } : {};
      return { ...one, at, node: slot, ...until, ...reason } as unknown as Observation;
    }),
  );
}

/** Sorts by time. A killed process's claim ends with it. */
export function inOrder(told: Observation[]): Observation[] {
  const roles = new Map<number, string>();
  return told
    .sort((left, right) => left.at - right.at)
    .flatMap((one): Observation[] => {
      if (one.type === "claim") roles.set(one.node, one.role);
      if (one.type === "claimEnded") roles.delete(one.node);
      if (one.type !== "ended" || one.cause !== "crash") return [one];
      const role = roles.get(one.node);
      if (role === undefined) return [one];
      roles.delete(one.node);
      return [{ type: "claimEnded", at: one.at, node: one.node, role }, one];
    });
}

/** When a revision was certainly there. */
function firstKnown(recorded: readonly Recorded[]): (revision: number) => number {
  const known = recorded
    .map(({ at, event }) => ({ at, revision: reachedBy(event.cause) }))
    .sort((left, right) => right.revision - left.revision);
  let first = Number.POSITIVE_INFINITY;
  const steps = known.map(({ at, revision }) => ({ at: (first = Math.min(first, at)), revision }));
  return (revision) => steps.findLast((one) => one.revision >= revision)?.at ?? Number.POSITIVE_INFINITY;
}

/** What it asked etcd to revoke, and from when on. */
function leasesRevoked({ events }: Life): [LeaseId, number][] {
  let lease: unknown;
  return events.flatMap(({ at, event }) =>
    (event.seen ?? []).flatMap((one): [LeaseId, number][] => {
      if (one.type === "milestone") lease = one["leaseId"];
      const revokes = one.type === "request" && one["purpose"] === "revoke";
      return revokes && typeof lease === "string" ? [[lease, at]] : [];
    }),
  );
}

/** The judges read a metadata value's writer from its beginning, as the simulated service writes it. */
function readable(event: StoreEvent): StoreEvent {
  const { key, value } = event.kv;
  if (!key.includes("-meta/collection/") || value === "") return event;
  const { token } = JSON.parse(value) as { token: number };
  return { ...event, kv: { ...event.kv, value: `${token}:${value}` } };
}
