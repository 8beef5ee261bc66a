/** Who simulates for the page: a worker, mostly. Says how far it is, and can be told to stop. */
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import { openDroppedTrace, type Opened } from "./open-trace.ts";
import { doJob, type Job, type JobName, type Jobs } from "./jobs.ts";

/** How a job is watched. */
export interface Watching {
  /** How much is done, 0 to 1. */
  readonly progress?: (part: number) => void;
  /** Aborted: what was asked for is not wanted any more, and the promise is rejected. */
  readonly signal?: AbortSignal;
}

export interface Simulator {
  readonly ask: <Name extends JobName>(
    name: Name,
    given: Jobs[Name]["given"],
    watching?: Watching,
  ) => Promise<Jobs[Name]["made"]>;
  /** Records the run that `header` describes. */
  readonly record: (header: TraceHeader, watching?: Watching) => Promise<readonly TraceLine[]>;
  /** Opens the text of a trace file. */
  readonly open: (
    text: string,
    watching?: Watching,
  ) => Promise<{ readonly opened: Opened; readonly lines: readonly TraceLine[] }>;
}

/** Does everything where it is asked, at once. */
export const simulatorHere: Simulator = {
  async ask(name, given) {
    return doJob({ name, given } as Job, () => undefined);
  },
  async record(header) {
    const all: TraceLine[] = [];
    doJob({ name: "record", given: header }, (_, lines = []) => all.push(...lines));
    return all;
  },
  async open(text) {
    const lines: TraceLine[] = [];
    return { opened: openDroppedTrace(text, (line) => lines.push(line)), lines };
  },
};
