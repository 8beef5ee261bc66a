/** Makes notices of what an election's audience hears, and tells them when the step they belong to is over. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Ledger } from "../../models/dialect.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { WriteOutcome } from "../election/driver.ts";
import type { Arrival, Audience } from "../election/member.ts";
import type { Purpose } from "../kv/kv.ts";
import type { ElectionNotice } from "./notice.ts";

/**
 * The listener is called in order, and never during a step: it may do whatever a service may, such as resign. What it throws is
 * told to `onThrow`, and the next notice comes all the same.
 */
export class NoticeTeller implements Audience {
  readonly #listener: (notice: ElectionNotice) => void;
  readonly #onThrow: (error: unknown) => void;
  readonly #memberInUse: () => string;
  readonly #sent = new Map<number, { readonly atMs: number; readonly member: string }>();
  readonly #untold: ElectionNotice[] = [];
  #phase: Phase = "joining";

  constructor(
    listener: (notice: ElectionNotice) => void,
    onThrow: (error: unknown) => void,
    memberInUse: () => string,
  ) {
    this.#listener = listener;
    this.#onThrow = onThrow;
    this.#memberInUse = memberInUse;
  }

  sent(purpose: Purpose, id: number): void {
    if (purpose !== "watch") this.#sent.set(id, { atMs: performance.now(), member: this.#memberInUse() });
  }

  arrived(arrival: Arrival): void {
    if (arrival.type !== "reply") return;
    const { id, purpose: kind, reply } = arrival;
    const sent = this.#sent.get(id);
    this.#sent.delete(id);
    if (sent === undefined) return;
    const reason = reply.type === "ok" ? undefined : `${reply.message} (${reply.code})`;
    const tookMs = performance.now() - sent.atMs;
    this.#tell({ type: "request", kind, result: reply.type, reason, tookMs, member: sent.member });
  }

  announced(milestone: Milestone, reason: LossReason | undefined, ledger: Readonly<Ledger>): void {
    const { leaseId, serverId, token } = ledger;
    this.#tell({ type: "milestone", milestone, reason, serverId, leaseId, token });
  }

  written(outcome: WriteOutcome): void {
    this.#tell({ type: "write", outcome });
  }

  settled(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#tell({ type: "phase", phase, before: this.#phase });
    this.#phase = phase;
  }

  #tell(notice: ElectionNotice): void {
    this.#untold.push(notice);
    if (this.#untold.length === 1) queueMicrotask(() => this.#tellAll());
  }

  #tellAll(): void {
    for (const notice of this.#untold.splice(0)) {
      try {
        this.#listener(notice);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
