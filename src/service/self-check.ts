/**
 * Asks a service, while it is active, whether it is of use to anybody. etcd sees only that it renews; a holder whose disk
 * stands still renews for ever.
 */
import type { Clock, Instant } from "../time/clock.ts";

/** How a service is asked. */
export interface SelfCheckOptions {
  /** Throwing, and not answering, count as no. */
  readonly healthy: () => Promise<boolean> | boolean;
  /** From the end of one question to the next, ms. */
  readonly everyMs: number;
  /** Without a yes for so long, ms, the role is given up. */
  readonly limitMs: number;
}

/** What became of it; each is told when it first happens after a yes. */
export interface SelfCheckAudience {
  /** Answered no, or threw. */
  unwell(why: unknown): void;
  /** No yes for the whole limit; the check has ended. */
  givenUp(): void;
}

const ASK = "ask";
const GIVE_UP = "give up";

/** One at a time: begin it when a term begins, end it with the term. */
export class SelfCheck {
  readonly #options: SelfCheckOptions;
  readonly #clock: Clock;
  readonly #audience: SelfCheckAudience;
  #giveUpAt: Instant = 0;
  /** Counts terms; an answer that belongs to an earlier one is no news. */
  #term = 0;
  #well = true;

  /** `clockFor` makes the clock, whose timers are this check's own. */
  constructor(
    options: SelfCheckOptions,
    clockFor: (onTimer: (timer: string) => void) => Clock,
    audience: SelfCheckAudience,
  ) {
    this.#options = options;
    this.#clock = clockFor((timer) => this.#due(timer));
    this.#audience = audience;
  }

  begin(): void {
    this.end();
    this.#well = true;
    this.#allow(this.#options.limitMs);
    this.#clock.startTimer(ASK, this.#options.everyMs, 0);
  }

  #allow(forMs: number): void {
    this.#giveUpAt = this.#clock.now() + forMs;
    this.#clock.startTimer(GIVE_UP, forMs, 0);
  }

  end(): void {
    this.#term++;
    this.#clock.cancelTimer(ASK);
    this.#clock.cancelTimer(GIVE_UP);
  }

  #due(timer: string): void {
    if (timer === ASK) void this.#ask(this.#term, this.#clock.now());
    // This process stood still, and could not ask: that says nothing about the service.
    else if (this.#clock.now() - this.#giveUpAt > this.#options.everyMs) this.#allow(this.#options.limitMs);
    else {
      this.end();
      this.#audience.givenUp();
    }
  }

  async #ask(term: number, askedAt: Instant): Promise<void> {
    const answer = await this.#answer();
    if (term !== this.#term) return;
    if (answer === true) {
      this.#well = true;
      // The service was well when it was asked, whenever its answer came.
      const leftMs = this.#options.limitMs - (this.#clock.now() - askedAt);
      this.#allow(Math.max(0, leftMs));
    } else {
      if (this.#well) this.#audience.unwell(answer);
      this.#well = false;
    }
    this.#clock.startTimer(ASK, this.#options.everyMs, 0);
  }

  /** True, or why not. */
  async #answer(): Promise<unknown> {
    try {
      return (await this.#options.healthy()) ? true : "the self-check answered no";
    } catch (error) {
      return error;
    }
  }
}
