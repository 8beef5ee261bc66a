/**
 * A whole world taken apart into the normal forms of its parts, and put together again. Two worlds with the same parts go on alike.
 */
import type { Keys } from "../../models/dialect.ts";
import { nextTickMs } from "../../models/etcd.ts";
import { CoordinatorKind } from "../simulation/coordinator-process.ts";
import { concerns } from "../simulation/fault.ts";
import { processAt, type SimulationSetup } from "../simulation/setup.ts";
import { cloneNode, createWorld, type FaultInEffect, type Item, type World } from "../simulation/world.ts";
import { insert, type Timeline } from "../time/timeline.ts";
import {
  cutHistory,
  buildEtcd,
  pastChanges,
  rankEtcd,
  renameClients,
  takeEtcd,
  type EtcdPart,
  type NewNames,
} from "./etcd-part.ts";
import { forgotten, type PromiseFold, type Memory } from "./memory.ts";
import { NOW, settleNode, type NodePart, type ToCome } from "./parts.ts";
import { identitiesOf, IdentityWalk } from "./identities.ts";
import { askedFor, ranksOf, rememberedOf } from "./ranks.ts";

/** A world in normal form. */
export interface WorldParts {
  readonly nodes: readonly NodePart[];
  readonly etcd: EtcdPart;
  readonly memory: Memory;
}

/** A world's parts, and which of the items in its queue can still do something; beginnings of faults are not among them. */
export interface TakenApart extends WorldParts {
  readonly alive: ReadonlySet<Item>;
}

/** What belongs to a state beside what a space says. */
export interface Scope {
  /** Whether etcd's history is kept from the beginning, for a protocol that asks for it. */
  readonly wholeHistory: boolean;
  /** Promises that look back. */
  readonly folds: readonly PromiseFold[];
}

/** No history that nobody asks for, and nobody looks back. */
export const BARE: Scope = Object.freeze({ wholeHistory: false, folds: [] });

/** What is the same for all worlds of a space. */
export interface Ground extends Scope {
  readonly setup: SimulationSetup;
  readonly keys: Keys;
  readonly walk: IdentityWalk;
  /** Whose part each fault of the scenario belongs to; -1: etcd's. */
  readonly owners: readonly number[];
  /** Whether history may be compacted. */
  readonly compactable: boolean;
}

/** Throws a RangeError where a process is no coordinator, or roles differ. */
export function groundOf(setup: SimulationSetup, { folds, wholeHistory }: Scope): Ground {
  const [first] = setup.processes;
  if (first === undefined || setup.processes.some(({ kind }) => !(kind instanceof CoordinatorKind)))
    throw new RangeError("the search knows coordinators alone");
  const { keys } = (first.kind as CoordinatorKind).config.candidate;
  if (setup.processes.some(({ kind }) => kind.role !== first.kind.role))
    throw new RangeError("the search knows one role at a time");
  const owners = setup.scenario.faults.map((fault) => {
    const on = concerns(fault);
    return on === undefined ? -1 : setup.processes.findIndex(({ setup: { name } }) => name === on);
  });
  return {
    setup,
    keys,
    walk: new IdentityWalk(keys),
    owners,
    compactable: setup.scenario.faults.some(({ type }) => type === "compact"),
    wholeHistory,
    folds,
  };
}

