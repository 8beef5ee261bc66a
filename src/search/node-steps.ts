/**
 * What becomes of a process: the product's own code, run once on the process apart from the rest of its world, and remembered. What
 * it tells etcd is part of the outcome; what etcd says to it is an event of its own.
 */
import type { Etcd, EtcdInput, EtcdOutput } from "../../models/etcd.ts";
import { shipped } from "../../models/variant.ts";
import type { StateId } from "../../models/compiled-chart.ts";
import type { CoordinatorState } from "../simulation/coordinator-process.ts";
import { NodeHost } from "../simulation/host.ts";
import { arrangeTimeout, openRequest } from "../simulation/network.ts";
import type { ActiveRun, Host } from "../simulation/run.ts";
import { hear } from "../simulation/server.ts";
import { processAt } from "../simulation/setup.ts";
import { happen } from "../simulation/simulation.ts";
import { cloneNode, createWorld, type World } from "../simulation/world.ts";
import type { Observation } from "../../models/observation.ts";
import type { NewNames } from "./etcd-part.ts";
import { identitiesOf } from "./identities.ts";
import { Interned } from "./intern.ts";
import { MemorySteps } from "./memory.ts";
import { LIFE, NOW, settleNode, type NodePart } from "./parts.ts";
import { reachesBack } from "./ranks.ts";
import type { Space } from "./space.ts";
import { Tape } from "./tape.ts";
import { FREE_SEQUENCE, inOrder, arrangeAt, type Ground } from "./world-parts.ts";

/** What may happen to a process; `of`: the item's place, the fault's index, the number of what etcd says, the request's id. */
export const EVENT = { item: 0, strike: 1, hear: 2, held: 3 } as const;
export type NodeEvent = (typeof EVENT)[keyof typeof EVENT];

/** Something that is told to etcd. */
export interface ToldEtcd {
  readonly input: EtcdInput;
  /** The process that hears nothing of what etcd says because of it, by place; -1: everybody hears. */
  readonly unheard: number;
}

/** One way in which an event may go. WorldParts, tellings and names by number. */
export interface NodeOutcome {
  /** How many faults it takes. */
  readonly cost: number;
  readonly to: number;
  readonly told: readonly number[];
  /** How etcd calls it from now on. */
  readonly names: number;
  /** Whether it begins to serve. */
  readonly activates: boolean;
  /** How many requests it sends, writes of its service not counted. */
  readonly requests: number;
  /** What is seen of it, by number. */
  readonly seen: number;
}

/** New names as data, for those that etcd may know. */
export interface NamesEntry {
  readonly node: number;
  readonly life: number | null;
  readonly requests: readonly (readonly [number, number])[];
  readonly watches: readonly (readonly [number, number])[];
}

/** Numbers above are given in the step itself, so that etcd cannot know them yet. */
const KNOWN_BELOW = 1000;

export class NodeSteps {
  readonly parts = new Interned<NodePart>();
  readonly tellings = new Interned<ToldEtcd>();
  readonly outputs = new Interned<EtcdOutput>();
  readonly names = new Interned<NamesEntry>();
  readonly memory: MemorySteps;
  /** The states of the chart that somebody stood in, and which events it took there. */
  readonly stood = new Map<StateId, Set<string>>();
  /** Somebody asks for changes from further back than before, which were not kept: what was found is not exact. */
  asksForMore = false;
  /** How often the product's code was run. */
  runs = 0;
  readonly #space: Space;
  readonly #ground: Ground;
  readonly #blank: World;
  readonly #elapsed: Map<number, number>[] = [];
  readonly #names: number[] = [];
  readonly #steps: Map<number, readonly NodeOutcome[]>[] = [];

  constructor(space: Space, ground: Ground) {
    this.#space = space;
    this.#ground = ground;
    this.memory = new MemorySteps(ground.folds);
    this.#blank = createWorld(ground.setup);
  }

