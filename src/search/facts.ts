/** What is asked of parts again and again, found out once for each. */
import { processAt } from "../simulation/setup.ts";
import { pastChanges, type EtcdPart } from "./etcd-part.ts";
import type { EtcdSteps } from "./etcd-steps.ts";
import { Interned } from "./intern.ts";
import type { NodeSteps } from "./node-steps.ts";
import { NOW, type NodePart } from "./parts.ts";
import { identitiesOf, type Identities } from "./identities.ts";
import type { Past } from "./ranks.ts";
import type { Strike } from "./space.ts";
import type { Ground } from "./world-parts.ts";

/** What is asked of a process' part again and again. */
export interface NodeFacts {
  readonly dueAt: number;
  /** Which of its items may come first when they are due. */
  readonly first: readonly number[];
  readonly identities: number;
  readonly serves: boolean;
  readonly suffers: boolean;
  readonly able: boolean;
  /** Faults that may strike it, by their place in the scenario. */
  readonly strikes: readonly number[];
}

export interface EtcdFacts {
  readonly dueAt: number;
  readonly tickAt: number;
  readonly down: boolean;
  /** Places of the items that are due now. */
  readonly first: readonly number[];
  readonly identities: number;
  readonly strikes: readonly number[];
  /** Whether it knows processes' numbers that these may have forgotten. */
  readonly remembers: boolean;
  readonly overwritten: boolean;
}

/** What etcd knows of identities. */
export interface EtcdIdentities {
  readonly bare: Identities;
  readonly past: readonly Past[];
  readonly changes: readonly Identities[];
  readonly revision: number;
  readonly compacted: number;
  readonly picked: number;
}

export class PartFacts {
  readonly identities = new Interned<Identities>();
  readonly etcdIdentities = new Interned<EtcdIdentities>();
  /** Somebody asked for changes from the beginning, which were not kept: what was found is not exact. */
  asksForMore = false;
  readonly #nodeFacts: NodeFacts[] = [];
  readonly #etcdFacts: EtcdFacts[] = [];
  readonly #memoryIdentities: number[] = [];
  readonly #nodes: NodeSteps;
  readonly #etcd: EtcdSteps;
  readonly #ground: Ground;
  readonly #strikes: readonly Strike[];

  constructor(nodes: NodeSteps, etcd: EtcdSteps, ground: Ground, strikes: readonly Strike[]) {
    this.#nodes = nodes;
    this.#etcd = etcd;
    this.#ground = ground;
    this.#strikes = strikes;
  }

  node(at: number, id: number): NodeFacts {
    return (this.#nodeFacts[id] ??= this.#factsOfNode(at, this.#nodes.parts.at(id)));
  }

  #factsOfNode(at: number, part: NodePart): NodeFacts {
    const { inEffect, items, node } = part;
    const dueAt = items[0]?.at ?? Number.POSITIVE_INFINITY;
    const strikes = this.#strikes.flatMap(({ fault }, index) => {
      if (this.#ground.owners[index] !== at || inEffect.some((one) => one.index === index)) return [];
      return (fault.type === "pause" ? node.status === "up" : node.status !== "down") ? [index] : [];
    });
    return {
      dueAt,
      first: firstOf(part),
      identities: this.identities.id(this.#noting(identitiesOf(this.#ground.walk, part))),
      suffers: inEffect.length > 0 || this.#isComingOrGoing(at, part),
      able: this.#isAble(at, part),
      serves: node.claims.some(({ until }) => until > NOW),
      strikes,
    };
  }

  /** To be started, or asked to stop and not gone yet. */
  #isComingOrGoing(at: number, part: NodePart): boolean {
    if (part.node.status === "down") return part.items.some(({ item }) => item.type === "start");
    return !this.#isAble(at, part);
  }

  #isAble(at: number, { items, node }: NodePart): boolean {
    // Who is down comes back if it is to be started.
    if (node.status === "down") return items.some(({ item }) => item.type === "start");
    if (items.some(({ item }) => item.type === "stop") || node.held.some(({ type }) => type === "stop"))
      return false;
    const { paths } = processAt(this.#ground.setup, at).kind.view(node.state);
    return !paths.some((path) => path.startsWith("stopping"));
  }

  #noting(found: Identities): Identities {
    this.asksForMore ||= !this.#ground.wholeHistory && found.bases.some(({ revision }) => revision === 0);
    return found;
  }

  /** What judges remember of identities, by number. */
  memory(id: number): number {
    return (this.#memoryIdentities[id] ??= this.identities.id(
      identitiesOf(this.#ground.walk, this.#nodes.memory.parts.at(id)),
    ));
  }

  etcd(id: number): EtcdFacts {
    return (this.#etcdFacts[id] ??= this.#factsOfEtcd(id));
  }

  #factsOfEtcd(id: number): EtcdFacts {
    const part = this.#etcd.parts.at(id);
    const { keys, walk } = this.#ground;
    const tickAt = this.#etcd.tickAt(id);
    const itemAt = part.items[0]?.at ?? Number.POSITIVE_INFINITY;
    const strikes = this.#strikes.flatMap((_, index) =>
      this.#ground.owners[index] !== -1 || part.inEffect.some((one) => one.index === index) ? [] : [index],
    );
    const identities: EtcdIdentities = {
      bare: this.#noting(identitiesOf(walk, { ...part, history: [] })),
      past: pastChanges(part, keys),
      changes: part.history.map((change) => identitiesOf(walk, { history: [change] })),
      revision: part.revision,
      compacted: part.compactRevision,
      picked: part.picked,
    };
    return {
      dueAt: Math.min(tickAt, itemAt),
      tickAt,
      down: part.mode === "down",
      first: part.items.flatMap(({ at }, place) => (at <= NOW ? [place] : [])),
      identities: this.etcdIdentities.id(identities),
      strikes,
      remembers: remembers(part),
      overwritten: part.stored.some(({ key, version }) => key === keys.role && version > 1),
    };
  }
}

/** At one instant a process' timers keep their order, and so do its messages; a fault's end is free. */
function firstOf({ items }: NodePart): number[] {
  const dueAt = items[0]?.at;
  const first: number[] = [];
  let timer = false;
  let message = false;
  items.forEach(({ at, item }, place) => {
    if (at !== dueAt) return;
    if (item.type === "fault") first.push(place);
    else if (item.type === "timer") {
      if (!timer) first.push(place);
      timer = true;
    } else {
      if (!message) first.push(place);
      message = true;
    }
  });
  return first;
}

const CURRENT_WATCHES: ReadonlySet<number> = new Set([30, 31]);

function remembers({ streams, synced, unsynced, waiting }: EtcdPart): boolean {
  return (
    streams.length > 0 ||
    waiting.length > 0 ||
    synced.some(({ watchId }) => !CURRENT_WATCHES.has(watchId)) ||
    unsynced.some(({ watchId }) => !CURRENT_WATCHES.has(watchId))
  );
}