/** The world's parts. `memory`: what is remembered now of what led to it. `meaning`: which fault of the ground's scenario a fault of the world's is; absent: the same. */
export function takeApart(
  world: World,
  ground: Ground,
  memory: Memory,
  meaning: (index: number) => number = (index) => index,
): TakenApart {
  const { keys, setup } = ground;
  const { now } = world;
  const own: ToCome[][] = [...world.nodes, undefined].map(() => []);
  const last = own.length - 1;
  const place = (owner: number) => (owner < 0 ? last : owner);
  for (const { at, item } of inOrder(world.timeline)) {
    // Faults wait in the queue from the beginning; in a space they strike when the search says so.
    if (item.type === "etcd" || (item.type === "fault" && item.phase === "begins")) continue;
    if (item.type !== "fault") own[item.node]?.push({ at, item });
    else {
      const index = meaning(item.index);
      own[place(ground.owners[index] ?? -1)]?.push({
        at,
        item: index === item.index ? item : { ...item, index },
      });
    }
  }
  const effects: FaultInEffect[][] = own.map(() => []);
  for (const { index, life } of world.inEffect) {
    const meant = meaning(index);
    effects[place(ground.owners[meant] ?? -1)]?.push({ index: meant, life });
  }
  const settled = world.nodes.map((node, at) => {
    const { kind, network } = processAt(setup, at);
    return settleNode(
      { at, node, items: own[at] ?? [], inEffect: effects[at] ?? [] },
      now,
      kind,
      network.delayMs,
    );
  });
  const names = settled.map(({ requests, watches }, node): NewNames => {
    const { life, status } = world.nodes[node] as World["nodes"][number];
    return { node, life: status === "down" ? undefined : life, requests, watches };
  });
  const inEtcd = (effects[last] ?? []).map(({ index }) => ({ index, life: 0 }));
  const bare = renameClients(takeEtcd(world.etcd, own[last] ?? [], inEtcd, now, keys), names);
  const alive = new Set(settled.flatMap((one) => one.alive));
  for (const { item } of own[last] ?? []) alive.add(item);
  return { ...rankParts({ nodes: settled.map(({ part }) => part), etcd: bare, memory }, ground), alive };
}

/** The parts with every revision, lease and server id by rank, and no history that nobody can ask for. */
export function rankParts({ etcd, memory, nodes }: WorldParts, ground: Ground): WorldParts {
  const { compactable, folds, keys, walk, wholeHistory } = ground;
  const known = nodes.map((part) => identitiesOf(walk, part));
  const past = pastChanges(etcd, keys);
  const kept = wholeHistory ? past : askedFor([...known, identitiesOf(walk, { ...etcd, history: [] })], past);
  const all = [...known, identitiesOf(walk, cutHistory(etcd, keys, kept))];
  const remembered = rememberedOf(all, identitiesOf(walk, memory));
  const renaming = ranksOf([...all, remembered.identities], {
    kept,
    present: etcd.revision,
    compacted: etcd.compactRevision,
    compactable,
    whole: wholeHistory,
  });
  return {
    nodes: nodes.map((part) => walk.over(part, renaming.visitor)),
    etcd: rankEtcd(etcd, { keys, walk }, kept, renaming),
    memory: walk.over(forgotten(folds, memory, renaming.knows), renaming.visitor),
  };
}

/** A world that goes on as the parts say; it shares nothing with them that changes. */
export function putTogether({ etcd: part, nodes }: WorldParts, { setup }: Pick<Ground, "setup">): World {
  const world = createWorld(setup);
  const { timeline } = world;
  nodes.forEach(({ inEffect, items, node }, at) => {
    world.nodes[at] = cloneNode(node, processAt(setup, at).kind);
    for (const placed of items) arrangeAt(timeline, placed);
    world.inEffect.push(...inEffect);
  });
  for (const placed of part.items) arrangeAt(timeline, placed);
  world.inEffect.push(...part.inEffect);
  const etcd = buildEtcd(part, world.etcd);
  const etcdDueAt = nextTickMs(etcd);
  if (etcdDueAt < Number.POSITIVE_INFINITY) arrangeAt(timeline, { at: etcdDueAt, item: { type: "etcd" } });
  // Whatever is armed next must not be taken for what is armed now.
  timeline.nextSequence = Math.max(timeline.nextSequence, FREE_SEQUENCE);
  return {
    ...world,
    now: NOW,
    etcd,
    etcdClock: { rate: 1, trueAnchorMs: NOW, localAnchorMs: NOW },
    etcdDueAt,
  };
}

export const FREE_SEQUENCE = 1000;

export function arrangeAt(timeline: Timeline<Item>, { at, item }: ToCome): void {
  insert(timeline, at, timeline.nextSequence++, item);
}

/** What is to come, in the order in which it was arranged for each instant. */
export function inOrder({ instants, items, sequences }: Timeline<Item>): ToCome[] {
  const order = items.map((_, at) => at);
  order.sort(
    (left, right) =>
      num(instants, left) - num(instants, right) || num(sequences, left) - num(sequences, right),
  );
  return order.map((at) => ({ at: num(instants, at), item: items[at] as Item }));
}

function num(list: readonly number[], at: number): number {
  return list[at] ?? 0;
}
