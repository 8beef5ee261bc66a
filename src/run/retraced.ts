/**
 * A recorded run that can be forked, and no more: where its events are is read off the recording, and how the world stood after one is
 * found by running it again. A `History` knows all of it at once, and costs as much.
 */
import type { Variant } from "../../models/variant.ts";
import { countWhile } from "../reading/sorted.ts";
import { execute } from "../simulation/execute.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import { decided } from "../simulation/scheduler.ts";
import { adoptedMakers, createSetup } from "../simulation/setup.ts";
import { cloneWorld, type World } from "../simulation/world.ts";
import type { StopsAt, TraceHeader, TraceLine } from "../trace/format.ts";
import { TraceWriter } from "../trace/trace-writer.ts";
import type { Forkable } from "./fork.ts";

export class Retraced implements Forkable {
  readonly header: TraceHeader;
  readonly variant: Variant;
  readonly makers = adoptedMakers();
  readonly endAt: number;
  readonly ended: StopsAt;
  readonly #instants: readonly number[];
  #last: { readonly n: number; readonly world: World } | undefined;

  /** `lines`: what this version recorded of `header`'s run, to its end. */
  constructor(header: TraceHeader, variant: Variant, lines: readonly TraceLine[]) {
    this.header = header;
    this.variant = variant;
    this.#instants = lines.flatMap((line) => (line.type === "event" ? [line.at] : []));
    const end = lines.at(-1);
    if (end?.type !== "end") throw new RangeError("the recording has no end");
    this.endAt = end.at;
    this.ended = end.ended;
  }

  get events(): number {
    return this.#instants.length;
  }

  instantOf(n: number): number {
    return this.#instants[n - 1] ?? 0;
  }

  eventAt(at: number): number {
    return countWhile(this.#instants, (instant) => instant <= at);
  }

  worldAt(n: number): World {
    if (this.#last?.n !== n) this.#last = { n, world: this.#run(n) };
    return this.#last.world;
  }

  #run(n: number): World {
    const { header, makers, variant } = this;
    const setup = createSetup(header.scenario, variant, { makers });
    let events = 0;
    let beginning: World | undefined;
    const writer = new TraceWriter(setup, (_, line) => {
      if (line.type === "event") events++;
    });
    const begins = (world: World): void => {
      beginning = cloneWorld(world, setup);
    };
    const { world } = execute(setup, {
      scheduler: decided(byNumber(header.decisions)),
      listeners: [writer, { begins, observe: () => undefined }],
      enough() {
        writer.settle();
        return events >= n;
      },
    });
    return n <= 0 && beginning !== undefined ? beginning : world;
  }
}
