/**
 * The one way to run: a scenario's processes, who decides what is left open, who listens, and until when. Recording, judging,
 * replaying and measuring are listeners of it, or uses.
 */
import { witnessed, type MeantDecision, type Now } from "./meant-decisions.ts";
import type { Besides, Listener } from "./run.ts";
import { harmless, type Scheduler } from "./scheduler.ts";
import type { SimulationSetup } from "./setup.ts";
import { Simulation } from "./simulation.ts";
import type { World } from "./world.ts";

/** How to run a setup; everything may be left out. */
export interface Execution {
  /** Who answers; one that goes by meaning needs to know the run's instant. Absent: every answer is harmless. */
  readonly scheduler?: Scheduler | ((now: Now) => Scheduler);
  /** Told in this order. */
  readonly listeners?: readonly Listener[];
  /** To the scenario's horizon alone. */
  readonly besides?: Besides;
  /** Asked after each thing that has happened; true ends the run there. */
  readonly enough?: (world: World) => boolean;
  /** To this true instant, ms, without saying that the run is over. Absent: to the scenario's horizon. */
  readonly untilMs?: number;
}

/** How a run ended. */
export interface Executed {
  /** As it stood when the run ended. */
  readonly world: World;
  readonly ended: "horizon" | "enough";
}

/** Runs the setup. Listeners hear everything during the call; the world returned may be looked at, not run on. */
export function execute(setup: SimulationSetup, execution: Execution = {}): Executed {
  const { besides, enough, listeners = [], untilMs } = execution;
  const { scheduler = harmless } = execution;
  const answering = typeof scheduler === "function" ? scheduler(() => simulation.world.now) : scheduler;
  const [only] = listeners;
  const listener = only !== undefined && listeners.length === 1 ? only : together(listeners);
  const simulation: Simulation = new Simulation(setup, answering, listener);
  const { world } = simulation;
  listener.begins?.(world);
  if (untilMs !== undefined) {
    simulation.runUntil(untilMs);
    return { world, ended: "horizon" };
  }
  const broken = simulation.run(enough === undefined ? undefined : () => enough(world), besides);
  return { world, ended: broken ? "enough" : "horizon" };
}

/** The same, and every answer that was not harmless, by its meaning, in the order in which they were given. */
export function executeNoting(
  setup: SimulationSetup,
  { scheduler = harmless, ...execution }: Execution = {},
): Executed & { readonly decisions: readonly MeantDecision[] } {
  const decisions: MeantDecision[] = [];
  const noting = (now: Now): Scheduler => {
    const answering = typeof scheduler === "function" ? scheduler(now) : scheduler;
    return witnessed(answering, setup, now, (decision) => decisions.push(decision));
  };
  return { ...execute(setup, { ...execution, scheduler: noting }), decisions };
}

/** Several listeners as one, which hears no more than any of them does. */
function together(listeners: readonly Listener[]): Listener {
  const [first, second] = listeners;
  const heard = (what: "happens" | "stepped") => listeners.some((one) => one[what] !== undefined);
  return {
    begins(world) {
      for (const one of listeners) one.begins?.(world);
    },
    observe:
      first !== undefined && second !== undefined && listeners.length === 2
        ? (observation) => {
            first.observe(observation);
            second.observe(observation);
          }
        : (observation) => {
            for (const one of listeners) one.observe(observation);
          },
    ...(heard("happens") && {
      happens(item, world) {
        for (const one of listeners) one.happens?.(item, world);
      },
    }),
    ...(heard("stepped") && {
      stepped(...step) {
        for (const one of listeners) one.stepped?.(...step);
      },
    }),
  };
}