  /** The part after nothing but time has passed: less than to its next item. */
  elapse(at: number, id: number, byMs: number): number {
    if (byMs === 0) return id;
    const known = (this.#elapsed[id] ??= new Map<number, number>());
    let to = known.get(byMs);
    if (to === undefined) known.set(byMs, (to = this.#settle(at, this.parts.at(id), NOW + byMs).to));
    return to;
  }

  /** Every way in which the event may go. `etcdDown`: whether nobody is there to hear what is told to etcd. */
  step(at: number, id: number, event: NodeEvent, of: number, etcdDown: boolean): readonly NodeOutcome[] {
    const known = (this.#steps[id] ??= new Map<number, readonly NodeOutcome[]>());
    const key = (of * 4 + event) * 2 + (etcdDown ? 1 : 0);
    let outcomes = known.get(key);
    if (outcomes === undefined) known.set(key, (outcomes = this.#run(at, id, event, of, etcdDown)));
    return outcomes;
  }

  /** How etcd calls what the part knows of it. */
  namesOf(at: number, id: number): number {
    return (this.#names[id] ??= this.#settle(at, this.parts.at(id), NOW).names);
  }

  #run(at: number, id: number, event: NodeEvent, of: number, etcdDown: boolean): NodeOutcome[] {
    const outcomes: NodeOutcome[] = [];
    let tape: number[] | undefined = [];
    while (tape !== undefined) {
      this.runs += 1;
      const scheduler = new Tape(this.#space, this.#space.budget, tape);
      outcomes.push({ ...this.#once(at, id, event, of, etcdDown, scheduler), cost: scheduler.cost });
      tape = scheduler.next();
    }
    return outcomes;
  }

  #once(
    at: number,
    id: number,
    event: NodeEvent,
    of: number,
    etcdDown: boolean,
    scheduler: Tape,
  ): Omit<NodeOutcome, "cost"> {
    const part = this.parts.at(id);
    const world = this.#worldOf(at, part, event === EVENT.item ? of : -1, etcdDown);
    const node = world.nodes[at] as World["nodes"][number];
    const told: number[] = [];
    const hosts: Host[] = [];
    const seen: Observation[] = [];
    let activates = false;
    let requests = 0;
    const run: ActiveRun = {
      world,
      setup: this.#ground.setup,
      scheduler,
      listener: {
        observe: (one) => {
          if (one.type === "milestone" && one.milestone === "active") activates = true;
          if (one.type === "request" && one.purpose !== "write") requests += 1;
          this.memory.listen(one, NOW, seen);
        },
        stepped: (_at, _world, type) => this.#took(node.state as CoordinatorState | undefined, type),
      },
      hosts,
      aside: (input, unheard) => {
        told.push(this.tellings.id({ input, unheard: unheard?.at ?? -1 }));
        // Whether etcd answers a request at once is known when it is asked.
        return true;
      },
    };
    const host = new NodeHost(run, this.#ground.setup, node, at);
    hosts[at] = host;
    switch (event) {
      case EVENT.item: {
        const placed = part.items[of];
        if (placed === undefined) throw new RangeError(`the part has no item ${of}`);
        happen(run, placed.item);
        break;
      }
      case EVENT.strike:
        happen(run, { type: "fault", index: of, phase: "begins" });
        break;
      case EVENT.hear:
        hear(host, this.outputs.at(of));
        break;
      case EVENT.held:
        arrangeTimeout(host, openRequest(node, of));
        break;
    }
    const left = { at, node, items: inOrder(world.timeline), inEffect: world.inEffect };
    const settled = this.#settle(at, left, NOW);
    // What etcd says is dated when it is said, and nobody has heard it yet.
    if (event !== EVENT.hear) this.#looksBack(part, this.parts.at(settled.to));
    return { ...settled, told, activates, requests, seen: this.memory.sights.id(seen) };
  }

  /** The shipped protocol goes on from where it was told last. */
  #looksBack(before: NodePart, after: NodePart): void {
    const { walk, wholeHistory } = this.#ground;
    if (wholeHistory || this.asksForMore || this.#space.variant === shipped) return;
    this.asksForMore = reachesBack(identitiesOf(walk, before), identitiesOf(walk, after));
  }

  /** Told before the step is taken; nothing stands before the first. */
  #took(state: CoordinatorState | undefined, type: string): void {
    if (state !== undefined) this.#standsIn(state.coordinator.state).add(type);
  }

  #standsIn(state: StateId): Set<string> {
    let taken = this.stood.get(state);
    if (taken === undefined) this.stood.set(state, (taken = new Set()));
    return taken;
  }

  /** A world with this process alone in it. */
  #worldOf(at: number, part: NodePart, without: number, etcdDown: boolean): World {
    const blank = this.#blank;
    const timeline = { instants: [], sequences: [], items: [], nextSequence: 0 };
    part.items.forEach((placed, place) => place !== without && arrangeAt(timeline, placed));
    timeline.nextSequence = Math.max(timeline.nextSequence, FREE_SEQUENCE);
    const nodes = blank.nodes.slice();
    nodes[at] = cloneNode(part.node, processAt(this.#ground.setup, at).kind);
    const etcd: Etcd = etcdDown ? { ...blank.etcd, mode: "down" } : blank.etcd;
    return { ...blank, now: NOW, timeline, etcd, nodes, inEffect: [...part.inEffect] };
  }

  #settle(at: number, raw: NodePart, now: number): Pick<NodeOutcome, "to" | "names"> {
    const { kind, network } = processAt(this.#ground.setup, at);
    const { part, requests, watches } = settleNode(raw, now, kind, network.delayMs);
    const { state, status } = part.node;
    if (status !== "down" && state !== undefined)
      this.#standsIn((state as CoordinatorState).coordinator.state);
    const known = (names: ReadonlyMap<number, number>) => [...names].filter(([old]) => old < KNOWN_BELOW);
    const names: NamesEntry = {
      node: at,
      life: status === "down" ? null : LIFE.present,
      requests: known(requests),
      watches: known(watches),
    };
    return { to: this.parts.id(part), names: this.names.id(names) };
  }
}

export function namesFrom({ life, node, requests, watches }: NamesEntry): NewNames {
  return { node, life: life ?? undefined, requests: new Map(requests), watches: new Map(watches) };
}
