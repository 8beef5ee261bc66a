/**
 * A run: a world in motion, with those who decide what it leaves open and those who hear what happens.
 */
import type { Observation } from "../../models/observation.ts";
import type { Step } from "../../models/compile-chart.ts";
import type { ElectionConfig } from "../election/driver.ts";
import type { SimulationSetup } from "./setup.ts";
import type { Question, Scheduler } from "./scheduler.ts";
import type { Item, SimulatedNode, World } from "./world.ts";

/** Who hears what happens. Nothing a listener does can change the run. */
export interface Listener {
  observe(observation: Observation): void;
  /** Something in virtual time is about to happen; only for those who record. */
  happens?(item: Item, world: World): void;
  /** A coordinator's chart took a step; only for those who record. */
  stepped?(node: number, world: World, type: string, elapsedMs: number, step: Step): void;
}

export interface Run {
  readonly world: World;
  readonly setup: SimulationSetup;
  readonly scheduler: Scheduler;
  readonly listener: Listener;
}

/** `node`, `which`, `purpose` and `tied`: what it is about, as {@link Scheduler.choose} has it. */
export function ask(
  { scheduler, world }: Run,
  question: Question,
  options: number,
  node: number,
  which: string,
  purpose: string,
  tied?: readonly Item[],
): number {
  return scheduler.choose(world.asked++, question, options, node, which, purpose, tied);
}

export function configOf({ setup }: Run, at: number): ElectionConfig {
  return setup.configs[at] as ElectionConfig;
}

export function nodeOf({ world }: Run, at: number): SimulatedNode {
  return world.nodes[at] as SimulatedNode;
}
