/**
 * A path of the search told as an ordinary run: the scenario with its faults at their instants, and the scheduler's decisions. The
 * ordinary simulation walks the path from the beginning, and after every step its world must have the parts that the search says.
 */
import type { Observation } from "../../models/observation.ts";
import type { Fault } from "../simulation/fault.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { Decision, Question, Scheduler } from "../simulation/scheduler.ts";
import { createSetup, type SimulationSetup } from "../simulation/setup.ts";
import { Simulation } from "../simulation/simulation.ts";
import { cloneWorld, type Item, type World } from "../simulation/world.ts";
import { nextInstant } from "../time/timeline.ts";
import { alike } from "./alike.ts";
import { keyOf } from "./intern.ts";
import { Remembering } from "./memory.ts";
import { spaceScenario, type Space } from "./space.ts";
import { Tape } from "./tape.ts";
import { WholeSpace, type StepChoice, type WholeState } from "./whole-steps.ts";
import { BARE, takeApart, type Ground, type Scope, type WorldParts } from "./world-parts.ts";
import { Disagreement } from "./not-explorable.ts";

/** A run that the ordinary simulation repeats. */
export interface RetoldRun {
  readonly scenario: Scenario;
  readonly decisions: readonly Decision[];
}

/** Things that can do nothing any more, between two that can, are fewer than this. */
const MOST_IDLE = 10_000;

/** Where to break a path off: so long after the state at that place. */
export interface Patience {
  readonly waitsFrom: number;
  readonly boundMs: number;
  /** Nothing happens any more after the end of the path, so that it can be waited there. */
  readonly rests?: true;
}

/** Throws an Error where the simulation does not follow the path: then the search and the simulation disagree, which is a bug. */
export function retell(
  space: Space,
  path: readonly WholeState[],
  scope: Scope = BARE,
  patience?: Patience,
): RetoldRun {
  const whole = new WholeSpace(space, scope);
  const all = choicesOf(whole, path);
  const untilMs = patience === undefined ? Number.POSITIVE_INFINITY : endOf(all, patience);
  const choices = choicesUntil(all, untilMs);
  const struck: number[] = [];
  const faults: Fault[] = [];
  let now = 0;
  for (const { afterMs, strike } of choices) {
    now += afterMs;
    if (strike === undefined) continue;
    struck.push(strike);
    faults.push({ ...(whole.strikes[strike] as (typeof whole.strikes)[number]).fault, atMs: now });
  }
  const endsAtMs = patience?.rests === true ? untilMs : Math.min(untilMs, Math.ceil(now) + 1);
  const scenario = { ...spaceScenario(space), horizonMs: endsAtMs, faults };
  const walk = new Retelling(createSetup(scenario, space.variant), space, whole.ground, struck);
  choices.forEach(({ strike }, at) => walk.follow(path[at + 1] as WholeState, strike !== undefined));
  return { scenario, decisions: walk.decisions };
}

/** Just after the bound has passed. */
function endOf(choices: readonly StepChoice[], { boundMs, waitsFrom }: Patience): number {
  let now = boundMs + 1;
  for (const { afterMs } of choices.slice(0, waitsFrom)) now += afterMs;
  return now;
}

function choicesUntil(choices: readonly StepChoice[], untilMs: number): readonly StepChoice[] {
  let now = 0;
  const beyond = choices.findIndex(({ afterMs }) => (now += afterMs) > untilMs);
  return beyond < 0 ? choices : choices.slice(0, beyond);
}

/** Parts alone: of a world that was taken apart, more is known. */
function bare({ etcd, memory, nodes }: WorldParts): WorldParts {
  return { nodes, etcd, memory };
}

function keyFor({ left, parts }: WholeState): string {
  return `${left} ${keyOf(bare(parts))}`;
}

function choicesOf(whole: WholeSpace, path: readonly WholeState[]): StepChoice[] {
  return path.slice(1).map((to, at) => {
    const key = keyFor(to);
    for (const step of whole.steps(path[at] as WholeState)) if (keyFor(step.to) === key) return step.choice;
    throw new Disagreement(`no whole world takes step ${at + 1} of the path`);
  });
}

