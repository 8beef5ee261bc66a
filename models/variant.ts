/**
 * A variant: the protocol with some choices made otherwise. The shipped one makes none; mutants make one mistake each.
 */
import type { AnyStateMachine } from "xstate";
import { createElectionChart, type ElectionSettings } from "./election.ts";
import { shippedDialect, type Dialect } from "./dialect.ts";
import type { Timing } from "./timing.ts";

/** A protocol: a chart and a dialect, under a name. */
export interface Variant {
  /** As given to `--variant`. */
  readonly name: string;
  /** What it does otherwise than the shipped protocol, in one sentence. */
  readonly summary: string;
  readonly createChart: (timing: Timing, settings: ElectionSettings) => AnyStateMachine;
  readonly dialect: Dialect;
}

/** The protocol that runs in production. */
export const shipped: Variant = {
  name: "shipped",
  summary: "the protocol that runs in production",
  createChart: createElectionChart,
  dialect: shippedDialect,
};
