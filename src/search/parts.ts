/**
 * A world in parts: each process with everything under way for it, and etcd. The search remembers what becomes of a part, so a part
 * must hold everything that decides its future and nothing else: its normal form has instants relative to now, identities by
 * meaning, and nothing that can do nothing any more.
 */
import { emptyLedger } from "../../models/dialect.ts";
import { REQUEST_KINDS } from "../../models/election-vocabulary.ts";
import type { KeyValue, KvReply, KvRequest, TxnOp, WatchResponse } from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";
import { CoordinatorKind, type CoordinatorState } from "../simulation/coordinator-process.ts";
import type { ProcessKind } from "../simulation/process.ts";
import type { FaultInEffect, Item, SimulatedNode } from "../simulation/world.ts";
import { localNow } from "../time/node-clock.ts";
import { AGED, DATED, TOKENS } from "./forgotten-fields.ts";

/** In normal form it is always this instant, true and by every clock: a whole number of lease scans and sync loops after etcd's start. */
export const NOW = 1_000_000_000;

/** Something to come, at its instant. */
export interface ToCome {
  readonly at: number;
  readonly item: Item;
}

/** A process, its connection and its clock, and what is to come for it, in order. */
export interface NodePart {
  /** Its process' place in the scenario. */
  readonly at: number;
  readonly node: SimulatedNode;
  readonly items: readonly ToCome[];
  readonly inEffect: readonly FaultInEffect[];
}

/** A part in normal form, with the new names of what etcd knows by number too; what has none is known to etcd alone. */
export interface SettledNode {
  readonly part: NodePart;
  /** The items that can still do something, as they were. */
  readonly alive: readonly Item[];
  readonly requests: ReadonlyMap<number, number>;
  readonly watches: ReadonlyMap<number, number>;
}

/** Lives in normal form: this one, and all before it, whom nobody can reach any more. */
export const LIFE = { past: 1, present: 2 } as const;
/** The name of a request that nobody waits for. */
export const STALE = 0;
const WRITES_FROM = 20;
const ROLE_WATCH = 30;
const SESSION_WATCH = 31;
/** What a process asks for next is numbered from here, and renamed at once. */
const NEXT_ID = 1000;
const METADATA_KEYS = 3;

