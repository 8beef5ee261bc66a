/** What Prometheus may know of a coordinator: its role, its term, its lease, what it asks etcd, and its takeovers. */
import { VERSION } from "../version.ts";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { KeyValue } from "../../models/etcd-api.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { WriteOutcome } from "../election/driver.ts";
import type { Audience } from "../election/member.ts";
import type { Status } from "../service/term.ts";
import type { PhaseTime } from "./phase-time.ts";
import type { EndedRequest } from "../service/requests.ts";

const PHASES: readonly Phase[] = ["joining", "standby", "activating", "active", "leaving", "away", "ended"];
/** A hand-over takes milliseconds, a reload of much metadata seconds. */
const TAKEOVER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
/** Up to the longest time-out. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** What is asked whenever somebody looks. */
export interface MetricSources {
  readonly role: string;
  /** How long a fresh lease may be relied on. */
  readonly claimMs: number;
  readonly status: () => Status;
  readonly phaseTime: PhaseTime;
  /** The member of etcd in use; undefined: none yet. */
  readonly member: () => string | undefined;
}

export class Metrics implements Audience {
  readonly #registry = new Registry();
  readonly #requests: Counter<"kind" | "result">;
  readonly #latencies: Histogram<"kind">;
  readonly #writes: Counter<"outcome">;
  readonly #losses: Counter<"reason">;
  readonly #takeovers: Histogram;
  readonly #reloads: Histogram;
  readonly #loaded: Gauge<"unit">;
  /** When the role was seen to be free, or else when the coordinator began to campaign for it. */
  #vacantSinceMs: number | undefined;
  #wonAtMs = 0;

  constructor({ claimMs, member, phaseTime, role, status }: MetricSources) {
    const registry = this.#registry;
    const registers = [registry];
    registry.setDefaultLabels({ role });
    collectDefaultMetrics({ register: registry });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    new Gauge({
      name: "leasehold_phase",
      help: "1 for the phase that the coordinator is in, 0 for the others.",
      labelNames: ["phase"],
      registers,
      collect() {
        const { phase } = status();
        for (const one of PHASES) this.set({ phase: one }, one === phase ? 1 : 0);
      },
    });
    gauge("leasehold_phase_seconds", "Since it entered that phase.", () => phaseTime.seconds);
    gauge(
      "leasehold_phase_overdue",
      "1 while that is longer than the phase's limit, and /healthz says 503.",
      () => (phaseTime.overdue ? 1 : 0),
    );
    gauge("leasehold_active", "1 while the coordinator may serve.", () => {
      const { claimLeftMs, phase } = status();
      return phase === "active" && claimLeftMs > 0 ? 1 : 0;
    });
    gauge(
      "leasehold_term",
      "The fencing token of the role it holds; 0 without a role.",
      () => status().token,
    );
    gauge("leasehold_server_id", "Its server id; 0 before it has one.", () => status().serverId);
    gauge("leasehold_lease_age_seconds", "Since the sending of the last renewal that etcd granted.", () => {
      const { claimLeftMs, leaseId } = status();
      return leaseId === "0" ? 0 : Math.max(0, claimMs - claimLeftMs) / 1000;
    });
    gauge(
      "leasehold_claim_left_seconds",
      "How long it may rely on its lease without another renewal.",
      () => status().claimLeftMs / 1000,
    );
    new Gauge({
      name: "leasehold_etcd_member",
      help: "1 for the member of etcd that is in use.",
      labelNames: ["member"],
      registers,
      collect() {
        this.reset();
        const inUse = member();
        if (inUse !== undefined) this.set({ member: inUse }, 1);
      },
    });
    new Gauge({
      name: "leasehold_build_info",
      help: "Always 1; its labels say what is running.",
      labelNames: ["version", "node"],
      registers,
    }).set({ version: VERSION, node: process.version }, 1);
    this.#requests = new Counter({
      name: "leasehold_etcd_requests_total",
      help: "Requests to etcd by kind and result: ok, refused, unknown, unusable.",
      labelNames: ["kind", "result"],
      registers,
    });
    this.#latencies = new Histogram({
      name: "leasehold_etcd_request_duration_seconds",
      help: "From sending a request to its answer, or to giving it up.",
      labelNames: ["kind"],
      buckets: REQUEST_SECONDS,
      registers,
    });
    this.#writes = new Counter({
      name: "leasehold_metadata_writes_total",
      help: "Ends of guarded metadata writes.",
      labelNames: ["outcome"],
      registers,
    });
    this.#losses = new Counter({
      name: "leasehold_losses_total",
      help: "Memberships that ended without being asked to.",
      labelNames: ["reason"],
      registers,
    });
    this.#takeovers = new Histogram({
      name: "leasehold_takeover_duration_seconds",
      help: "From the role seen free to serving it; the count is the number of takeovers.",
      buckets: TAKEOVER_SECONDS,
      registers,
    });
    this.#reloads = new Histogram({
      name: "leasehold_reload_duration_seconds",
      help: "From winning the role to having its metadata.",
      buckets: TAKEOVER_SECONDS,
      registers,
    });
    this.#loaded = new Gauge({
      name: "leasehold_reload_size",
      help: "What the last reload brought, in keys and in bytes of keys and values.",
      labelNames: ["unit"],
      registers,
    });
  }

  /** The page that Prometheus reads, and its media type. */
  async page(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  ended({ kind, result, tookMs }: EndedRequest): void {
    this.#requests.inc({ kind, result });
    if (tookMs !== undefined) this.#latencies.observe({ kind }, tookMs / 1000);
  }

  /** The metadata is there. */
  loaded(metadata: readonly KeyValue[]): void {
    let bytes = 0;
    for (const { key, value } of metadata) bytes += key.length + value.length;
    this.#loaded.set({ unit: "keys" }, metadata.length);
    this.#loaded.set({ unit: "bytes" }, bytes);
  }

  written(outcome: WriteOutcome): void {
    this.#writes.inc({ outcome });
  }

  announced(milestone: Milestone, reason: string | undefined): void {
    if (milestone === "won") this.#wonAtMs = performance.now();
    if (milestone === "prepare") this.#reloads.observe((performance.now() - this.#wonAtMs) / 1000);
    if (milestone === "vacancy") this.#vacantSinceMs = performance.now();
    if (milestone === "campaigning") this.#vacantSinceMs ??= performance.now();
    if (milestone === "watching" || milestone === "lost") this.#vacantSinceMs = undefined;
    if (milestone === "lost") this.#losses.inc({ reason: reason ?? "unknown" });
    if (milestone !== "active" || this.#vacantSinceMs === undefined) return;
    this.#takeovers.observe((performance.now() - this.#vacantSinceMs) / 1000);
    this.#vacantSinceMs = undefined;
  }
}
