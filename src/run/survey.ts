/**
 * One quick run through a trace's scenario, to know the way: when each event happens and where, what is seen, what breaks, and
 * a world to start again from every so many events. Everything else is run again when it is looked at; who served and who
 * took over is read from what was seen (`src/reading/course.ts`).
 */
import type { Observation, ObservationType } from "../../models/observation.ts";
import type { Assumption } from "../../properties/assumptions.ts";
import { promisesAbout } from "../../properties/known.ts";
import { asViolation } from "../../properties/judging.ts";
import { applies, unmet, type Judge, type Property } from "../../properties/property.ts";
import { named } from "../../properties/violation.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import type { Listener } from "../simulation/run.ts";
import type { Noticed } from "../reading/seen.ts";
import { execute } from "../simulation/execute.ts";
import type { Scheduler } from "../simulation/scheduler.ts";
import { cloneWorld, type Item, type World } from "../simulation/world.ts";
import type { StopsAt, TraceHeader, TraceViolation } from "../trace/format.ts";
import { arrivalOf, placeOf } from "../trace/meaning.ts";

/** Events from one kept world to the next: what is run again at most, and kept whole, to look at one event. */
export const SEGMENT = 128;

/** A promise that is broken, noticed at event `n`. */
export interface Broken {
  readonly property: string;
  readonly n: number;
  readonly violation: TraceViolation;
}

/** A run's landmarks. Events are counted from 1; position 0 is before the first. */
export interface Survey {
  readonly events: number;
  readonly endAt: number;
  readonly ended: StopsAt;
  /** Of event n at n - 1, ms. */
  readonly instants: readonly number[];
  /** Where it happens: a coordinator by place, -1: etcd. */
  readonly places: readonly number[];
  /** Whom it is about: for a request at etcd, who sent it. */
  readonly about: readonly number[];
  /** All that was seen, in order, with its event. */
  readonly seen: readonly Noticed[];
  readonly broken: readonly Broken[];
  /** Promises that do not speak of this scenario, and the assumption that it breaks. */
  readonly outside: ReadonlyMap<string, Assumption>;
  /** After every {@link SEGMENT} events, from 0 on; of a run that cannot be copied the beginning alone. Never to be run on: copy them. */
  readonly worlds: readonly World[];
}

/** Runs `header`'s scenario to where its recording ends. */
export function survey(header: TraceHeader, setup: SimulationSetup, scheduler: Scheduler): Survey {
  const surveyor = new Surveyor(header, setup);
  const early = header.stop === "violation";
  const { ended, world } = execute(setup, {
    scheduler,
    listeners: [surveyor],
    enough(now) {
      surveyor.settle(now);
      return early && surveyor.isBroken(header.property);
    },
  });
  return {
    events: surveyor.instants.length,
    endAt: world.now,
    ended: ended === "horizon" ? "horizon" : "violation",
    outside: outsideOf(header),
    instants: surveyor.instants,
    places: surveyor.places,
    about: surveyor.about,
    seen: surveyor.seen,
    broken: surveyor.broken,
    worlds: surveyor.worlds,
  };
}

class Surveyor implements Listener {
  readonly instants: number[] = [];
  readonly places: number[] = [];
  readonly about: number[] = [];
  readonly seen: Noticed[] = [];
  readonly broken: Broken[] = [];
  readonly worlds: World[] = [];
  readonly #setup: SimulationSetup;
  readonly #judges = new Map<ObservationType, Judging[]>();
  #settled = 0;

  constructor({ scenario }: TraceHeader, setup: SimulationSetup) {
    this.#setup = setup;
    for (const property of promisesAbout(scenario)) {
      if (!applies(property, scenario)) continue;
      const judging: Judging = { property, judge: property.judge(scenario), over: false };
      for (const type of property.reads) this.#judges.set(type, [...(this.#judges.get(type) ?? []), judging]);
    }
  }

  isBroken(property: string | undefined): boolean {
    return this.broken.some((one) => one.property === property);
  }

  begins(world: World): void {
    this.worlds.push(cloneWorld(world, this.#setup));
  }

  observe(observation: Observation): void {
    const n = this.instants.length;
    for (const judging of this.#judges.get(observation.type) ?? []) this.#judge(judging, observation, n);
    this.seen.push({ n, observation });
  }

  /** A promise is broken once; what follows is its consequence. */
  #judge(judging: Judging, observation: Observation, n: number): void {
    if (judging.over) return;
    const { judge, property } = judging;
    const found = judge.observe(observation);
    if (found === undefined) return;
    judging.over = true;
    const violation = named(asViolation(property, found), this.#setup.scenario);
    this.broken.push({ property: property.name, n, violation });
  }

  happens(item: Item, world: World): void {
    if (arrivalOf(item, world, this.#setup) === undefined) return;
    const place = placeOf(item, this.#setup);
    this.instants.push(world.now);
    this.places.push(place);
    this.about.push("node" in item ? item.node : place);
  }

  /** After each thing that happened, event or not. */
  settle(world: World): void {
    const n = this.instants.length;
    if (n === this.#settled) return;
    this.#settled = n;
    if (n % SEGMENT === 0 && this.#setup.copyable) this.worlds.push(cloneWorld(world, this.#setup));
  }
}

/** A promise under judgement. */
interface Judging {
  readonly property: Property;
  readonly judge: Judge;
  over: boolean;
}

function outsideOf({ scenario }: TraceHeader): Map<string, Assumption> {
  return new Map(
    promisesAbout(scenario).flatMap((property) =>
      unmet(property, scenario)
        .slice(0, 1)
        .map((assumption) => [property.name, assumption] as const),
    ),
  );
}