/** The part's normal form, as of the true instant `now`. */
export function settleNode(raw: NodePart, now: number, kind: ProcessKind, delayMs: number): SettledNode {
  const { node } = raw;
  const down = node.status === "down";
  const trueBy = now - NOW;
  const localBy = localNow(node.clock, now) - NOW;
  const state = node.state as CoordinatorState | undefined;
  const coordinator = down ? undefined : state?.coordinator;
  const requests = new Map<number, number>();
  const watches = new Map<number, number>();
  if (coordinator !== undefined) {
    coordinator.pending.forEach((id, at) => id !== 0 && requests.set(id, 1 + at));
    coordinator.writes.forEach(({ id }, at) => requests.set(id, WRITES_FROM + at));
    if (coordinator.roleWatch !== 0) watches.set(coordinator.roleWatch, ROLE_WATCH);
    if (coordinator.sessionWatch !== 0) watches.set(coordinator.sessionWatch, SESSION_WATCH);
  }
  const current = new Set(watches.keys());
  const nameWatch = (id: number): number => {
    const known = watches.get(id);
    if (known !== undefined) return known;
    const name = SESSION_WATCH + 1 + watches.size;
    watches.set(id, name);
    return name;
  };
  const life = down ? LIFE.past : LIFE.present;
  const isOpen = (id: number) => requests.has(id) && node.open.some((one) => one.id === id);
  const lives = (item: Item & { readonly life: number }) => !down && item.life === node.life;
  const timedOut = new Set<number>();

  /** The item under its new names; undefined: it is dead. */
  const rename = (item: Item): Item | undefined => {
    switch (item.type) {
      case "start":
      case "etcd":
      case "fault":
        return item;
      case "stop":
        return lives(item) ? { ...item, life } : undefined;
      case "timer": {
        const arming = node.timers.findIndex((timer) => timer.arming === item.arming);
        return lives(item) && arming >= 0 ? { ...item, life, arming } : undefined;
      }
      case "request":
        return lives(item)
          ? { ...item, life, id: requests.get(item.id) ?? STALE, request: settleRequest(item.request) }
          : { ...item, life: LIFE.past, id: STALE, request: settleRequest(item.request) };
      case "reply": {
        const id = requests.get(item.id);
        if (!lives(item) || id === undefined || !isOpen(item.id)) return undefined;
        return { ...item, life, id, reply: settleReply(item.reply, item.purpose, roleKeyOf(kind)) };
      }
      case "timeout": {
        const id = requests.get(item.id);
        if (!lives(item) || id === undefined || !isOpen(item.id) || timedOut.has(id)) return undefined;
        timedOut.add(id);
        return { ...item, life, id };
      }
      case "watch":
      case "unwatch":
        return lives(item) ? { ...item, life, id: nameWatch(item.id) } : undefined;
      case "watchMessage":
        if (!lives(item) || !current.has(item.response.watchId)) return undefined;
        return { ...item, life, response: settleResponse(item.response, nameWatch(item.response.watchId)) };
      case "watchBroken":
        if (!lives(item) || !node.watches.includes(item.id)) return undefined;
        return { ...item, life, id: nameWatch(item.id) };
      case "silence":
        if (!lives(item) || item.cut !== node.cuts || !(node.cutToEtcd || node.cutFromEtcd)) return undefined;
        return { ...item, life, cut: 1 };
      case "task":
        return lives(item) && state !== undefined && kind.awaits(state, item.task)
          ? { ...item, life }
          : undefined;
    }
  };
  const kept = (items: readonly Item[]): Item[] => items.flatMap((item) => rename(item) ?? []);

  // What is held is of before what is to come: of two time-outs of one request, the first counts.
  const held = kept(node.held);
  const alive: Item[] = [];
  const items = raw.items.flatMap(({ at, item }): ToCome[] => {
    const renamed = rename(item);
    if (renamed === undefined) return [];
    alive.push(item);
    return [{ at: at - trueBy, item: renamed }];
  });
  // At one instant a process' timers and its messages are free against each other, so it does not matter which was arranged first.
  items.sort((left, right) => left.at - right.at || rankOf(left.item) - rankOf(right.item));
  const part: NodePart = {
    at: raw.at,
    items,
    inEffect: raw.inEffect.map(({ index, life: found }) => ({
      index,
      life: found === node.life ? life : LIFE.past,
    })),
    node: {
      status: node.status,
      life: node.life === 0 ? 0 : life,
      state: settleState(state, down, localBy, requests, watches),
      clock: { rate: node.clock.rate, trueAnchorMs: NOW, localAnchorMs: NOW },
      timers: node.timers.map(({ dueLocalMs, timer }, arming) => ({
        timer,
        dueLocalMs: dueLocalMs - localBy,
        arming,
      })),
      open: node.open
        .filter(({ id }) => requests.has(id))
        .map((one) => ({ ...one, id: requests.get(one.id) ?? STALE, timeoutMs: one.timeoutMs - trueBy })),
      watches: node.watches.map(nameWatch),
      claims: node.claims.map((claim) => ({ ...claim, until: Math.max(NOW, claim.until - trueBy) })),
      held,
      cutToEtcd: node.cutToEtcd,
      cutFromEtcd: node.cutFromEtcd,
      cuts: node.cuts === 0 ? 0 : 1,
      watchesMuted: node.watchesMuted,
      stream: kept(node.stream),
      // Nothing can arrive earlier than one trip from now anyway.
      streamUntil: node.streamUntil <= now + delayMs ? 0 : node.streamUntil - trueBy,
      tampering: node.tampering.map((one) => ({ ...one })),
    },
  };
  return { part, alive, requests, watches };
}

function rankOf(item: Item): number {
  return item.type === "timer" ? 0 : item.type === "fault" ? 2 : 1;
}