/** Takes what can do nothing any more first, then the wanted thing; fates by a tape. */
class Script implements Scheduler {
  readonly decisions: Decision[] = [];
  readonly tape: Tape;
  readonly #idle: (item: Item) => boolean;
  readonly #wanted: Item;

  constructor(tape: Tape, wanted: Item, idle: (item: Item) => boolean) {
    this.tape = tape;
    this.#wanted = wanted;
    this.#idle = idle;
  }

  choose(index: number, question: Question): number {
    const answer =
      question.type === "order" ? this.#order(question.tied ?? []) : this.tape.choose(index, question);
    if (answer !== 0) this.decisions.push({ index, answer });
    return answer;
  }

  #order(tied: readonly Item[]): number {
    const idle = tied.findIndex(this.#idle);
    return Math.max(0, idle >= 0 ? idle : tied.indexOf(this.#wanted));
  }
}

class Retelling {
  readonly decisions: Decision[] = [];
  readonly #setup: SimulationSetup;
  readonly #space: Space;
  readonly #ground: Ground;
  readonly #struck: readonly number[];
  #world: World;
  #judges: Remembering;

  constructor(setup: SimulationSetup, space: Space, ground: Ground, struck: readonly number[]) {
    this.#setup = setup;
    this.#space = space;
    this.#ground = ground;
    this.#struck = struck;
    this.#judges = new Remembering(ground.folds, undefined, 0, (index) => this.#meaning(index));
    this.#world = new Simulation(setup, { choose: () => 0 }, { observe() {} }).world;
  }

  /** Lets the ordinary world take the step to that state. */
  follow(to: WholeState, strikes: boolean): void {
    const isWanted = (parts: WorldParts) => alike(bare(parts), bare(to.parts));
    const { alive } = this.#apart(this.#world, this.#judges);
    const idle = (item: Item) => !(alive.has(item) || item.type === "etcd" || item.type === "fault");
    for (const wanted of this.#world.timeline.items) {
      if (idle(wanted) || (wanted.type === "fault" && wanted.phase === "begins") !== strikes) continue;
      for (let tape: number[] | undefined = []; tape !== undefined;) {
        const tried = this.#take(wanted, idle, tape);
        if (tried === undefined) break;
        if (isWanted(this.#apart(tried.world, tried.judges))) {
          this.#world = tried.world;
          this.#judges = tried.judges;
          this.decisions.push(...tried.script.decisions);
          return;
        }
        tape = tried.script.tape.next();
      }
    }
    throw new Disagreement("the ordinary simulation does not follow the path of the search");
  }

  /** A copy of the world after `wanted` happened; undefined: something else comes first. */
  #take(wanted: Item, idle: (item: Item) => boolean, tape: readonly number[]) {
    const world = cloneWorld(this.#world, this.#setup);
    const script = new Script(new Tape(this.#space, this.#space.budget, tape), wanted, idle);
    let taken: Item | undefined;
    const judges = this.#judges.copy();
    const listener = {
      observe: (seen: Observation) => judges.observe(seen),
      happens: (item: Item) => void (taken = item),
    };
    const simulation = new Simulation(this.#setup, script, listener, world);
    for (let count = 0; count < MOST_IDLE; count++) {
      // An appointment of etcd's that was moved does nothing either.
      const moved = nextInstant(world.timeline) !== world.etcdDueAt;
      if (!simulation.next() || taken === undefined) return undefined;
      if (taken === wanted) return { world, script, judges };
      if (!idle(taken) && !(taken.type === "etcd" && moved)) return undefined;
    }
    return undefined;
  }

  #apart(world: World, judges: Remembering) {
    return takeApart(world, this.#ground, judges.by(world.now), (index) => this.#meaning(index));
  }

  /** Which of the space's faults a fault of the run is. */
  #meaning(index: number): number {
    return this.#struck[index] ?? -1;
  }
}
