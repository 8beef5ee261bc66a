/**
 * What becomes of etcd: the simulated etcd, run once on each input and remembered. What it says is part of the outcome.
 */
import { nextTickMs, stepEtcd, type Etcd, type EtcdInput } from "../../models/etcd.ts";
import type { ActiveRun } from "../simulation/run.ts";
import { strikeFault } from "../simulation/strike.ts";
import { createWorld, lifeOfClient, nodeOfClient, OPERATOR, type World } from "../simulation/world.ts";
import type { Observation } from "../../models/observation.ts";
import { buildEtcd, renameClients, takeEtcd, type EtcdPart, type NewNames } from "./etcd-part.ts";
import { Interned } from "./intern.ts";
import { namesFrom, type NodeSteps } from "./node-steps.ts";
import { LIFE, NOW } from "./parts.ts";
import { inOrder, arrangeAt, type Ground } from "./world-parts.ts";

/** What etcd says to a process. */
export interface Said {
  readonly node: number;
  readonly output: number;
  readonly isReply: boolean;
}

export interface EtcdOutcome {
  readonly to: number;
  readonly said: readonly Said[];
  readonly answered: boolean;
  /** What is seen of it, by number. */
  readonly seen: number;
}

/** A fault that strikes etcd, or goes on or ends; what it does to it. */
export interface EtcdStrike {
  readonly to: number;
  readonly told: readonly number[];
  readonly seen: number;
}

export class EtcdSteps {
  readonly parts = new Interned<EtcdPart>();
  runs = 0;
  /** Somebody read as of an older revision, whose changes were not kept: what was found is not exact. */
  asksForMore = false;
  readonly #nodes: NodeSteps;
  readonly #ground: Ground;
  readonly #blank: World;
  readonly #built: Etcd[] = [];
  readonly #steps: Map<number, EtcdOutcome>[] = [];
  readonly #strikes: Map<number, EtcdStrike>[] = [];
  readonly #elapsed: Map<number, number>[] = [];
  readonly #renamed: Map<number, number>[] = [];

  constructor(nodes: NodeSteps, ground: Ground) {
    this.#nodes = nodes;
    this.#ground = ground;
    this.#blank = createWorld(ground.setup);
  }

  /** The etcd of that number, at {@link NOW}. */
  built(id: number): Etcd {
    return (this.#built[id] ??= buildEtcd(this.parts.at(id), this.#blank.etcd));
  }

  tickAt(id: number): number {
    return nextTickMs(this.built(id));
  }

  elapse(id: number, byMs: number): number {
    if (byMs === 0) return id;
    const known = (this.#elapsed[id] ??= new Map<number, number>());
    let to = known.get(byMs);
    if (to === undefined) {
      known.set(byMs, (to = this.#take(this.built(id), this.parts.at(id), NOW + byMs)));
    }
    return to;
  }

  /** What comes of what was told; of its number there is one outcome. */
  tell(id: number, telling: number): EtcdOutcome {
    const known = (this.#steps[id] ??= new Map<number, EtcdOutcome>());
    let outcome = known.get(telling);
    if (outcome === undefined)
      known.set(telling, (outcome = this.#run(id, this.#nodes.tellings.at(telling))));
    return outcome;
  }

  #run(id: number, { input, unheard }: { readonly input: EtcdInput; readonly unheard: number }): EtcdOutcome {
    this.runs += 1;
    const part = this.parts.at(id);
    this.asksForMore ||= !this.#ground.wholeHistory && readsThePast(input, part);
    const { changes, etcd, outputs } = stepEtcd(this.built(id), input, NOW);
    const said = outputs.flatMap((output): Said[] => {
      const node = nodeOfClient(output.client);
      const isReply = output.type === "reply";
      if (node < 0 || lifeOfClient(output.client) !== LIFE.present) return [];
      if (node === unheard && !isReply) return [];
      return [{ node, output: this.#nodes.outputs.id(output), isReply }];
    });
    const answered = outputs.some(({ type }) => type === "reply");
    const { memory } = this.#nodes;
    const seen: Observation[] = [];
    for (const { cause, client, event } of changes) {
      const node = client === undefined ? OPERATOR : nodeOfClient(client);
      memory.listen({ type: "change", at: NOW, event, cause, node }, NOW, seen);
    }
    return { to: this.#take(etcd, part, NOW), said, answered, seen: memory.sights.id(seen) };
  }

  /** A fault of etcd's begins (`item` -1), or the item at that place, the end of one, is due. */
  strike(id: number, index: number, item: number): EtcdStrike {
    const known = (this.#strikes[id] ??= new Map<number, EtcdStrike>());
    const key = item < 0 ? 2 * index : 2 * item + 1;
    let outcome = known.get(key);
    if (outcome === undefined) known.set(key, (outcome = this.#strikeOnce(id, index, item)));
    return outcome;
  }

  #strikeOnce(id: number, index: number, at: number): EtcdStrike {
    const part = this.parts.at(id);
    const timeline = { instants: [], sequences: [], items: [], nextSequence: 0 };
    part.items.forEach((placed, place) => place !== at && arrangeAt(timeline, placed));
    const etcd = this.built(id);
    const world: World = { ...this.#blank, now: NOW, timeline, etcd, inEffect: [...part.inEffect] };
    const told: number[] = [];
    const { memory } = this.#nodes;
    const seen: Observation[] = [];
    const run: ActiveRun = {
      world,
      setup: this.#ground.setup,
      scheduler: { choose: () => 0 },
      listener: { observe: (one) => memory.listen(one, NOW, seen) },
      hosts: [],
      aside: (input, unheard) => {
        told.push(this.#nodes.tellings.id({ input, unheard: unheard?.at ?? -1 }));
        return true;
      },
    };
    const item = at < 0 ? ({ type: "fault", index, phase: "begins" } as const) : part.items[at]?.item;
    if (item?.type !== "fault") throw new RangeError(`no fault is due for etcd at place ${at}`);
    strikeFault(run, item);
    const left = { items: inOrder(timeline), inEffect: world.inEffect };
    return { to: this.#take(etcd, left, NOW), told, seen: memory.sights.id(seen) };
  }

  /** With the process' numbers as the names say. */
  rename(id: number, names: number): number {
    const known = (this.#renamed[id] ??= new Map<number, number>());
    let to = known.get(names);
    if (to === undefined) {
      const entry = this.#nodes.names.at(names);
      const all: (NewNames | undefined)[] = this.#ground.setup.processes.map(() => undefined);
      all[entry.node] = namesFrom(entry);
      known.set(names, (to = this.parts.id(renameClients(this.parts.at(id), all))));
    }
    return to;
  }

  #take(etcd: Etcd, { inEffect, items }: Pick<EtcdPart, "items" | "inEffect">, now: number): number {
    return this.parts.id(takeEtcd(etcd, items, inEffect, now, this.#ground.keys));
  }
}

function readsThePast(input: EtcdInput, { revision }: EtcdPart): boolean {
  if (input.type !== "request" || input.request.type !== "range") return false;
  const { revision: asked = 0 } = input.request;
  return 0 < asked && asked < revision;
}
