/**
 * The coordinator as a process of the world: the driver that runs in production, and beside it the little service that a
 * simulation gives it, which takes its time to prepare and writes metadata under the fence.
 */
import { REQUEST_KINDS, type LossReason, type Milestone } from "../../models/election-vocabulary.ts";
import { handoverRequest } from "../../models/dialect.ts";
import type { Step } from "../../models/compiled-chart.ts";
import type {
  KeyValue,
  KvReply,
  KvRequest,
  Revision,
  TxnOp,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import * as driver from "../election/driver.ts";
import type { Coordinator, ElectionConfig, Ports, WriteOutcome } from "../election/driver.ts";
import type { Purpose } from "../kv/kv.ts";
import type { Instant } from "../time/clock.ts";
import {
  NO_CLAIMS,
  UNPLACED,
  type Claim,
  type Departure,
  type ProcessCode,
  type ProcessKind,
  type ProcessPorts,
  type ProcessView,
} from "./process.ts";
import type { Task } from "./task.ts";
import { METADATA_KEYS, type ServiceSetup } from "./scenario.ts";

const PURPOSES: readonly Purpose[] = [...REQUEST_KINDS, "write"];

/** A coordinator's state with its service's. */
export interface CoordinatorState {
  readonly coordinator: Coordinator;
  /** Writes of all its lives, so that no two write the same. */
  writes: number;
  /** Preparations of all its lives that failed. */
  preparations: number;
  /** Where preparation takes longer by it: how many entries of the metadata it has loaded since it began to. */
  entries?: number;
  /** The writes under way, until their outcomes are told. */
  readonly underWay: WriteUnderWay[];
}

interface WriteUnderWay {
  readonly id: number;
  /** The term that it belongs to, and what it puts; absent: it deletes. */
  readonly write: { readonly token: Revision; readonly value?: string };
}

export class CoordinatorKind implements ProcessKind<CoordinatorState> {
  readonly state = "plain";
  readonly purposes = PURPOSES;
  readonly config: ElectionConfig;
  readonly #place: number;
  readonly #service: ServiceSetup;
  /** As it was told last. */
  #claimed: readonly Claim[] = NO_CLAIMS;

  /** `place`: in the scenario, which stands in what it writes. */
  constructor(config: ElectionConfig, place: number, service: ServiceSetup) {
    this.config = config;
    this.#place = place;
    this.#service = service;
  }

  get role(): string {
    return this.config.candidate.identity.role;
  }

  get chart(): ElectionConfig["chart"] {
    return this.config.chart;
  }

  connect(ports: ProcessPorts): ProcessCode<CoordinatorState> {
    return new CoordinatorCode(this.config, this.#place, this.#service, ports);
  }

  claims({ coordinator }: CoordinatorState): readonly Claim[] {
    if (driver.phaseOf(this.config, coordinator) !== "active") return NO_CLAIMS;
    const { claimEndsAt: until, ledger } = coordinator;
    const [last] = this.#claimed;
    // Asked after each step, and nearly always what it was.
    if (last?.until !== until || last.token !== ledger.token)
      this.#claimed = [{ role: this.role, token: ledger.token, until }];
    return this.#claimed;
  }

  departure({ coordinator }: CoordinatorState): Departure | undefined {
    const { paths, phase } = this.config.chart.facts(coordinator.state);
    if (phase !== "ended") return undefined;
    return paths.includes("exited") ? "exited" : "stopped";
  }

  /** Writes belong to one term of office. */
  awaits({ coordinator }: CoordinatorState, { token, type }: Task): boolean {
    if (type !== "write") return true;
    return coordinator.ledger.token === token && driver.phaseOf(this.config, coordinator) === "active";
  }

  view({ coordinator }: CoordinatorState): ProcessView {
    const { leaseId, serverId, token } = coordinator.ledger;
    const { paths, phase } = this.config.chart.facts(coordinator.state);
    return { phase, paths, serverId, leaseId, token };
  }

  keys(state: CoordinatorState | undefined): Readonly<Record<"active" | "session" | "metadata", string>> {
    const { metadata, role: active, sessionPrefix } = this.config.candidate.keys;
    return { active, metadata, session: `${sessionPrefix}${state?.coordinator.ledger.serverId ?? 0}` };
  }

  handover(
    state: CoordinatorState | undefined,
    read: (key: string) => KeyValue | undefined,
  ): KvRequest | undefined {
    const session = read(this.keys(state).session);
    return session === undefined ? undefined : handoverRequest(session);
  }

  copy({ coordinator, underWay, ...counted }: CoordinatorState): CoordinatorState {
    return { coordinator: driver.cloneCoordinator(coordinator), ...counted, underWay: underWay.slice() };
  }

  /** Chart states are written by meaning: their numbers belong to one process of the operating system. */
  write({ coordinator, ...rest }: CoordinatorState): unknown {
    const state = this.config.chart.encode(coordinator.state);
    return { coordinator: { ...coordinator, state }, ...rest };
  }

  read(written: unknown): CoordinatorState {
    const { coordinator, ...rest } = written as Omit<CoordinatorState, "coordinator"> & {
      coordinator: Omit<Coordinator, "state"> & { state: string };
    };
    const state = this.config.chart.decode(coordinator.state);
    return { coordinator: { ...coordinator, state }, ...rest };
  }
}

class CoordinatorCode implements ProcessCode<CoordinatorState>, Ports {
  readonly #config: ElectionConfig;
  readonly #place: number;
  readonly #service: ServiceSetup;
  readonly #ports: ProcessPorts;
  /** The write whose reply is being taken. */
  #answered: WriteUnderWay | undefined;
  /** Of the metadata that the reply being taken is a page of, with all pages before it. */
  #loaded = 0;

  constructor(config: ElectionConfig, place: number, service: ServiceSetup, ports: ProcessPorts) {
    this.#config = config;
    this.#place = place;
    this.#service = service;
    this.#ports = ports;
  }

  begin(before: CoordinatorState | undefined): CoordinatorState {
    const coordinator = driver.createCoordinatorState(this.#config);
    driver.start(this.#config, coordinator, this);
    const { preparations = 0, writes = 0 } = before ?? {};
    return { coordinator, writes, preparations, underWay: [] };
  }

  stop({ coordinator }: CoordinatorState): void {
    driver.stop(this.#config, coordinator, this);
  }

  onReply(state: CoordinatorState, id: number, reply: KvReply): void {
    const { coordinator, underWay } = state;
    if (this.#service.perEntryMs !== undefined) this.#loadPage(state, id, reply);
    const at = underWay.findIndex((write) => write.id === id);
    this.#answered = at < 0 ? undefined : underWay.splice(at, 1)[0];
    driver.onReply(this.#config, coordinator, this, id, reply);
  }

  #loadPage(state: CoordinatorState, id: number, reply: KvReply): void {
    const { ledger, pending } = state.coordinator;
    if (pending[REQUEST_KINDS.indexOf("reload")] !== id) return;
    const before = ledger.reload.lastKey === "" ? 0 : (state.entries ?? 0);
    const page = reply.type === "ok" && reply.response.type === "range" ? reply.response.kvs.length : 0;
    this.#loaded = state.entries = before + page;
  }

  onWatch({ coordinator }: CoordinatorState, response: WatchResponse): void {
    driver.onWatch(this.#config, coordinator, this, response.watchId, response);
  }

  onWatchBroken({ coordinator }: CoordinatorState, id: number): void {
    driver.onWatchBroken(this.#config, coordinator, this, id);
  }

  onTimer({ coordinator }: CoordinatorState, timer: string): void {
    driver.onTimer(this.#config, coordinator, this, timer);
  }

  onTask(state: CoordinatorState, task: Task): void {
    if (task.type === "prepared") this.#prepared(state);
    else if (task.type === "unhealthy") driver.reportUnhealthy(this.#config, state.coordinator, this);
    else this.#write(state, task);
  }

  #prepared(state: CoordinatorState): void {
    const ready = state.preparations >= (this.#service.failsFirst ?? 0);
    if (!ready) state.preparations += 1;
    driver.finishPreparing(this.#config, state.coordinator, this, ready);
  }

  #write(state: CoordinatorState, task: Task): void {
    const count = state.writes++;
    const { token } = state.coordinator.ledger;
    const value = `${token}:${this.#place}:${count}`;
    const { deleteEvery } = this.#service;
    const deletes = deleteEvery !== undefined && count % deleteEvery === deleteEvery - 1;
    const operation: TxnOp = deletes
      ? { type: "deleteRange", key: this.#keyOf(count - 1) }
      : { type: "put", key: this.#keyOf(count), value };
    const id = driver.writeFenced(this.#config, state.coordinator, this, [operation]);
    if (id !== undefined) state.underWay.push({ id, write: deletes ? { token } : { token, value } });
    this.#ports.arrange(task, this.#service.writeEveryMs);
  }

  /** Where some are deleted, the names begin alike: 1, 10, 100. */
  #keyOf(count: number): string {
    const place = count % METADATA_KEYS;
    const number = this.#service.deleteEvery === undefined ? place : 10 ** place;
    return `${this.#config.candidate.keys.metadata}collection-${number}`;
  }

  announce({ ledger }: Coordinator, milestone: Milestone, reason: LossReason | undefined): void {
    const { leaseId, loadedRevision, roleRevision, serverId, token } = ledger;
    const { role } = this.#config.candidate.identity;
    this.#ports.tell({
      type: "milestone",
      at: UNPLACED.at,
      node: UNPLACED.node,
      role,
      milestone,
      reason,
      serverId,
      leaseId,
      token,
      loadedRevision,
      roleRevision,
    });
    if (milestone === "prepare") {
      const { activationMs, perEntryMs = 0 } = this.#service;
      this.#ports.arrange({ type: "prepared" }, activationMs + perEntryMs * this.#loaded);
    }
    if (milestone === "active" && this.#service.writeEveryMs > 0)
      this.#ports.arrange({ type: "write", token }, 0);
  }

  written(_coordinator: Coordinator, _id: number, outcome: WriteOutcome): void {
    const { at, node } = UNPLACED;
    this.#ports.tell({ type: "written", at, node, outcome, ...this.#answered?.write });
  }

  stepped(_coordinator: Coordinator, type: string, elapsedMs: number, step: Step): void {
    this.#ports.stepped(type, elapsedMs, step);
  }

  now(): Instant {
    return this.#ports.now();
  }

  startTimer(timer: string, delayMs: number, jitterMs: number): void {
    this.#ports.startTimer(timer, delayMs, jitterMs);
  }

  cancelTimer(timer: string): void {
    this.#ports.cancelTimer(timer);
  }

  send(id: number, request: KvRequest, timeoutMs: number, purpose: Purpose): void {
    this.#ports.send(id, request, timeoutMs, purpose);
  }

  watch(id: number, request: WatchRequest): void {
    this.#ports.watch(id, request);
  }

  unwatch(id: number): void {
    this.#ports.unwatch(id);
  }
}
