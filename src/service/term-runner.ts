/**
 * Between the election, which is synchronous, and a service, which is not: begins a term when the role is won, calls the
 * service, and ends the term at once when the election says so.
 */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { KeyValue, RangeRequest, RangeResponse, Revision, TxnOp } from "../../models/etcd-api.ts";
import type { ElectionConfig } from "../election/driver.ts";
import { NOT_ACTIVE, type Audience, type Member, type WriteResult } from "../election/member.ts";
import type { ElectionOptions, TermEnding, Term } from "./term.ts";

type Read = (range: Omit<RangeRequest, "type">) => Promise<RangeResponse>;

/** Milestones at which no term can go on. */
const ENDS_TERM: ReadonlySet<Milestone> = new Set(["deposed", "lost", "stopping", "starting"]);

export class TermRunner implements Audience {
  readonly #options: ElectionOptions;
  readonly #config: ElectionConfig;
  readonly #read: Read;
  #member: Member | undefined;
  #term: RunningTerm | undefined;
  /** The service at work; settles when it has returned. */
  #work: Promise<void> = Promise.resolve();
  #thrown: { readonly error: unknown } | undefined;
  #ending: TermEnding = "stopped";
  #over: () => void = () => undefined;

  constructor(options: ElectionOptions, config: ElectionConfig, read: Read) {
    this.#options = options;
    this.#config = config;
    this.#read = read;
  }

  /** Begins the election. Settles when it is over and the service has returned. */
  async enter(member: Member): Promise<TermEnding> {
    this.#member = member;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    member.start();
    await over;
    await this.#work;
    if (this.#thrown !== undefined) throw this.#thrown.error;
    return this.#ending;
  }

  announced(milestone: Milestone, reason: LossReason | undefined): void {
    if (ENDS_TERM.has(milestone)) this.#endTerm(reason);
    if (milestone === "prepare") this.#begin();
    if (milestone === "active") this.#serve();
    if (milestone === "exited") this.#ending = "lost";
    if (milestone === "gaveUp") this.#ending = "gave up";
    this.#options.onMilestone?.(milestone, reason);
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
    // Later, for this is told in the midst of a step.
    void Promise.resolve(term)
      .then((one) => this.#options.prepare?.(one))
      .then(
        () => answer(true),
        () => answer(false),
      );
  }

  #serve(): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#work = this.#work
      .then(() => (term.signal.aborted ? undefined : this.#options.serve(term)))
      .catch((error: unknown) => {
        // What a service throws because its term has ended is no news.
        if (!term.signal.aborted) this.#thrown ??= { error };
      })
      .then(() => {
        if (this.#term === term) this.#member?.stop();
      });
  }

  #endTerm(reason: LossReason | undefined): void {
    const term = this.#term;
    this.#term = undefined;
    term?.end(reason);
  }
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
    return new Promise((resolve) => {
      if (!this.isCurrent() || !this.#member.write(operations, resolve)) resolve(NOT_ACTIVE);
    });
  }

  end(reason: LossReason | undefined): void {
    this.#end.abort(
      new Error(`the term under token ${this.token} is over${reason === undefined ? "" : `: ${reason}`}`),
    );
  }
}
