/** When each lease would end at etcd, at any instant of a run. */
import type { Observation } from "../../models/observation.ts";
import { treeGet } from "../../models/store/tree.ts";
import { NO_LEASE, type LeaseId } from "../../models/etcd-api.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import { viewOf, type World } from "../simulation/world.ts";
import { trueInstantOf } from "../time/node-clock.ts";

/** From `at` on the lease would end at `endsAt` (true time); undefined: it is gone. */
export interface LeaseChange {
  readonly at: number;
  readonly lease: LeaseId;
  readonly endsAt: number | undefined;
}

/** What an observed run knows of its leases. */
export interface LeaseHistory {
  readonly leases: readonly LeaseChange[];
  readonly observations: readonly Observation[];
}

/** Every lease that a coordinator ever held, looked at before each thing that happens. */
export class LeaseBook {
  readonly changes: LeaseChange[] = [];
  readonly #endsAt = new Map<LeaseId, number | undefined>();
  #before = 0;

  note(world: World, setup: SimulationSetup): void {
    const { leases } = world.etcd.lessor;
    for (const [at, node] of world.nodes.entries()) {
      const leaseId = viewOf(node, setup, at)?.leaseId ?? NO_LEASE;
      if (leaseId !== NO_LEASE && !this.#endsAt.has(leaseId)) this.#endsAt.set(leaseId, undefined);
    }
    for (const [lease, known] of this.#endsAt) {
      const found = treeGet(leases, lease);
      const endsAt = found === undefined ? undefined : trueInstantOf(world.etcdClock, found.expiresAtMs);
      if (endsAt === known) continue;
      // A lease that is gone never comes back: a long run has many of them.
      if (endsAt === undefined) this.#endsAt.delete(lease);
      else this.#endsAt.set(lease, endsAt);
      // What differs now changed when the last thing happened.
      this.changes.push({ at: this.#before, lease, endsAt });
    }
    this.#before = world.now;
  }
}

/** When the lease would end as things stood at `at`; undefined: there was none. */
export function leaseEnd(run: LeaseHistory, lease: LeaseId, at: number): number | undefined {
  return lastUpTo(bookOf(run).ends.get(lease), at)?.endsAt;
}

/** The lease that the coordinator last held, as it said itself. */
export function leaseOf(run: LeaseHistory, node: number, at: number): LeaseId {
  return lastUpTo(bookOf(run).held.get(node), at)?.leaseId ?? NO_LEASE;
}

type Holding = Extract<Observation, { type: "milestone" }>;

/** The same by lease and by coordinator: a long run is asked at many instants. */
interface Book {
  readonly ends: ReadonlyMap<LeaseId, readonly LeaseChange[]>;
  readonly held: ReadonlyMap<number, readonly Holding[]>;
}

const books = new WeakMap<LeaseHistory, Book>();

function bookOf(run: LeaseHistory): Book {
  let book = books.get(run);
  if (book === undefined) {
    const said = run.observations.filter(
      (one) => one.type === "milestone" && one.leaseId !== NO_LEASE,
    ) as Holding[];
    book = {
      ends: groupedBy(run.leases, ({ lease }) => lease),
      held: groupedBy(said, ({ node }) => node),
    };
    books.set(run, book);
  }
  return book;
}

function groupedBy<Key, One>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** The last of `changes`, which are in order, that is not after `at`. */
function lastUpTo<Change extends { readonly at: number }>(
  changes: readonly Change[] = [],
  at: number,
): Change | undefined {
  let from = 0;
  let to = changes.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((changes[middle] as Change).at <= at) from = middle + 1;
    else to = middle;
  }
  return changes[from - 1];
}
