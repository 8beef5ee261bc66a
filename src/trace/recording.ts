/**
 * One run, recorded for showing: its observations, how the leases stood at etcd, the writes that the fence refused, and
 * what the judges say.
 */
import { isStranded } from "../../models/etcd.ts";
import type { Observation } from "../../models/observation.ts";
import { treeGet } from "../../models/store/tree.ts";
import { NO_LEASE, type LeaseId } from "../../models/vocabulary.ts";
import type { Variant } from "../../models/variant.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { Panel, type Judgement } from "../../properties/judging.ts";
import { createLaboratory } from "../simulation/laboratory.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided, type Decision } from "../simulation/scheduler.ts";
import { Simulation } from "../simulation/simulation.ts";
import { clientOf, type Item, type World } from "../simulation/world.ts";
import { trueInstantOf } from "../time/node-clock.ts";

/** From `at` on the lease would end at `endsAt` (true time); undefined: it is gone. */
export interface LeaseChange {
  readonly at: number;
  readonly lease: LeaseId;
  readonly endsAt: number | undefined;
}

/** A write that etcd's guard refused when it arrived. */
export interface RefusedWrite {
  readonly at: number;
  readonly node: number;
}

export interface Recording {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly observations: readonly Observation[];
  readonly leases: readonly LeaseChange[];
  readonly refusedWrites: readonly RefusedWrite[];
  readonly judgements: readonly Judgement[];
}

/** Runs the scenario to its horizon; open questions without a decision are answered harmlessly. */
export function record(scenario: Scenario, variant: Variant, decisions: readonly Decision[] = []): Recording {
  const observations: Observation[] = [];
  const leases = new LeaseBook();
  const refusedWrites: RefusedWrite[] = [];
  const panel = new Panel(catalogue, scenario);
  let arriving: RefusedWrite | undefined;
  const settleWrite = () => {
    if (arriving !== undefined) refusedWrites.push(arriving);
    arriving = undefined;
  };
  const simulation = new Simulation(createLaboratory(scenario, variant), decided(decisions), {
    observe(observation) {
      observations.push(observation);
      panel.observe(observation);
      // A write that changes something was let through.
      if (observation.type === "change" && observation.node === arriving?.node) arriving = undefined;
    },
    happens(item, world) {
      settleWrite();
      leases.note(world);
      if (reachesStore(item, world)) arriving = { at: world.now, node: item.node };
    },
  });
  simulation.run();
  settleWrite();
  leases.note(simulation.world);
  return {
    scenario,
    variant,
    observations,
    leases: leases.changes,
    refusedWrites,
    judgements: panel.conclude(),
  };
}

function reachesStore(item: Item, world: World): item is Item & { type: "request" } {
  return (
    item.type === "request" &&
    item.purpose === "write" &&
    world.etcd.mode === "serving" &&
    !isStranded(world.etcd, clientOf(item.node, item.life)) &&
    world.nodes[item.node]?.cutToEtcd === false
  );
}

/** Every lease that a coordinator ever held, looked at before each thing that happens. */
class LeaseBook {
  readonly changes: LeaseChange[] = [];
  readonly #endsAt = new Map<LeaseId, number | undefined>();
  #before = 0;

  note(world: World): void {
    const { leases } = world.etcd.lessor;
    for (const { coordinator } of world.nodes) {
      const { leaseId } = coordinator.ledger;
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
export function leaseEnd(recording: Recording, lease: LeaseId, at: number): number | undefined {
  return lastUpTo(bookOf(recording).ends.get(lease), at)?.endsAt;
}

/** The lease that the coordinator last held, as it said itself. */
export function leaseOf(recording: Recording, node: number, at: number): LeaseId {
  return lastUpTo(bookOf(recording).held.get(node), at)?.leaseId ?? NO_LEASE;
}

type Holding = Extract<Observation, { type: "milestone" }>;

/** The same by lease and by coordinator: a long run is asked at many instants. */
interface Book {
  readonly ends: ReadonlyMap<LeaseId, readonly LeaseChange[]>;
  readonly held: ReadonlyMap<number, readonly Holding[]>;
}

const books = new WeakMap<Recording, Book>();

function bookOf(recording: Recording): Book {
  let book = books.get(recording);
  if (book === undefined) {
    const said = recording.observations.filter(
      (one) => one.type === "milestone" && one.leaseId !== NO_LEASE,
    ) as Holding[];
    book = {
      ends: groupedBy(recording.leases, ({ lease }) => lease),
      held: groupedBy(said, ({ node }) => node),
    };
    books.set(recording, book);
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
