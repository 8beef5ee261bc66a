/**
 * What stays the same during a run: the scenario, the variant of the protocol, and every process' kind. The charts'
 * remembered steps are shared by all runs of an operating system's process, which is where the speed comes from.
 */
import { compileChart, type CompiledChart } from "../../models/compile-chart.ts";
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import type { Timing } from "../../models/timing.ts";
import type { Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { createVariantConfig } from "../election/variant-config.ts";
import type { ElectionConfig } from "../election/driver.ts";
import { CoordinatorKind } from "./coordinator-process.ts";
import type { ProcessKind } from "./process.ts";
import {
  networkOf,
  ttlSecondsOf,
  type CoordinatorSetup,
  type NetworkSetup,
  type ProcessSetup,
  type Scenario,
} from "./scenario.ts";

/** Makes the process of one entry of {@link Scenario.processes}; `place`: its place in the scenario. */
export type ProcessMaker = (setup: ProcessSetup, scenario: Scenario, place: number) => ProcessKind;

/** Kinds of processes beside the coordinator, by the name that a scenario calls them. */
export type ProcessMakers = Readonly<Record<string, ProcessMaker>>;

/** One process of the scenario. */
export interface PlacedProcess {
  readonly setup: CoordinatorSetup | ProcessSetup;
  readonly network: NetworkSetup;
  readonly kind: ProcessKind;
}

/** What stays the same during a run; make it by {@link createSetup}. */
export interface SimulationSetup {
  readonly scenario: Scenario;
  /** The protocol of every coordinator that has none of its own. */
  readonly variant: Variant;
  /** The coordinators, then the others, each in the scenario's order: a node's place. */
  readonly processes: readonly PlacedProcess[];
  /** Whether worlds of this setup can be copied: every process' state is plain data. */
  readonly copyable: boolean;
}

/** The process at that place. */
export function processAt({ processes }: SimulationSetup, at: number): PlacedProcess {
  const placed = processes[at];
  if (placed === undefined) throw new RangeError(`the scenario has no process ${at}`);
  return placed;
}

const adopted: Record<string, ProcessMaker> = {};

/** Knows from now on how processes of these kinds are made, in this operating system's process. A kind that was known is another now. */
export function adoptMakers(makers: ProcessMakers): void {
  Object.assign(adopted, makers);
}

/** The kinds of processes that were adopted. */
export function adoptedMakers(): ProcessMakers {
  return adopted;
}

export interface SetupOptions {
  /** Kinds of processes beside the coordinator; absent: those that were adopted. */
  readonly makers?: ProcessMakers;
  /** How a chart becomes steps; only the benchmark wants another way, for a variant object of its own. */
  readonly compile?: typeof compileChart;
}

/** Throws a RangeError where the scenario names a kind of process or a variant that is not there. */
export function createSetup(
  scenario: Scenario,
  variant: Variant,
  { compile = compileChart, makers = adopted }: SetupOptions = {},
): SimulationSetup {
  const coordinators = scenario.coordinators.map((setup, place): PlacedProcess => {
    const config = electionConfigOf(scenario, setup, variant, compile);
    return {
      setup,
      network: networkOf(scenario, setup),
      kind: new CoordinatorKind(config, place, scenario.service),
    };
  });
  const others = (scenario.processes ?? []).map((setup, index): PlacedProcess => {
    const maker = makers[setup.kind];
    if (maker === undefined) throw new RangeError(`no kind of process is called ${setup.kind}`);
    const kind = maker(setup, scenario, coordinators.length + index);
    return { setup, network: networkOf(scenario, setup), kind };
  });
  const processes = [...coordinators, ...others];
  return { scenario, variant, processes, copyable: processes.every(({ kind }) => kind.state === "plain") };
}

/** A coordinator's election as the simulation runs it: of the same few in most runs, with what the dialect keeps of each. */
function electionConfigOf(
  scenario: Scenario,
  setup: CoordinatorSetup,
  common: Variant,
  compile: typeof compileChart,
): ElectionConfig {
  const variant = setup.variant === undefined ? common : variantNamed(setup.variant);
  if (variant === undefined) throw new RangeError(`no variant is called ${setup.variant}`);
  const { activationLimitMs, activeStandby, afterLoss, name, retryTimes, role } = setup;
  const ttlSeconds = ttlSecondsOf(scenario, setup);
  const { clockRateTolerance } = scenario;
  const key = [
    role,
    name,
    ttlSeconds,
    activeStandby,
    afterLoss,
    retryTimes,
    activationLimitMs,
    clockRateTolerance,
  ].join("\n");
  return remembered(configs, variant, key, () => {
    const identity = {
      role,
      address: `${name}:53100`,
      hostName: name,
      exclusive: !activeStandby,
      version: "2.4.0",
    };
    const own = {
      ...(retryTimes === undefined ? {} : { retryTimes }),
      ...(activationLimitMs === undefined ? {} : { activationLimitMs }),
      ...(clockRateTolerance === undefined ? {} : { clockRateTolerance }),
    };
    return createVariantConfig(
      { identity, ttlSeconds, activeStandby, afterLoss, ...own },
      { variant, chartOf: (of, timing, settings) => sharedChart(of, timing, settings, compile) },
    );
  });
}

type Kept<What> = WeakMap<Variant, Map<string, What>>;

const configs: Kept<ElectionConfig> = new WeakMap();
const charts: Kept<CompiledChart> = new WeakMap();
/** A bound on memory only: who has as many is made anew. */
const MOST_KEPT = 10_000;

function remembered<What>(kept: Kept<What>, variant: Variant, key: string, make: () => What): What {
  let own = kept.get(variant);
  if (own === undefined || own.size >= MOST_KEPT) kept.set(variant, (own = new Map()));
  let known = own.get(key);
  if (known === undefined) own.set(key, (known = make()));
  return known;
}

/** The charts by which runs of the variant were stepped in this operating system's process so far. */
export function chartsOf(variant: Variant): readonly CompiledChart[] {
  return [...(charts.get(variant)?.values() ?? [])];
}

function sharedChart(
  variant: Variant,
  timing: Timing,
  settings: ElectionSettings,
  compile: typeof compileChart,
): CompiledChart {
  const { activationLimitMs, clockRateTolerance, ttlMs } = timing;
  const { activeStandby, afterLoss, retryTimes } = settings;
  const key = `${ttlMs} ${clockRateTolerance} ${activationLimitMs} ${activeStandby} ${afterLoss} ${retryTimes}`;
  return remembered(charts, variant, key, () => compile(variant.createChart(timing, settings)));
}
