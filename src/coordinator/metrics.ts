/** What Prometheus may know of a coordinator: its role, its term, its lease, what it asks etcd, and its takeovers. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { WriteOutcome } from "../election/driver.ts";
import type { Arrival, Audience } from "../election/member.ts";
import type { Purpose } from "../kv/kv.ts";
import type { Status } from "../service/term.ts";

const PHASES: readonly Phase[] = ["joining", "standby", "activating", "active", "leaving", "ended"];
/** A hand-over takes milliseconds, a reload of much metadata seconds. */
const TAKEOVER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export class Metrics implements Audience {
  readonly #registry = new Registry();
  readonly #requests: Counter<"purpose">;
  readonly #renewals: Counter<"outcome">;
  readonly #writes: Counter<"outcome">;
  readonly #losses: Counter<"reason">;
  readonly #takeovers: Histogram;
  /** When the role was seen to be free, or else when the coordinator began to campaign for it. */
  #vacantSinceMs: number | undefined;

  /** `status` is asked whenever somebody looks; `claimMs` is how long a fresh lease may be relied on. */
  constructor(role: string, claimMs: number, status: () => Status) {
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
    this.#requests = new Counter({
      name: "leasehold_etcd_requests_total",
      help: "Requests sent to etcd.",
      labelNames: ["purpose"],
      registers,
    });
    this.#renewals = new Counter({
      name: "leasehold_lease_renewals_total",
      help: "Answers to lease renewals: ok, refused, unknown.",
      labelNames: ["outcome"],
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
  }

  /** The page that Prometheus reads, and its media type. */
  async page(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  arrived(arrival: Arrival): void {
    if (arrival.type === "reply" && arrival.purpose === "renew")
      this.#renewals.inc({ outcome: arrival.reply.type });
  }

  sent(purpose: Purpose): void {
    this.#requests.inc({ purpose });
  }

  written(outcome: WriteOutcome): void {
    this.#writes.inc({ outcome });
  }

  announced(milestone: Milestone, reason: string | undefined): void {
    if (milestone === "vacancy") this.#vacantSinceMs = performance.now();
    if (milestone === "campaigning") this.#vacantSinceMs ??= performance.now();
    if (milestone === "watching" || milestone === "lost") this.#vacantSinceMs = undefined;
    if (milestone === "lost") this.#losses.inc({ reason: reason ?? "unknown" });
    if (milestone !== "active" || this.#vacantSinceMs === undefined) return;
    this.#takeovers.observe((performance.now() - this.#vacantSinceMs) / 1000);
    this.#vacantSinceMs = undefined;
  }
}
