/** Rows whose revisions, leases and server ids are not by rank yet, put in order; each way of renaming is found once. */
import { rankEtcd } from "./etcd-part.ts";
import type { EtcdSteps } from "./etcd-steps.ts";
import type { PartFacts } from "./facts.ts";
import { Numbered } from "./intern.ts";
import { forgotten } from "./memory.ts";
import type { NodeSteps } from "./node-steps.ts";
import { askedFor, ranksOf, rememberedOf, type Past, type Renaming } from "./ranks.ts";
import type { Ground } from "./world-parts.ts";

/** A way of renaming, by number. `same`: it changes nothing. */
interface Ranks {
  readonly id: number;
  readonly same: boolean;
}

export class RowRanking {
  readonly #nodes: NodeSteps;
  readonly #etcd: EtcdSteps;
  readonly #facts: PartFacts;
  readonly #ground: Ground;
  readonly #count: number;
  readonly #ranks = new Map<string, Ranks>();
  readonly #renamingOf = new Numbered<{ readonly renaming: Renaming; readonly kept: readonly Past[] }>();
  readonly #rankedNodes: Map<number, number>[] = [];
  readonly #rankedEtcd: Map<number, number>[] = [];
  readonly #rankedMemory: Map<number, number>[] = [];

  constructor(nodes: NodeSteps, etcd: EtcdSteps, facts: PartFacts, ground: Ground) {
    this.#nodes = nodes;
    this.#etcd = etcd;
    this.#facts = facts;
    this.#ground = ground;
    this.#count = ground.setup.processes.length;
  }

  /** Puts the row's parts under ranks, in place. */
  rank(row: Int32Array): void {
    const { id, same } = this.#ranksOf(row);
    if (same) return;
    for (let at = 0; at < this.#count; at++) row[at] = this.#ranked(row[at] as number, id);
    row[this.#count] = this.#rankedEtcdOf(row[this.#count] as number, id);
    row[this.#count + 1] = this.#rankedMemoryOf(row[this.#count + 1] as number, id);
  }

  #ranksOf(row: Int32Array): Ranks {
    const memory = this.#facts.memory(row[this.#count + 1] as number);
    let key = `${this.#facts.etcd(row[this.#count] as number).identities},${memory}`;
    for (let at = 0; at < this.#count; at++) key += `,${this.#facts.node(at, row[at] as number).identities}`;
    let ranks = this.#ranks.get(key);
    if (ranks === undefined) this.#ranks.set(key, (ranks = this.#rankedAnew(row, memory)));
    return ranks;
  }

  #rankedAnew(row: Int32Array, memory: number): Ranks {
    const nodes = Array.from({ length: this.#count }, (_, at) =>
      this.#facts.identities.at(this.#facts.node(at, row[at] as number).identities),
    );
    const own = this.#facts.etcdIdentities.at(this.#facts.etcd(row[this.#count] as number).identities);
    const kept = this.#ground.wholeHistory ? own.past : askedFor([...nodes, own.bare], own.past);
    const changes = own.changes.filter((_, at) => kept.includes(own.past[at] as Past));
    const known = [...nodes, own.bare, ...changes];
    const remembered = rememberedOf(known, this.#facts.identities.at(memory));
    const all = [...known, remembered.identities];
    const renaming = ranksOf(all, {
      kept,
      present: own.revision,
      compacted: own.compacted,
      compactable: this.#ground.compactable,
      whole: this.#ground.wholeHistory,
    });
    const id = this.#renamingOf.id(renaming.text, () => ({ renaming, kept }));
    const same =
      !renaming.changes &&
      !remembered.forgets &&
      kept.length === own.past.length &&
      own.picked === renaming.picked &&
      !all.some(({ bases }) => bases.some(renaming.renamesBase));
    return { id, same };
  }

  #ranked(id: number, renaming: number): number {
    const known = (this.#rankedNodes[id] ??= new Map<number, number>());
    let to = known.get(renaming);
    if (to === undefined) {
      const { visitor } = this.#renamingOf.at(renaming).renaming;
      known.set(
        renaming,
        (to = this.#nodes.parts.id(this.#ground.walk.over(this.#nodes.parts.at(id), visitor))),
      );
    }
    return to;
  }

  #rankedEtcdOf(id: number, at: number): number {
    const known = (this.#rankedEtcd[id] ??= new Map<number, number>());
    let to = known.get(at);
    if (to === undefined) {
      const { kept, renaming } = this.#renamingOf.at(at);
      const part = rankEtcd(this.#etcd.parts.at(id), this.#ground, kept, renaming);
      known.set(at, (to = this.#etcd.parts.id(part)));
    }
    return to;
  }

  #rankedMemoryOf(id: number, at: number): number {
    const known = (this.#rankedMemory[id] ??= new Map<number, number>());
    let to = known.get(at);
    if (to === undefined) {
      const { renaming } = this.#renamingOf.at(at);
      const { parts } = this.#nodes.memory;
      const left = forgotten(this.#ground.folds, parts.at(id), renaming.knows);
      known.set(at, (to = parts.id(this.#ground.walk.over(left, renaming.visitor))));
    }
    return to;
  }
}
