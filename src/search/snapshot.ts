/**
 * An exploration under way as lines of text, to go on with it elsewhere: the parts that its states are made of, the states and which
 * led to which. Steps that are remembered are not kept, for running the code again finds the same.
 */
import { CoordinatorKind, type CoordinatorState } from "../simulation/coordinator-process.ts";
import { processAt } from "../simulation/setup.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import type { EtcdPart } from "./etcd-part.ts";
import { Exploration } from "./exploration.ts";
import type { Memory } from "./memory.ts";
import { packedValue, unpackedValue } from "./never.ts";
import type { NodePart } from "./parts.ts";
import type { StatePromise } from "./promises.ts";
import type { Space } from "./space.ts";
import { StateTable } from "./state-table.ts";
import { Walk, type WalkPosition } from "./walk.ts";

type Line =
  | { readonly type: "begins"; readonly wholeHistory: boolean; readonly width: number }
  | { readonly type: "node"; readonly part: unknown }
  | { readonly type: "etcd"; readonly part: EtcdPart }
  | { readonly type: "memory"; readonly part: Memory }
  /** Of the chart: a state that somebody stood in, and what was taken there. */
  | { readonly type: "stood"; readonly state: string; readonly events: readonly string[] }
  /** Numbers of parts as they come here, the faults left, and the state before. */
  | { readonly type: "states"; readonly rows: readonly number[]; readonly parents: readonly number[] }
  | { readonly type: "ends"; readonly position: WalkPosition; readonly states: number };

/** What was kept does not fit to the code that is to go on with it, or is not whole. */
export class UnfitSnapshot extends Error {}

const STATES_A_LINE = 1000;

function textOf(line: Line): string {
  return JSON.stringify(line, (_, value: unknown) => packedValue(value));
}

/** The lines of an exploration in which nothing is broken. */
export function* snapshotOf(exploration: Exploration): Generator<string> {
  const { compiled, position } = exploration;
  const { etcd, ground, nodes, space, width } = compiled;
  const { states } = exploration.reached;
  yield textOf({ type: "begins", wholeHistory: ground.wholeHistory, width });
  const known = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()] as const;
  /** Gives parts their numbers here, and tells each that has none yet. */
  function* number(row: Int32Array): Generator<string> {
    for (let at = 0; at < space.coordinators + 2; at++) {
      const id = row[at] as number;
      const own = known[Math.max(0, at - space.coordinators + 1)] as Map<number, number>;
      if (own.has(id)) continue;
      own.set(id, own.size);
      if (at < space.coordinators)
        yield textOf({ type: "node", part: written(nodes.parts.at(id), compiled) });
      else if (at === space.coordinators) yield textOf({ type: "etcd", part: etcd.parts.at(id) });
      else yield textOf({ type: "memory", part: nodes.memory.parts.at(id) });
    }
  }
  for (let from = 0; from < states; from += STATES_A_LINE) {
    const rows: number[] = [];
    const parents: number[] = [];
    for (let state = from; state < Math.min(states, from + STATES_A_LINE); state++) {
      const row = exploration.row(state);
      yield* number(row);
      for (let at = 0; at < width; at++) {
        const own = known[Math.max(0, at - space.coordinators + 1)];
        rows.push(own?.get(row[at] as number) ?? (row[at] as number));
      }
      parents.push(exploration.parent(state));
    }
    yield textOf({ type: "states", rows, parents });
  }
  const { chart } = kindOf(compiled, 0);
  for (const [state, events] of nodes.stood)
    yield textOf({ type: "stood", state: chart.encode(state), events: [...events] });
  yield textOf({ type: "ends", position, states });
}

function kindOf({ ground }: CompiledSpace, at: number): CoordinatorKind {
  const { kind } = processAt(ground.setup, at);
  if (!(kind instanceof CoordinatorKind)) throw new RangeError("the search knows coordinators alone");
  return kind;
}

/** Chart states are written by meaning; every field stays in its place, for parts are told apart by their text. */
function written(part: NodePart, compiled: CompiledSpace): unknown {
  const { chart } = kindOf(compiled, part.at);
  return withChartState(part, (state) => chart.encode(state as number));
}

