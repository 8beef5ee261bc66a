/**
 * Between the election, which is synchronous, and a service, which is not: begins a term when the role is won, calls the
 * service, and ends the term at once when the election says so.
 */
import { notBytes } from "../../models/bytes.ts";
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { KeyValue, RangeRequest, RangeResponse, Revision, TxnOp } from "../../models/etcd-api.ts";
import type { ElectionConfig } from "../election/driver.ts";
import { NOT_ACTIVE, type Audience, type Member, type WriteResult } from "../election/member.ts";
import type { Clock } from "../time/clock.ts";
import type { Report } from "./report.ts";
import { SelfCheck, type SelfCheckOptions } from "./self-check.ts";
import { ServeStuckError, type ElectionOptions, type TermEnding, type Term } from "./term.ts";
import { quote } from "../words/shown.ts";

type Read = (range: Omit<RangeRequest, "type">) => Promise<RangeResponse>;

/** The timer of the service that is waited for. */
const SERVE = "serve";

/** Milestones at which no term can go on. */
const ENDS_TERM: ReadonlySet<Milestone> = new Set(["deposed", "lost", "stopping", "starting"]);

export class TermRunner implements Audience {
  readonly #options: ElectionOptions;
  readonly #config: ElectionConfig;
  readonly #read: Read;
  readonly #report: Report;
  #member: Member | undefined;
  #term: RunningTerm | undefined;
  /** The service at work; settles when it has returned. */
  #work: Promise<void> = Promise.resolve();
  /** The token of the term whose `serve` has not returned. */
  #working: Revision | undefined;
  #thrown: { readonly error: unknown } | undefined;
  #ending: TermEnding = "stopped";
  #over: () => void = () => undefined;
  /** Rejects when a service that does not return must be waited for no more. */
  readonly #stuck: Promise<never>;
  #giveUp: (error: ServeStuckError) => void = () => undefined;
  readonly #selfCheck: SelfCheck | undefined;
  /** Goes off when `serve` should long have returned. */
  readonly #patience: Clock;

