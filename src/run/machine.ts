/**
 * One coordinator's lines alone, against the bare chart: events in, effects and states compared. No world, no etcd and no
 * ledger are needed, so this is also how a recording of a production process is studied.
 */
import { nodeNamed, readEventName } from "../simulation/names.ts";
import type { CompiledChart } from "../../models/compile-chart.ts";
import type { Variant } from "../../models/variant.ts";
import { createSetup } from "../simulation/setup.ts";
import { firstDifference, type Difference } from "../trace/difference.ts";
import { BEGIN, RESUME, type TraceEvent, type TraceHeader, type TraceStep } from "../trace/format.ts";
import { writeStep } from "../trace/meaning.ts";

/** Where the chart steps otherwise than the recording. */
export interface MachineDivergence extends Difference {
  readonly n: number;
  readonly at: number;
  readonly event: string;
}

/** Feed it every event of a trace; it looks at one coordinator's. */
export class MachineReplay {
  readonly #chart: CompiledChart;
  readonly #node: string;
  #state: number | undefined;
  steps = 0;
  lives = 0;
  /** The first one; nothing after it is compared. */
  divergence: MachineDivergence | undefined;

  /** `node` must be a coordinator of the header's scenario. */
  constructor(header: TraceHeader, variant: Variant, node: string) {
    const { kind } = createSetup(header.scenario, variant).processes[nodeNamed(header.scenario, node)] ?? {};
    if (kind?.chart === undefined) throw new RangeError(`the scenario has no coordinator named ${node}`);
    this.#chart = kind.chart;
    this.#node = node;
  }

  event(event: TraceEvent): void {
    if (event.node !== this.#node) return;
    for (const [index, step] of (event.steps ?? []).entries()) {
      if (this.divergence !== undefined) return;
      this.#take(event, step, `steps.${index}`);
    }
  }

  #take({ at, n }: TraceEvent, recorded: TraceStep, path: string): void {
    const chart = this.#chart;
    const { attempts = 0, elapsedMs = 0, event, setbacks = 0, state } = recorded;
    if (event === RESUME) {
      this.#state = chart.decode(JSON.stringify({ value: valueOf(state), context: { attempts, setbacks } }));
      return;
    }
    this.steps++;
    if (event === BEGIN) this.lives++;
    // The chart can only be followed from the beginning of a life.
    if (event !== BEGIN && this.#state === undefined) {
      const here = `${path}.event`;
      this.divergence = { n, at, event, path: here, recorded: event, replayed: `no ${BEGIN} before it` };
      return;
    }
    const type = readEventName(event);
    const step = event === BEGIN ? chart.start : chart.step(this.#state ?? 0, type, elapsedMs);
    this.#state = step.next;
    const replayed = writeStep(chart, event === BEGIN ? BEGIN : type, elapsedMs, step);
    const difference = firstDifference(recorded, replayed, path);
    if (difference !== undefined) this.divergence = { ...difference, n, at, event };
  }
}

/** The chart's value whose regions stand at these paths. */
function valueOf(paths: readonly string[]): unknown {
  const value: Record<string, unknown> = {};
  for (const path of paths) {
    const names = path.split(".");
    const leaf = names.pop();
    const last = names.pop();
    if (last === undefined) return leaf;
    let node = value;
    for (const name of names) node = (node[name] ??= {}) as Record<string, unknown>;
    node[last] = leaf;
  }
  return value;
}
