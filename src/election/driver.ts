/**
 * The driver: performs what the chart decides, through two small contracts, and turns what comes back into the chart's
 * next event. Synchronous and without promises; the same code runs on a real etcd and inside a simulated world.
 *
 * A {@link Coordinator} is plain data, so a world can copy it, write it to a file and go on elsewhere. What does not
 * change (chart, timing, keys) is its {@link ElectionConfig}.
 */
import type {
  ElectionSettings,
  LossReason,
  Milestone,
  RequestKind,
  WatchKind,
} from "../../models/election-vocabulary.ts";
import { REQUEST_KINDS } from "../../models/election-vocabulary.ts";
import {
  emptyLedger,
  type Candidate,
  type Dialect,
  type Identity,
  type Ledger,
} from "../../models/dialect.ts";
import { pageTimeoutMs } from "../../models/reload.ts";
import type { ChartEffect, Phase, StateId, Step, CompiledChart } from "../../models/compiled-chart.ts";
import { MOST_REFUSALS, refusedPauseMs, type Timing } from "../../models/timing.ts";
import {
  NO_LEASE,
  type KvReply,
  type Revision,
  type TxnOp,
  type WatchResponse,
} from "../../models/etcd-api.ts";
import type { Clock } from "../time/clock.ts";
import type { Kv } from "../kv/kv.ts";

/** What coordinators of one chart and one role share, and what never changes. */
export interface ElectionConfig {
  readonly chart: CompiledChart;
  readonly dialect: Dialect;
  readonly timing: Timing;
  readonly candidate: Candidate;
}

/** Who a coordinator is and how it is to behave. */
export interface ElectionConfigSettings extends ElectionSettings {
  readonly identity: Identity;
  /** The lease's time to live, whole seconds, at least 2. */
  readonly ttlSeconds: number;
  /** Where the keys are; absent: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
  /** Whoever has won serves within this, ms, or gives the role back; absent: three TTLs. */
  readonly activationLimitMs?: number;
  /** How wrong a clock may be under which a claim ends before its lease does; absent: 0.02. */
  readonly clockRateTolerance?: number;
}

/** One coordinator's whole state. Change it through the functions of this file alone. */
export interface Coordinator {
  state: StateId;
  readonly ledger: Ledger;
  /** Newest request of each kind by {@link REQUEST_KINDS}' order: its id, or 0. Replies to older ones are stale. */
  readonly pending: number[];
  /** When those were sent, by the own clock. */
  readonly sentAt: number[];
  /** How often in a row etcd has refused each, up to {@link MOST_REFUSALS}. */
  readonly refusals: number[];
  /** Metadata writes under way, with the token that each carries: an answer may come when another term has begun. */
  writes: WriteUnderWay[];
  /** Ids of the open watches, or 0: `role`, `session`. */
  roleWatch: number;
  sessionWatch: number;
  nextId: number;
  /** The own clock's instant at which the claim ends unless renewed; the chart's `claimEnds` timer stands on it too. */
  claimEndsAt: number;
}

/** A write that has no answer yet, by its request id. */
export interface WriteUnderWay {
  readonly id: number;
  readonly token: Revision;
}

/** How a fenced write ended. `superseded`: the guard refused it, somebody else holds the role or nobody does. */
export type WriteOutcome = "applied" | "superseded" | "refused" | "unknown";

/** Less than any clock resolves, more than adding instants costs in floating point. */
const CLOCK_NOISE_MS = 1e-6;

/** Everything a coordinator reaches the world by. */
export interface Ports extends Kv, Clock {
  /** A milestone of this coordinator; `reason` goes with `lost`. */
  announce(coordinator: Coordinator, milestone: Milestone, reason: LossReason | undefined): void;
  /** The end of a write begun with {@link writeFenced}. */
  written(coordinator: Coordinator, id: number, outcome: WriteOutcome): void;
  /** The chart took a step; for whoever records it. */
  stepped?(coordinator: Coordinator, type: string, elapsedMs: number, step: Step): void;
}

export function createCoordinatorState(config: ElectionConfig): Coordinator {
  return {
    state: config.chart.start.next,
    ledger: emptyLedger(),
    pending: REQUEST_KINDS.map(() => 0),
    sentAt: REQUEST_KINDS.map(() => 0),
    refusals: REQUEST_KINDS.map(() => 0),
    writes: [],
    roleWatch: 0,
    sessionWatch: 0,
    nextId: 1,
    claimEndsAt: 0,
  };
}

/** A copy that shares nothing with the original. */
export function cloneCoordinator(coordinator: Coordinator): Coordinator {
  return {
    ...coordinator,
    ledger: { ...coordinator.ledger },
    pending: coordinator.pending.slice(),
    sentAt: coordinator.sentAt.slice(),
    refusals: coordinator.refusals.slice(),
    writes: coordinator.writes.slice(),
  };
}

