/** Rows whose revisions, leases and server ids are not by rank yet, put in order; each way of renaming is found once. */
import { rankEtcd } from "./etcd-part.ts";
import type { EtcdSteps } from "./etcd-steps.ts";
import type { PartFacts } from "./facts.ts";
import { Numbered } from "./intern.ts";
import type { NodeSteps } from "./node-steps.ts";
import { askedFor, ranksOf, type Past, type Renaming } from "./ranks.ts";
import type { Ground } from "./world-parts.ts";

export class RowRanking {
  readonly #nodes: NodeSteps;
  readonly #etcd: EtcdSteps;
  readonly #facts: PartFacts;
  readonly #ground: Ground;
  readonly #count: number;
  readonly #ranks = new Map<string, { readonly id: number; readonly same: boolean }>();
  readonly #renamingOf = new Numbered<{ readonly renaming: Renaming; readonly kept: readonly Past[] }>();
  readonly #rankedNodes: Map<number, number>[] = [];
  readonly #rankedEtcd: Map<number, number>[] = [];

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
  }

  #ranksOf(row: Int32Array): { readonly id: number; readonly same: boolean } {
    let key = String(this.#facts.etcd(row[this.#count] as number).identities);
    for (let at = 0; at < this.#count; at++) key += `,${this.#facts.node(at, row[at] as number).identities}`;
    const known = this.#ranks.get(key);
    if (known !== undefined) return known;
    const nodes = Array.from({ length: this.#count }, (_, at) =>
      this.#facts.identities.at(this.#facts.node(at, row[at] as number).identities),
    );
    const own = this.#facts.etcdIdentities.at(this.#facts.etcd(row[this.#count] as number).identities);
    const kept = this.#ground.wholeHistory ? own.past : askedFor([...nodes, own.bare], own.past);
    const changes = own.changes.filter((_, at) => kept.includes(own.past[at] as Past));
    const all = [...nodes, own.bare, ...changes];
    const renaming = ranksOf(all, kept, own.revision, this.#ground.wholeHistory);
    const id = this.#renamingOf.id(renaming.text, () => ({ renaming, kept }));
    const same =
      !renaming.changes &&
      kept.length === own.past.length &&
      own.picked === renaming.picked &&
      all.every(({ bases }) =>
        bases.every(({ key: of, revision }) => renaming.base(of, revision) === revision),
      );
    const result = { id, same };
    this.#ranks.set(key, result);
    return result;
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
}
