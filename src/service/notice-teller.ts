/** Makes notices of what an election's audience hears, and tells them when the step they belong to is over. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Ledger } from "../../models/dialect.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { WriteOutcome } from "../election/driver.ts";
import type { Arrival, Audience } from "../election/member.ts";
import type { Purpose } from "../kv/kv.ts";
import type { ElectionNotice } from "./notice.ts";
import { RequestFollower } from "./requests.ts";

/**
 * The listener is called in order, and never during a step: it may do whatever a service may, such as resign. What it throws is
 * told to `onThrow`, and the next notice comes all the same.
 */
export class NoticeTeller implements Audience {
  readonly #listener: (notice: ElectionNotice) => void;
  readonly #onThrow: (error: unknown) => void;
  readonly #requests: RequestFollower;
  /** Of the step that is being taken. */
  readonly #step: ElectionNotice[] = [];
  readonly #untold: ElectionNotice[] = [];
  #phase: Phase = "joining";

  constructor(
    listener: (notice: ElectionNotice) => void,
    onThrow: (error: unknown) => void,
    memberInUse: () => string,
    nowMs?: () => number,
  ) {
    this.#listener = listener;
    this.#onThrow = onThrow;
    this.#requests = new RequestFollower(
      memberInUse,
      (ended) => this.#tell({ type: "request", ...ended }),
      nowMs,
    );
  }

  sent(purpose: Purpose, id: number): void {
    this.#requests.sent(purpose, id);
  }

  arrived(arrival: Arrival): void {
    this.#requests.arrived(arrival);
  }

  stepped(event: string): void {
    this.#requests.stepped(event);
  }

  announced(milestone: Milestone, reason: LossReason | undefined, ledger: Readonly<Ledger>): void {
    const { leaseId, serverId, token } = ledger;
    this.#step.push({ type: "milestone", milestone, reason, serverId, leaseId, token });
  }

  written(outcome: WriteOutcome): void {
    this.#step.push({ type: "write", outcome });
  }

  /** The request that ended comes before what it brought about. */
  settled(phase: Phase): void {
    this.#requests.settled(phase);
    for (const notice of this.#step.splice(0)) this.#tell(notice);
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