  constructor(
    options: ElectionOptions,
    config: ElectionConfig,
    read: Read,
    clockFor: (onTimer: (timer: string) => void) => Clock,
    report: Report,
  ) {
    this.#options = options;
    this.#config = config;
    this.#read = read;
    this.#report = report;
    this.#stuck = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#stuck.catch(() => undefined);
    this.#patience = clockFor(() => this.#tellOverdue());
    const check = selfCheckOf(options, config);
    if (check === undefined) return;
    this.#selfCheck = new SelfCheck(check, clockFor, {
      unwell: (why) => this.#report("the self-check failed", why),
      // Where the claim is over, that is the reason, and no sign of ill health.
      givenUp: () => {
        if (this.#term?.isCurrent() === true) this.#member?.reportUnhealthy();
      },
    });
  }

  /** Begins the election. Settles when it is over and the service has returned. */
  async enter(member: Member): Promise<TermEnding> {
    this.#member = member;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    member.start();
    await over;
    await Promise.race([this.#work, this.#stuck]);
    if (this.#thrown !== undefined) throw this.#thrown.error;
    return this.#ending;
  }

  announced(milestone: Milestone, reason: LossReason | undefined): void {
    if (reason === "activation timed out" && this.#working !== undefined) this.#leaveStuck(this.#working);
    if (ENDS_TERM.has(milestone)) this.#endTerm(reason);
    if (milestone === "prepare") this.#begin();
    if (milestone === "active") this.#serve();
    if (milestone === "exited") this.#ending = "lost";
    if (milestone === "gaveUp") this.#ending = "gave up";
    try {
      this.#options.onMilestone?.(milestone, reason);
    } catch (error) {
      this.#report("onMilestone threw", error);
    }
  }

  settled(phase: Phase): void {
    if (phase === "ended") this.#over();
  }

  #begin(): void {
    const member = this.#member as Member;
    const term = new RunningTerm(member, this.#config, this.#read);
    this.#term = term;
    const answer = (ready: boolean) => {
      if (this.#term === term) member.finishPreparing(ready);
    };
    // Later, for this is told in the midst of a step; and not before the last term's service has returned.
    void this.#work
      .then(() => (term.signal.aborted ? undefined : this.#options.prepare?.(term)))
      .then(
        () => answer(true),
        (error: unknown) => {
          if (!term.signal.aborted) this.#report("prepare threw", error);
          answer(false);
        },
      );
  }

  #serve(): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#working = term.token;
    this.#selfCheck?.begin();
    this.#work = this.#work
      .then(() => (term.signal.aborted ? undefined : this.#options.serve(term)))
      .catch((error: unknown) => {
        // What a service throws because its term has ended is no news.
        if (!term.signal.aborted) this.#thrown ??= { error };
      })
      .then(() => {
        this.#working = undefined;
        this.#patience.cancelTimer(SERVE);
        if (this.#term === term) this.#member?.stop();
      });
  }

  #endTerm(reason: LossReason | undefined): void {
    const term = this.#term;
    this.#term = undefined;
    this.#selfCheck?.end();
    term?.end(reason);
    if (term !== undefined && this.#working !== undefined)
      this.#patience.startTimer(SERVE, this.#config.timing.ttlMs, 0);
  }

  #tellOverdue(): void {
    if (this.#working === undefined) return;
    const { ttlMs } = this.#config.timing;
    this.#report(
      "serve",
      `it has not returned ${ttlMs / 1000} s after its term under token ${this.#working} ended, and the election waits for it: ` +
        "return when term.signal aborts",
    );
  }

  /** Told in the midst of a step, so the stop comes later. */
  #leaveStuck(token: Revision): void {
    this.#giveUp(
      new ServeStuckError(
        `serve has not returned since its term under token ${token} ended, and the role could not be taken again within the ` +
          "activation limit: return when term.signal aborts, and let the process end now",
      ),
    );
    queueMicrotask(() => this.#member?.stop());
  }
}

function selfCheckOf(options: ElectionOptions, { timing }: ElectionConfig): SelfCheckOptions | undefined {
  if (options.healthy === undefined) return undefined;
  const seconds = (given: number | undefined, usualMs: number) =>
    given === undefined ? usualMs : given * 1000;
  return {
    healthy: () => options.healthy?.() ?? true,
    everyMs: seconds(options.healthyEverySeconds, timing.ttlMs / 6),
    limitMs: seconds(options.unhealthyAfterSeconds, timing.ttlMs),
  };
}

class RunningTerm implements Term {
  readonly token: Revision;
  readonly serverId: number;
  readonly metadata: readonly KeyValue[];
  readonly metadataPrefix: string;
  readonly read: Read;
  readonly #member: Member;
  readonly #end = new AbortController();

  constructor(member: Member, { candidate }: ElectionConfig, read: Read) {
    this.token = member.ledger.token;
    this.serverId = member.ledger.serverId;
    this.metadata = member.metadata;
    this.metadataPrefix = candidate.keys.metadata;
    this.read = read;
    this.#member = member;
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  isCurrent(): boolean {
    return !this.signal.aborted && this.#member.mayServe;
  }

  write(operations: readonly TxnOp[]): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      const wide = notBytes(operations);
      if (wide !== undefined) {
        reject(
          new RangeError(`${quote(wide)} has characters that are no bytes: pass its UTF-8 as a byte string`),
        );
        return;
      }
      if (!this.isCurrent() || !this.#member.write(operations, resolve)) resolve(NOT_ACTIVE);
    });
  }

  end(reason: LossReason | undefined): void {
    this.#end.abort(
      new Error(`the term under token ${this.token} is over${reason === undefined ? "" : `: ${reason}`}`),
    );
  }
}
