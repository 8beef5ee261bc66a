/** What a message is: who told whom what, and what became of it. */
import type { Leg } from "../simulation/fault.ts";
import type { Delivery } from "../trace/format.ts";

/** `cut off`: a partition kept it. `under way`: the run ended before it could arrive. `unseen`: etcd was not recorded. */
export type Fate = "arrived" | "lost" | "cut off" | "under way" | "unseen";

export interface MessageArrival {
  readonly at: number;
  readonly n: number;
  /** Absent: it was taken. `held`: it has to wait, and is taken in a later arrival. */
  readonly delivery?: Delivery;
}

export interface Message {
  readonly leg: Leg;
  /** A request's purpose, or `watch`, `unwatch`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** When, and by which event, it was sent. */
  readonly at: number;
  readonly n: number;
  readonly fate: Fate;
  /** Empty unless it arrived; two if it was doubled. */
  readonly arrivals: readonly MessageArrival[];
  /** What befell it beside: it came later than it should, or twice. */
  readonly trouble?: "late" | "doubled" | "refused";
  /** The fencing token under which a write was sent. */
  readonly token?: number;
}

/** A message while its other end is looked for. */
export type OpenMessage = {
  -readonly [Field in keyof Message]: Field extends "arrivals" ? MessageArrival[] : Message[Field];
};
