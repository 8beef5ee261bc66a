/**
 * One run as it was observed, for showing: its observations, how the leases stood at etcd, the writes that the fence
 * refused, and what the judges say.
 */
import { isStranded } from "../../models/etcd.ts";
import type { Observation } from "../../models/observation.ts";
import type { Variant } from "../../models/variant.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { RunJudges, type Judgement } from "../../properties/judging.ts";
import { createSetup } from "../simulation/setup.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided, type Decision } from "../simulation/scheduler.ts";
import { execute } from "../simulation/execute.ts";
import type { Listener } from "../simulation/run.ts";
import { clientOf, type Item, type World } from "../simulation/world.ts";
import { LeaseBook, type LeaseHistory } from "./leases.ts";

/** A write that etcd's guard refused when it arrived. */
export interface RefusedWrite {
  readonly at: number;
  readonly node: number;
}

export interface ObservedRun extends LeaseHistory {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly refusedWrites: readonly RefusedWrite[];
  readonly judgements: readonly Judgement[];
}

/** Runs the scenario to its horizon; open questions without a decision are answered harmlessly. */
export function observeRun(
  scenario: Scenario,
  variant: Variant,
  decisions: readonly Decision[] = [],
): ObservedRun {
  const observations: Observation[] = [];
  const leases = new LeaseBook();
  const refusedWrites: RefusedWrite[] = [];
  const judges = new RunJudges(catalogue, scenario);
  let arriving: RefusedWrite | undefined;
  const settleWrite = () => {
    if (arriving !== undefined) refusedWrites.push(arriving);
    arriving = undefined;
  };
  const setup = createSetup(scenario, variant);
  const listener: Listener = {
    observe(observation) {
      observations.push(observation);
      judges.observe(observation);
      // A write that changes something was let through.
      if (observation.type === "change" && observation.node === arriving?.node) arriving = undefined;
    },
    happens(item, world) {
      settleWrite();
      leases.note(world, setup);
      if (reachesStore(item, world)) arriving = { at: world.now, node: item.node };
    },
  };
  const { world: last } = execute(setup, { scheduler: decided(decisions), listeners: [listener] });
  settleWrite();
  leases.note(last, setup);
  return {
    scenario,
    variant,
    observations,
    leases: leases.changes,
    refusedWrites,
    judgements: judges.conclude(),
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
