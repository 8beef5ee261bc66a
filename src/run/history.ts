/**
 * A run that can be looked at anywhere: each event with its story and the world after it. Back is as quick as forward: a
 * stretch of events is run once from the kept world before it and then remembered.
 */
import { nameOfNode } from "../simulation/names.ts";
import type { Variant } from "../../models/variant.ts";
import { adoptedMakers, createSetup, type ProcessMakers, type SimulationSetup } from "../simulation/setup.ts";
import { decided, type Scheduler } from "../simulation/scheduler.ts";
import { Simulation } from "../simulation/simulation.ts";
import { cloneWorld, lookAt, viewOf, type World } from "../simulation/world.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import type { StopsAt, TraceEvent, TraceHeader } from "../trace/format.ts";
import { claimAfter } from "../reading/claims.ts";
import { Course } from "../reading/course.ts";
import { standingAt } from "../reading/lanes.ts";
import type { Standing } from "../trace/standing.ts";
import type { Forkable } from "./fork.ts";
import { momentOf, type CoordinatorMoment, type Moment } from "./moment.ts";
import { TraceWriter } from "../trace/trace-writer.ts";
import { Teller, type EventWords } from "../trace/words.ts";
import { SEGMENT, survey, type Survey } from "./survey.ts";

/** After event `n`. Position 0, before the first, has neither event nor story. */
export interface Frame {
  readonly n: number;
  readonly world: World;
  readonly event: TraceEvent | undefined;
  readonly told: EventWords | undefined;
}

/** One process at an instant: its state in the world, and how it stands by the reading of the run. */
export interface StandingMoment extends CoordinatorMoment {
  /** `active`: it may serve by its own clock. */
  readonly standing: Standing;
}

/** How things stand at an instant of a history. */
export interface HistoryMoment extends Moment {
  readonly coordinators: readonly StandingMoment[];
}

/** Stretches remembered; one holds {@link SEGMENT} worlds of some 5 kB. */
const KEPT_SEGMENTS = 16;

/** A run at any of its events, both ways. */
export class History implements Forkable {
  readonly header: TraceHeader;
  readonly variant: Variant;
  /** Kinds of processes beside the coordinator. */
  readonly makers: ProcessMakers;
  readonly setup: SimulationSetup;
  readonly survey: Survey;
  /** Who stood how, served, took over: worked out when it is asked for. */
  readonly course: Course;
  readonly #scheduler: Scheduler;
  /** The least recently used first. */
  readonly #segments = new Map<number, readonly Frame[]>();

  /** Runs `header`'s scenario once, with its decisions by their numbers; `surveyed`: it was run already. */
  constructor(
    header: TraceHeader,
    variant: Variant,
    makers: ProcessMakers = adoptedMakers(),
    surveyed?: Survey,
  ) {
    this.header = header;
    this.variant = variant;
    this.makers = makers;
    this.setup = createSetup(header.scenario, variant, { makers });
    this.#scheduler = decided(byNumber(header.decisions));
    this.survey = surveyed ?? survey(header, this.setup, this.#scheduler);
    const { endAt: untilMs, seen } = this.survey;
    this.course = new Course(header.scenario, () => ({ scenario: header.scenario, seen, untilMs }));
  }

  get events(): number {
    return this.survey.events;
  }

  get endAt(): number {
    return this.survey.endAt;
  }

  get ended(): StopsAt {
    return this.survey.ended;
  }

  worldAt(n: number): World {
    return this.frame(n).world;
  }

  /** Of event `n`; the beginning for 0. */
  instantOf(n: number): number {
    return this.survey.instants[n - 1] ?? 0;
  }

  /** The last event up to and including `at`; 0: none. */
  eventAt(at: number): number {
    let low = 0;
    let high = this.events;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.instantOf(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  frame(n: number): Frame {
    if (n <= 0) return { n: 0, world: this.#kept(0), event: undefined, told: undefined };
    const frame = this.#segment(Math.floor((n - 1) / SEGMENT))[(n - 1) % SEGMENT];
    if (frame === undefined) throw new RangeError(`the run has no event ${n}`);
    return frame;
  }

  /** How things stand at `at`, after event `n`. */
  moment(n: number, at: number): HistoryMoment {
    const moment = momentOf({ ...this.frame(n).world, now: at }, this.setup);
    const { claims, lanes } = this.course;
    const coordinators = moment.coordinators.map((one, place) => {
      const lane = lanes[place];
      const standing = lane === undefined ? "down" : standingAt(lane, { at, n });
      return standingMoment(one, standing, claimAfter(claims[place] ?? [], n)?.until ?? 0, at);
    });
    return { ...moment, coordinators };
  }

  #kept(index: number): World {
    const world = this.survey.worlds[index];
    if (world === undefined) throw new RangeError(`no world was kept after ${index * SEGMENT} events`);
    return world;
  }

  #segment(index: number): readonly Frame[] {
    const known = this.#segments.get(index);
    this.#segments.delete(index);
    const frames = known ?? this.#run(index);
    this.#segments.set(index, frames);
    const [oldest] = this.#segments.keys();
    if (this.#segments.size > KEPT_SEGMENTS && oldest !== undefined) this.#segments.delete(oldest);
    return frames;
  }

  /** Runs a stretch from the world kept before it, or from the beginning where worlds cannot be copied. */
  #run(index: number): Frame[] {
    const { scenario } = this.setup;
    const before = index * SEGMENT;
    const until = Math.min(before + SEGMENT, this.events);
    const start = this.survey.worlds[index] === undefined ? 0 : index;
    const world = cloneWorld(this.#kept(start), this.setup);
    const states = world.nodes.flatMap((node, at) => {
      const view = viewOf(node, this.setup, at);
      return view === undefined ? [] : [[nameOfNode(scenario, at), view.paths] as const];
    });
    const teller = new Teller(states);
    const frames: Frame[] = [];
    let events = start * SEGMENT;
    const writer = new TraceWriter(this.setup, (_, line) => {
      if (line.type !== "event") return;
      const n = ++events;
      const told = teller.tell(line);
      if (n > before) frames.push({ n, world: lookAt(world, this.setup), event: { ...line, n }, told });
    });
    const simulation = new Simulation(this.setup, this.#scheduler, writer, world);
    while (events < until && simulation.next()) writer.settle();
    return frames;
  }
}

/** `until`: how long it may serve, true ms; 0: it may not. */
function standingMoment(
  { claimLeftMs: _, ...state }: CoordinatorMoment,
  standing: Standing,
  until: number,
  at: number,
): StandingMoment {
  return { ...state, standing, ...(until === 0 ? {} : { claimLeftMs: until - at }) };
}