export function phaseOf(config: ElectionConfig, coordinator: Coordinator): Phase {
  return config.chart.facts(coordinator.state).phase;
}

/** Whether this coordinator may serve right now. Asks the clock, not the chart: a process that wakes late is already out. */
export function mayServe(config: ElectionConfig, coordinator: Coordinator, nowMs: number): boolean {
  return nowMs < coordinator.claimEndsAt && phaseOf(config, coordinator) === "active";
}

/** Begins the election. Call once, first. */
export function start(config: ElectionConfig, coordinator: Coordinator, ports: Ports): void {
  perform(config, coordinator, ports, config.chart.start);
}

/** The operator's clean stop. */
export function stop(config: ElectionConfig, coordinator: Coordinator, ports: Ports): void {
  take(config, coordinator, ports, "stop", 0);
}

/** The service's answer to the milestone `prepare`: ready to serve, or not able to. */
export function finishPreparing(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  ready: boolean,
): void {
  take(config, coordinator, ports, ready ? "prepared" : "unprepared", 0);
}

/** The service can do nothing for anybody, though the lease is well: gives the role up. Nothing, while it holds none. */
export function reportUnhealthy(config: ElectionConfig, coordinator: Coordinator, ports: Ports): void {
  take(config, coordinator, ports, "unhealthy", 0);
}

/** A timer started through the ports has fired. */
export function onTimer(config: ElectionConfig, coordinator: Coordinator, ports: Ports, timer: string): void {
  take(config, coordinator, ports, timer, 0);
}

/** The reply to the request sent under `id`. Replies to requests that were superseded are dropped here. */
export function onReply(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  id: number,
  reply: KvReply,
): void {
  const kindIndex = coordinator.pending.indexOf(id);
  const kind = REQUEST_KINDS[kindIndex];
  if (kind === undefined) {
    onWritten(config, coordinator, ports, id, reply);
    return;
  }
  coordinator.pending[kindIndex] = 0;
  const refusals =
    reply.type === "refused" ? Math.min((coordinator.refusals[kindIndex] ?? 0) + 1, MOST_REFUSALS) : 0;
  coordinator.refusals[kindIndex] = refusals;
  const event = config.dialect.readings[kind](reply, config.candidate, coordinator.ledger);
  if (event !== "lease.renewed" && event !== "lease.granted") {
    take(config, coordinator, ports, event, 0, { refusals });
    return;
  }
  // Rounded up: an age must never be understated. Whole milliseconds keep the number of distinct events small.
  const now = ports.now();
  const elapsedMs = Math.ceil(now - (coordinator.sentAt[kindIndex] ?? 0) - CLOCK_NOISE_MS);
  take(config, coordinator, ports, event, elapsedMs, { agedAt: now });
}

/** A message of the watch opened under `id`. */
export function onWatch(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  id: number,
  response: WatchResponse,
): void {
  const kind = watchKindOf(coordinator, id);
  if (kind === undefined) return;
  if (response.canceled) {
    const ended = config.dialect.watchCanceled(kind);
    if (ended !== undefined) take(config, coordinator, ports, ended, 0);
    return;
  }
  for (const event of response.events) {
    const known = config.dialect.watchReadings[kind](event, coordinator.ledger);
    if (known !== undefined) take(config, coordinator, ports, known, 0);
    if (watchKindOf(coordinator, id) === undefined) return; // the event closed this watch
  }
}

/** The watch opened under `id` will bring nothing more: stream closed, connection lost, history compacted. */
export function onWatchBroken(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  id: number,
): void {
  const kind = watchKindOf(coordinator, id);
  if (kind === undefined) return;
  take(config, coordinator, ports, kind === "role" ? "role.unwatched" : "session.unwatched", 0);
}

/**
 * Writes metadata as the active coordinator, guarded by the fencing token. Returns the write's id; the outcome comes by
 * `ports.written`. Undefined: not active, or the claim has ended, and nothing was sent.
 */
export function writeFenced(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  operations: readonly TxnOp[],
): number | undefined {
  if (!mayServe(config, coordinator, ports.now())) return undefined;
  const id = coordinator.nextId++;
  coordinator.writes.push({ id, token: coordinator.ledger.token });
  const request = config.dialect.guarded(operations, config.candidate, coordinator.ledger);
  ports.send(id, request, config.timing.requestTimeoutMs, "write");
  return id;
}

