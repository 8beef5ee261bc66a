/**
 * Records a run as trace lines. A {@link TraceWriter} listens to any simulation and hands each line on as soon as it is
 * complete, so that a long run needs no more memory than a short one.
 */
import { nameOfNode } from "../simulation/names.ts";
import type { Observation } from "../../models/observation.ts";
import type { Step } from "../../models/compile-chart.ts";
import { treeSize } from "../../models/store/tree.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import type { Listener } from "../simulation/run.ts";
import type { Item, World } from "../simulation/world.ts";
import { localNow } from "../time/node-clock.ts";
import { Digest } from "./digest.ts";
import {
  BEGIN,
  type Delivery,
  type Cause,
  type StopsAt,
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceObservation,
  type TraceStep,
  type TraceVerdict,
} from "./format.ts";
import { arrivalOf, causeOf, placeOf, writeObservation, writeStep } from "./meaning.ts";

/** Takes a line's text, without its line break, and the line. */
export type Sink = (text: string, line: TraceHeader | TraceEvent | TraceEnd) => void;

/** The line that is being filled. */
interface Draft {
  at: number;
  own: number;
  place: number;
  cause: Cause;
  delivery: Delivery | "taken";
  steps: TraceStep[] | undefined;
  seen: TraceObservation[] | undefined;
}

/** Who leads, where etcd has several members and one of them leads. */
function leaderOf({ etcd: { cluster, mode } }: World): { readonly leader?: number } {
  return cluster === null || mode !== "serving" ? {} : { leader: cluster.leader };
}

/** A listener that turns a run into trace lines. */
export class TraceWriter implements Listener {
  readonly #setup: SimulationSetup;
  readonly #sink: Sink;
  readonly #also: ((observation: Observation) => void) | undefined;
  readonly #digest = new Digest();
  #draft: Draft | undefined;
  #world: World | undefined;
  #events = 0;
  #over: TraceObservation[] | undefined;

  /** `also` hears every observation too, e.g. a panel of judges. */
  constructor(setup: SimulationSetup, sink: Sink, also?: (observation: Observation) => void) {
    this.#setup = setup;
    this.#sink = sink;
    this.#also = also;
  }

  /** Lines handed on so far, without header and end. */
  get events(): number {
    return this.#events;
  }

  /** Call once, first. */
  begin(header: TraceHeader): void {
    this.#hand(header);
  }

  observe(observation: Observation): void {
    this.#also?.(observation);
    const written = writeObservation(observation, this.#setup.scenario);
    // That the run is over is seen at its very end, not in the event before it.
    if (observation.type === "end") this.#over = [written];
    const draft = this.#draft;
    if (draft === undefined || observation.type === "end") return;
    (draft.seen ??= []).push(written);
    if (observation.type !== "started") return;
    const chart = this.#setup.processes[observation.node]?.kind.chart;
    if (chart !== undefined) (draft.steps ??= []).push(writeStep(chart, BEGIN, 0, chart.start));
  }

  happens(item: Item, world: World): void {
    this.#flush();
    this.#world = world;
    const delivery = arrivalOf(item, world, this.#setup);
    if (delivery === undefined) return;
    const place = placeOf(item, this.#setup);
    this.#draft = {
      at: world.now,
      own: localNow(world.nodes[place]?.clock ?? world.etcdClock, world.now),
      place,
      cause: causeOf(item, world, this.#setup),
      delivery,
      steps: undefined,
      seen: undefined,
    };
  }

  stepped(node: number, _world: World, type: string, elapsedMs: number, step: Step): void {
    const chart = this.#setup.processes[node]?.kind.chart;
    const draft = this.#draft;
    if (chart === undefined || draft === undefined) return;
    (draft.steps ??= []).push(writeStep(chart, type, elapsedMs, step));
  }

  /** The line under way, complete once the world stands still between two things: call it after each `next()` to step. */
  settle(): void {
    this.#flush();
  }

  /** The last line. `at`: where the run ended. */
  end(at: number, ended: StopsAt, verdicts: readonly TraceVerdict[]): TraceEnd {
    this.#flush();
    const line: TraceEnd = {
      type: "end",
      events: this.#events,
      at,
      ended,
      verdicts,
      ...(this.#over === undefined ? {} : { seen: this.#over }),
      digest: this.#digest.text(),
    };
    this.#sink(JSON.stringify(line), line);
    return line;
  }

  #flush(): void {
    const draft = this.#draft;
    const world = this.#world;
    if (draft === undefined || world === undefined) return;
    this.#draft = undefined;
    const { at, delivery, cause, own, place, seen, steps } = draft;
    this.#events++;
    this.#hand({
      type: "event",
      n: this.#events,
      at,
      own,
      node: nameOfNode(this.#setup.scenario, place),
      cause,
      ...(delivery === "taken" ? {} : { delivery }),
      ...(steps === undefined ? {} : { steps }),
      ...(seen === undefined ? {} : { seen }),
      ...(place >= 0
        ? {}
        : {
            etcd: {
              mode: world.etcd.mode,
              revision: world.etcd.store.revision,
              leases: treeSize(world.etcd.lessor.leases),
              ...leaderOf(world),
            },
          }),
    });
  }

  #hand(line: TraceHeader | TraceEvent): void {
    const text = JSON.stringify(line);
    this.#digest.line(text);
    this.#sink(text, line);
  }
}
