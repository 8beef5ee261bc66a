/**
 * The space walked with whole worlds and the ordinary simulation: slow, and the measure of the quick way. It also says what was
 * chosen at each step, from which a path is told.
 */
import { concerns } from "../simulation/fault.ts";
import { createSetup } from "../simulation/setup.ts";
import { happen, Simulation } from "../simulation/simulation.ts";
import { cloneWorld, type World } from "../simulation/world.ts";
import { nextInstant } from "../time/timeline.ts";
import { forgetful } from "./forgetful.ts";
import { spaceScenario, strikesOf, type Space, type Strike } from "./space.ts";
import { Tape } from "./tape.ts";
import { beginning, Remembering } from "./memory.ts";
import { NOW } from "./parts.ts";
import {
  BARE,
  groundOf,
  putTogether,
  takeApart,
  type Ground,
  type Scope,
  type WorldParts,
} from "./world-parts.ts";

/** A state of a space: the world's parts, and how many faults may still strike. */
export interface WholeState {
  readonly parts: WorldParts;
  readonly left: number;
}

/** What led from one state to the next. */
export interface StepChoice {
  /** A fault of the space's scenario struck; absent: time went on to the next thing to come. */
  readonly strike?: number;
  /** How much later than the last thing that happened, true ms. */
  readonly afterMs: number;
  /** Which of the answers that the space looks at each question got, in order. */
  readonly answers: readonly number[];
}

export interface WholeStep {
  readonly choice: StepChoice;
  readonly to: WholeState;
}

/** Whole worlds of one space. */
export class WholeSpace {
  readonly space: Space;
  readonly ground: Ground;
  readonly strikes: readonly Strike[];

  constructor(space: Space, scope: Scope = BARE) {
    this.space = space;
    this.ground = groundOf(forgetful(createSetup(spaceScenario(space), space.variant)), scope);
    this.strikes = strikesOf(space);
  }

  /** Nobody has begun. */
  initial(): WholeState {
    const { folds, setup } = this.ground;
    const { world } = new Simulation(setup, { choose: () => 0 }, { observe() {} });
    return { parts: takeApart(world, this.ground, beginning(folds)), left: this.space.budget };
  }

  /** Every step that leads on from there, those without a strike first. Several may lead to one state. */
  *steps({ left, parts }: WholeState): Generator<WholeStep> {
    const world = putTogether(parts, this.ground);
    const dueMs = nextInstant(world.timeline) - world.now;
    if (dueMs < Number.POSITIVE_INFINITY) yield* this.#tapes(world, parts, left, { afterMs: dueMs });
    for (const [strike, one] of this.strikes.entries()) {
      if (left === 0 || !mayStrike(one, strike, world, this.ground)) continue;
      for (const afterMs of offsets(one, dueMs, this.space.gridMs))
        yield* this.#tapes(world, parts, left - 1, { strike, afterMs });
    }
  }

  *#tapes(
    world: World,
    from: WorldParts,
    left: number,
    what: Omit<StepChoice, "answers">,
  ): Generator<WholeStep> {
    const { folds, setup } = this.ground;
    let tape: number[] | undefined = [];
    while (tape !== undefined) {
      const copy = cloneWorld(world, setup);
      const scheduler = new Tape(this.space, left, tape);
      const judges = new Remembering(folds, from.memory, NOW);
      const simulation = new Simulation(setup, scheduler, judges, copy);
      if (what.strike === undefined) simulation.next();
      else {
        copy.now += what.afterMs;
        happen(simulation, { type: "fault", index: what.strike, phase: "begins" });
      }
      const to = { parts: takeApart(copy, this.ground, judges.by(copy.now)), left: left - scheduler.cost };
      yield { choice: { ...what, answers: scheduler.answers }, to };
      tape = scheduler.next();
    }
  }
}

/** Whether the fault finds what it befalls: a coordinator that runs, an etcd that serves; and is not in effect already. */
export function mayStrike(
  { fault, outage }: Strike,
  index: number,
  world: World,
  { owners }: Ground,
): boolean {
  if (world.inEffect.some((one) => one.index === index)) return false;
  if (outage === true && world.etcd.mode !== "serving") return false;
  if (concerns(fault) === undefined) return true;
  const status = world.nodes[owners[index] ?? -1]?.status;
  return fault.type === "pause" ? status === "up" : status !== "down";
}

/** When a fault may strike before the next thing happens: at once, and where its end counts from there, on the grid. */
export function offsets({ anchored }: Strike, gapMs: number, gridMs: number): number[] {
  const all = [0];
  if (anchored === true && gapMs < Number.POSITIVE_INFINITY)
    for (let at = gridMs; at < gapMs; at += gridMs) all.push(at);
  return all;
}
