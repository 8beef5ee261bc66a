/**
 * A run: a world in motion, with those who decide what it leaves open and those who hear what happens.
 */
import type { Observation } from "../../models/observation.ts";
import type { EtcdInput } from "../../models/etcd.ts";
import type { Step } from "../../models/compiled-chart.ts";
import type { Fault } from "./fault.ts";
import type { ProcessKind } from "./process.ts";
import type { NetworkSetup } from "./scenario.ts";
import type { Question, Scheduler } from "./scheduler.ts";
import type { SimulationSetup } from "./setup.ts";
import type { Item, SimulatedNode, World } from "./world.ts";

/** Who hears what happens. Nothing a listener does can change the run. */
export interface Listener {
  /** Nothing has happened yet. */
  begins?(world: World): void;
  observe(observation: Observation): void;
  /** Something in virtual time is about to happen; only for those who record. */
  happens?(item: Item, world: World): void;
  /** A process' chart took a step; only for those who record. */
  stepped?(node: number, world: World, type: string, elapsedMs: number, step: Step): void;
}

/**
 * Asked before each thing that happens, with its instant: what goes wrong up to then that the scenario does not say; undefined: nothing
 * more. It is as if it stood there, after all others.
 */
export type Besides = (beforeMs: number) => Fault | undefined;

/** One node of a run and what can be done to the process that lives there. */
export interface Host {
  readonly run: ActiveRun;
  /** The node's place in the scenario. */
  readonly at: number;
  readonly node: SimulatedNode;
  readonly kind: ProcessKind;
  readonly network: NetworkSetup;
  /** Another life begins, if there is none. */
  begin(): void;
  beginLater(afterMs: number): void;
  /** The process is gone, with everything it knew; its connections close. */
  end(cause: "crash" | "exit"): void;
  /** What a paused process had to wait for reaches it now, in the order in which it came. */
  resume(): void;
  /** The clock was set or runs at another rate, so timers fall due, and claims end, at other true instants. */
  rearm(): void;
  /** Something has reached a process that is up. */
  reach(item: Item & { readonly node: number }): void;
}

export interface ActiveRun {
  readonly world: World;
  readonly setup: SimulationSetup;
  readonly scheduler: Scheduler;
  readonly listener: Listener;
  /** One for each node, by place. */
  readonly hosts: readonly Host[];
  /**
   * Takes what is told to etcd, where a process is run apart from it: the search does so. Returns what `tellEtcd` would; absent:
   * etcd of this world hears it.
   */
  readonly aside?: (input: EtcdInput, unheard: Host | undefined) => boolean;
}

export function ask({ scheduler, world }: ActiveRun, question: Question): number {
  return scheduler.choose(world.asked++, question);
}

export function hostOf({ hosts }: ActiveRun, at: number): Host {
  const host = hosts[at];
  if (host === undefined) throw new RangeError(`no node ${at}`);
  return host;
}

/** The host of the process of that name. */
export function hostNamed({ hosts, setup }: ActiveRun, name: string): Host {
  const host = hosts[setup.processes.findIndex(({ setup: { name: own } }) => own === name)];
  if (host === undefined) throw new RangeError(`the scenario has no process named ${name}`);
  return host;
}