function onWritten(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  id: number,
  reply: KvReply,
): void {
  const at = coordinator.writes.findIndex((write) => write.id === id);
  const write = coordinator.writes[at];
  if (write === undefined) return;
  coordinator.writes.splice(at, 1);
  const outcome = outcomeOfWrite(reply);
  ports.written(coordinator, id, outcome);
  // The refusal of an earlier term's write says nothing about this one.
  if (outcome === "superseded" && write.token === coordinator.ledger.token)
    take(config, coordinator, ports, "fenced", 0);
}

function outcomeOfWrite(reply: KvReply): WriteOutcome {
  if (reply.type !== "ok") return reply.type;
  return reply.response.type === "txn" && !reply.response.succeeded ? "superseded" : "applied";
}

/** What of a step's cause its timers need. */
interface Cause {
  /** The own clock's instant at which the event's `elapsedMs` was true; absent: now. */
  readonly agedAt?: number;
  /** How often in a row etcd has refused what it now refuses again. */
  readonly refusals?: number;
}

const ANY_CAUSE: Cause = {};

function take(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  type: string,
  elapsedMs: number,
  cause = ANY_CAUSE,
): void {
  const step = config.chart.step(coordinator.state, type, elapsedMs);
  ports.stepped?.(coordinator, type, elapsedMs, step);
  perform(config, coordinator, ports, step, cause);
}

function perform(
  config: ElectionConfig,
  coordinator: Coordinator,
  ports: Ports,
  step: Step,
  { agedAt, refusals = 0 } = ANY_CAUSE,
): void {
  coordinator.state = step.next;
  let nothingToRevoke = false;
  for (let index = 0; index < step.effects.length; index++) {
    const effect = step.effects[index] as ChartEffect;
    switch (effect.type) {
      case "request":
        if (effect.kind === "revoke" && coordinator.ledger.leaseId === NO_LEASE) nothingToRevoke = true;
        else send(config, coordinator, ports, effect.kind);
        break;
      case "watch":
        openWatch(config, coordinator, ports, effect.kind);
        break;
      case "unwatch":
        closeWatch(coordinator, ports, effect.kind);
        break;
      case "forget":
        forget(coordinator);
        break;
      case "startTimer":
        // Not from now: the process may have stood still since.
        if (effect.endsClaim === true) coordinator.claimEndsAt = (agedAt ?? ports.now()) + effect.delayMs;
        ports.startTimer(
          effect.timer,
          effect.grows === true ? refusedPauseMs(effect.delayMs, refusals) : effect.delayMs,
          effect.jittered === true ? config.timing.backOffJitterMs : 0,
        );
        break;
      case "cancelTimer":
        ports.cancelTimer(effect.timer);
        break;
      case "announce":
        ports.announce(coordinator, effect.milestone, effect.reason);
        break;
    }
  }
  if (nothingToRevoke) take(config, coordinator, ports, "lease.released", 0);
}

/** A new membership begins: nothing of the last one may be mistaken for it. Request ids go on. */
function forget(coordinator: Coordinator): void {
  Object.assign(coordinator.ledger, emptyLedger());
  coordinator.pending.fill(0);
  coordinator.refusals.fill(0);
  coordinator.claimEndsAt = 0;
}

function send(config: ElectionConfig, coordinator: Coordinator, ports: Ports, kind: RequestKind): void {
  const id = coordinator.nextId++;
  const kindIndex = REQUEST_KINDS.indexOf(kind);
  coordinator.pending[kindIndex] = id;
  coordinator.sentAt[kindIndex] = ports.now();
  const { ledger } = coordinator;
  const request = config.dialect.requests[kind](config.candidate, ledger);
  const { timing } = config;
  const timeoutMs = kind === "reload" ? pageTimeoutMs(timing, ledger.reload) : timing.requestTimeoutMs;
  ports.send(id, request, timeoutMs, kind);
}

function openWatch(config: ElectionConfig, coordinator: Coordinator, ports: Ports, kind: WatchKind): void {
  const id = coordinator.nextId++;
  if (kind === "role") coordinator.roleWatch = id;
  else coordinator.sessionWatch = id;
  ports.watch(id, config.dialect.watches[kind](config.candidate, coordinator.ledger));
}

function closeWatch(coordinator: Coordinator, ports: Ports, kind: WatchKind): void {
  const id = kind === "role" ? coordinator.roleWatch : coordinator.sessionWatch;
  if (kind === "role") coordinator.roleWatch = 0;
  else coordinator.sessionWatch = 0;
  if (id !== 0) ports.unwatch(id);
}

function watchKindOf(coordinator: Coordinator, id: number): WatchKind | undefined {
  if (id === 0) return undefined;
  if (id === coordinator.roleWatch) return "role";
  return id === coordinator.sessionWatch ? "session" : undefined;
}
