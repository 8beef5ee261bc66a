/** What a story is made of: entries, each in one lane, with the data that whoever chooses among them goes by. */
import type { Standing } from "../trace/standing.ts";
import type { Told } from "../words/told.ts";

/** How a lane stands: a coordinator's may be `paused`, and so is etcd's during an outage. */
export type LaneState = Standing | "paused";

/** How much a line matters to a reader's eye. */
export type EntryTone = "plain" | "good" | "bad" | "quiet";

/** Not told but counted, under this word. */
export type Routine = "renewal" | "check" | "attempt" | "write" | "other write";

/**
 * What an entry is about, where somebody chooses among them: a fault that begins, what an operator did by hand, a coordinator
 * that campaigns, or that found the role taken.
 */
export type EntrySubject = "fault" | "operator" | "campaign" | "taken";

/** Something to be told in one lane; lane -1 is etcd. `state`: how the lane stands from now on. */
export interface Entry {
  readonly at: number;
  readonly lane: number;
  readonly text: Told;
  readonly tone: EntryTone;
  readonly about?: EntrySubject;
  readonly state?: LaneState;
  readonly routine?: Routine;
}

export const ETCD_LANE = -1;