function read(part: NodePart, compiled: CompiledSpace): NodePart {
  const { chart } = kindOf(compiled, part.at);
  return withChartState(part, (state) => chart.decode(state as string)) as NodePart;
}

function withChartState(part: NodePart, to: (state: unknown) => unknown): unknown {
  const own = part.node.state as CoordinatorState | undefined;
  if (own === undefined || part.node.status === "down") return part;
  const state = { ...own, coordinator: { ...own.coordinator, state: to(own.coordinator.state) } };
  return { ...part, node: { ...part.node, state } };
}

/** Takes the lines of {@link snapshotOf} back, one by one. */
export class Restoration {
  readonly #exploration: Exploration;
  readonly #numbers: readonly [number[], number[], number[]] = [[], [], []];
  #table: StateTable | undefined;
  #ended = false;

  /** `space` and `promises` as they were. */
  constructor(space: Space, promises: readonly StatePromise[]) {
    this.#exploration = new Exploration(space, promises);
  }

  /** Throws {@link UnfitSnapshot}. */
  take(text: string): void {
    const line = JSON.parse(text, (_, value: unknown) => unpackedValue(value)) as Line;
    if (this.#ended || (line.type === "begins") !== (this.#table === undefined))
      throw new UnfitSnapshot("its lines are out of order");
    this.#take(line);
  }

  #take(line: Line): void {
    const { compiled } = this.#exploration;
    const [nodes, etcds, memories] = this.#numbers;
    switch (line.type) {
      case "begins":
        if (line.wholeHistory) this.#exploration.keepWholeHistory();
        if (line.width !== compiled.width) throw new UnfitSnapshot("it is of another number of coordinators");
        this.#table = new StateTable(line.width);
        return;
      case "node":
        nodes.push(compiled.nodes.parts.id(read(line.part as NodePart, compiled)));
        return;
      case "etcd":
        etcds.push(compiled.etcd.parts.id(line.part));
        return;
      case "memory":
        memories.push(compiled.nodes.memory.parts.id(line.part));
        return;
      case "stood":
        compiled.nodes.stood.set(kindOf(compiled, 0).chart.decode(line.state), new Set(line.events));
        return;
      case "states":
        this.#takeStates(line.rows, line.parents);
        return;
      case "ends":
        this.#end(line.position, line.states);
    }
  }

  #takeStates(rows: readonly number[], parents: readonly number[]): void {
    const table = this.#table as StateTable;
    const { width } = table;
    const count = this.#exploration.compiled.space.coordinators;
    const row = new Int32Array(width);
    for (const [state, parent] of parents.entries()) {
      for (let at = 0; at < width; at++) {
        const kept = rows[state * width + at] as number;
        const id = at === width - 1 ? kept : this.#numbers[Math.max(0, at - count + 1) as 0][kept];
        if (id === undefined) throw new UnfitSnapshot("a part is missing");
        row[at] = id;
      }
      if (!table.add(row, parent)) throw new UnfitSnapshot("a state stands in it twice");
    }
  }

  #end(position: WalkPosition, states: number): void {
    const table = this.#table as StateTable;
    if (table.size !== states) throw new UnfitSnapshot("states are missing");
    this.#exploration.goOnFrom(Walk.at(table, position));
    this.#ended = true;
  }

  /** The exploration, to go on with. Throws {@link UnfitSnapshot} where it is not whole, or where the code takes other steps by now. */
  finish(): Exploration {
    if (!this.#ended) throw new UnfitSnapshot("its end is missing");
    const { compiled, position } = this.#exploration;
    const every = Math.max(1, Math.floor(position.next / SAMPLES));
    for (let state = 0; state < position.next; state += every)
      compiled.steps(this.#exploration.row(state).slice(), (next) => {
        if (this.#exploration.find(next) < 0) throw new UnfitSnapshot("the code takes other steps by now");
      });
    return this.#exploration;
  }
}

/** So many of the states that were gone on from are looked at again. */
const SAMPLES = 200;