/** The dead keep nothing but what stood on their disk: how often they wrote. */
function settleState(
  state: CoordinatorState | undefined,
  down: boolean,
  localBy: number,
  requests: ReadonlyMap<number, number>,
  watches: ReadonlyMap<number, number>,
): CoordinatorState | undefined {
  if (state === undefined) return undefined;
  const { preparations } = state;
  const writes = state.writes % METADATA_KEYS;
  if (down)
    return writes === 0 && preparations === 0
      ? undefined
      : { coordinator: NOBODY, writes, preparations, underWay: [] };
  const { coordinator } = state;
  const { ledger, pending, sentAt } = coordinator;
  return {
    writes,
    preparations,
    // What a write puts is told when its outcome is, and nothing else comes of it.
    underWay: [],
    coordinator: {
      state: coordinator.state,
      ledger: { ...ledger, reload: { ...ledger.reload } },
      pending: pending.map((id) => (id === 0 ? 0 : (requests.get(id) ?? 0))),
      sentAt: sentAt.map((at, kind) =>
        pending[kind] !== 0 && AGED.has(REQUEST_KINDS[kind] ?? "") ? at - localBy : 0,
      ),
      refusals: coordinator.refusals.slice(),
      writes: coordinator.writes.map((write) => ({ ...write, id: requests.get(write.id) ?? STALE })),
      roleWatch: watches.get(coordinator.roleWatch) ?? 0,
      sessionWatch: watches.get(coordinator.sessionWatch) ?? 0,
      nextId: NEXT_ID,
      claimEndsAt: coordinator.claimEndsAt === 0 ? 0 : Math.max(NOW, coordinator.claimEndsAt - localBy),
    },
  };
}

const NOBODY: CoordinatorState["coordinator"] = Object.freeze({
  state: 0,
  ledger: emptyLedger(),
  pending: [],
  sentAt: [],
  refusals: [],
  writes: [],
  roleWatch: 0,
  sessionWatch: 0,
  nextId: 1,
  claimEndsAt: 0,
});

/** Metadata says under which token and by whom it was written, and not which write of many it is. */
export function uncounted(value: string): string {
  return value.replace(/^(\d+:\d+):\d+$/u, "$1:0");
}

function settleRequest(request: KvRequest): KvRequest {
  if (request.type !== "txn") return request;
  const settled = (branch: readonly TxnOp[]) =>
    branch.map((one) =>
      one.type === "put" && one.value !== undefined ? { ...one, value: uncounted(one.value) } : one,
    );
  return { ...request, success: settled(request.success), failure: settled(request.failure) };
}

/** What a coordinator reads of a reply: of some the date, of keys what their purpose asks for. */
function settleReply(reply: KvReply, purpose: Purpose, role: string | undefined): KvReply {
  if (reply.type !== "ok") return reply;
  const { response } = reply;
  const header = { revision: DATED.has(purpose) ? response.header.revision : 0, raftTerm: 0 };
  switch (response.type) {
    case "range":
      return {
        ...reply,
        response: { ...response, header, kvs: response.kvs.map((kv) => settleRead(kv, purpose, role)) },
      };
    case "txn": {
      const responses = response.responses.map((one) =>
        one.type === "range"
          ? { ...one, header: UNDATED, kvs: one.kvs.map((kv) => settleRead(kv, purpose, role)) }
          : { ...one, header: UNDATED },
      );
      return { ...reply, response: { ...response, header, responses } as typeof response };
    }
    default:
      return { ...reply, response: { ...response, header } as typeof response };
  }
}

const UNDATED = Object.freeze({ revision: 0, raftTerm: 0 });

function roleKeyOf(kind: ProcessKind): string | undefined {
  return kind instanceof CoordinatorKind ? kind.config.candidate.keys.role : undefined;
}

function settleRead(kv: KeyValue, purpose: Purpose, role: string | undefined): KeyValue {
  return {
    ...kv,
    // The token is the active key's; of another it matters that it has one.
    createRevision:
      TOKENS.has(purpose) && kv.key === role ? kv.createRevision : Math.min(1, kv.createRevision),
    modRevision: purpose === "reload" ? kv.modRevision : 0,
    version: 0,
  };
}

/** What a coordinator reads of a watch message: the events' kinds, keys, values and leases. */
function settleResponse(response: WatchResponse, watchId: number): WatchResponse {
  return {
    ...response,
    watchId,
    header: { revision: 0, raftTerm: 0 },
    compactRevision: 0,
    events: response.events.map(({ kv, type }) => ({
      type,
      kv: { ...kv, createRevision: 0, modRevision: 0, version: 0 },
    })),
  };
}
