/** What a coordinator's remembered steps are, in words that name nothing of xstate: types alone, `step.ts` makes them. */
import type {
  DelayMeaning,
  ElectionContext,
  LossReason,
  Milestone,
  RequestKind,
  WatchKind,
} from "./election-vocabulary.ts";

/** A chart state (value and context) as a small number. Its meaning ends with its {@link CompiledChart}: never write it down. */
export type StateId = number;

/** A delayed transition's own event, e.g. `xstate.after.backOff.election.losing.pausing`. */
export type TimerId = string;

/** What the driver is to do. Timers fire as the event whose type is their id. */
export type ChartEffect =
  | { readonly type: "request"; readonly kind: RequestKind }
  | { readonly type: "watch" | "unwatch"; readonly kind: WatchKind }
  | { readonly type: "announce"; readonly milestone: Milestone; readonly reason?: LossReason }
  /** Forget who one was: the identities of an earlier membership. */
  | { readonly type: "forget" }
  | ({ readonly type: "startTimer"; readonly timer: TimerId; readonly delayMs: number } & DelayMeaning)
  | { readonly type: "cancelTimer"; readonly timer: TimerId };

/** The result of one step. Frozen and shared by every world that takes it. */
export interface Step {
  readonly next: StateId;
  readonly effects: readonly ChartEffect[];
}

/** A chart state for people: e.g. `member.role.standby.watching`, one path for each region. */
export interface StateFacts {
  readonly value: unknown;
  readonly context: ElectionContext;
  readonly paths: readonly string[];
  readonly phase: Phase;
}

/** Where a coordinator stands, in one word. */
export type Phase =
  | "joining"
  | "standby"
  | "activating"
  | "active"
  | "leaving"
  /** It gave back a role that it could keep, and stays away for a while so that others get their turn. */
  | "away"
  | "ended";

/** One chart's remembered steps. */
export interface CompiledChart {
  readonly start: Step;
  /** Event `type` may be a chart event or a timer id. An event the state ignores gives the same state and no effects. */
  step(state: StateId, type: string, elapsedMs?: number): Step;
  facts(state: StateId): StateFacts;
  /** JSON text of a state, for files; {@link CompiledChart.decode} takes it back, also in another process. */
  encode(state: StateId): string;
  decode(text: string): StateId;
  /** Distinct states and (state, event) pairs seen so far. */
  size(): { readonly states: number; readonly pairs: number };
  /** Every state with every event that came in it so far, once each, in the order in which they first did. */
  met(): readonly { readonly state: StateId; readonly type: string }[];
  /** Every remembered pair, for the test that recomputes them. */
  pairs(): Iterable<{
    readonly state: StateId;
    readonly type: string;
    readonly elapsedMs: number;
    readonly step: Step;
  }>;
}
