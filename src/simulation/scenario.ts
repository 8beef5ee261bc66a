/**
 * A scenario: the readable input of one run. Who takes part, how the surroundings behave, what goes wrong and when.
 * Plain data; instants and spans are true milliseconds from the beginning of the run.
 */
import type { EtcdVersion } from "../../models/etcd.ts";
import {
  DEFAULT_TTL_SECONDS,
  timingFor,
  withActivationLimit,
  type Environment,
  type Timing,
} from "../../models/timing.ts";
import { kindOf, type Fault } from "./fault.ts";

/** What any process of a scenario is given. */
interface NodeSetup {
  readonly name: string;
  readonly role: string;
  readonly startAtMs: number;
  /** What its supervisor does when it leaves by itself; absent: nothing. */
  readonly restartAfterMs?: number;
  /** How far its clock is off, and how fast it runs (1 is true). */
  readonly clockOffsetMs: number;
  readonly clockRate: number;
  /** Where its way to etcd differs from the scenario's. */
  readonly network?: Partial<NetworkSetup>;
  /** The member of etcd that it asks first, from 1 on; absent: by its place, so that each has some. */
  readonly member?: number;
}

/** A coordinator of a scenario, and what it has of its own. */
export interface CoordinatorSetup extends NodeSetup {
  readonly activeStandby: boolean;
  readonly afterLoss: "exit" | "registerAnew";
  /** With HA off: how often it tries for a taken role; absent: 30 times. */
  readonly retryTimes?: number;
  /** Where its TTL differs from the scenario's, as while a change is rolled out. */
  readonly ttlSeconds?: number;
  /** Whoever has won serves within this, or gives the role back; absent: three TTLs. */
  readonly activationLimitMs?: number;
  /** A variant of the protocol by name, where it differs from the run's. */
  readonly variant?: string;
}

/** A process of another kind than the coordinator. */
export interface ProcessSetup extends NodeSetup {
  /** Its kind, by the name under which it was given to the simulation. */
  readonly kind: string;
  /** What its kind wants to know: plain data. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The way between processes and etcd, ms. */
export interface NetworkSetup {
  /** One way, for a message that nothing holds up. */
  readonly delayMs: number;
  /** Added to a slow message and to a late one. */
  readonly slowMs: number;
  readonly lateMs: number;
  /** A connection that brings nothing for so long counts as broken (HTTP/2 ping). */
  readonly streamTimeoutMs: number;
}

/** The service that a coordinator runs in a simulation. */
export interface ServiceSetup {
  /** Preparation between loading the metadata and serving. */
  readonly activationMs: number;
  /** Added to it for every entry of the metadata that was loaded; absent: nothing. */
  readonly perEntryMs?: number;
  /** The active coordinator writes metadata this often; 0: never. */
  readonly writeEveryMs: number;
  /** Of so many writes the last deletes what the one before it has put; absent: none does. At least 2. */
  readonly deleteEvery?: number;
  /** Each coordinator's preparations fail so often before the first that does not; absent: never. */
  readonly failsFirst?: number;
}

/** The etcd of a scenario. */
export interface EtcdSetup {
  /** Whose rules the simulated etcd follows. */
  readonly version: EtcdVersion;
  readonly clockRate: number;
  /** How many members it has; absent: one. */
  readonly members?: number;
}

/** The whole input of a run but for the scheduler's decisions. */
export interface Scenario {
  readonly title: string;
  readonly ttlSeconds: number;
  /** How wrong a clock may be under which claims end before their leases do, from 0 to 0.3: the margin, as a part of the TTL; absent: 0.02. */
  readonly clockRateTolerance?: number;
  readonly horizonMs: number;
  readonly coordinators: readonly CoordinatorSetup[];
  /** Processes of other kinds, placed after the coordinators. */
  readonly processes?: readonly ProcessSetup[];
  readonly network: NetworkSetup;
  readonly service: ServiceSetup;
  readonly etcd: EtcdSetup;
  readonly faults: readonly Fault[];
}

/** A local network: 2 ms one way, 40 ms and 400 ms more for slow and late messages, 10 s of patience with a stream. */
export const CALM_NETWORK: NetworkSetup = { delayMs: 2, slowMs: 40, lateMs: 400, streamTimeoutMs: 10_000 };
/** A service that prepares for 50 ms and writes metadata every 20 s. */
export const DEFAULT_SERVICE: ServiceSetup = { activationMs: 50, writeEveryMs: 20_000 };
/** Such a service's metadata: few keys, written again and again, so that a stale write would show. */
export const METADATA_KEYS = 3;
/** etcd 3.4.23 with a true clock. */
export const DEFAULT_ETCD: EtcdSetup = { version: "3.4.23", clockRate: 1 };

/** A coordinator with everything usual. */
export function coordinator(
  name: string,
  role: string,
  setup: Partial<CoordinatorSetup> = {},
): CoordinatorSetup {
  return {
    name,
    role,
    startAtMs: 0,
    activeStandby: true,
    afterLoss: "registerAnew",
    clockOffsetMs: 0,
    clockRate: 1,
    ...setup,
  };
}

/** `count` coordinators of `role`, named `<role>-a`, `<role>-b`, ..., starting one after another. */
export function coordinators(role: string, count: number, apartMs = 50): CoordinatorSetup[] {
  return Array.from({ length: count }, (_, index) =>
    coordinator(`${role}-${String.fromCharCode(97 + index)}`, role, { startAtMs: index * apartMs }),
  );
}

/** A scenario with everything usual. */
export function scenario(
  given: Partial<Scenario> & { readonly coordinators: readonly CoordinatorSetup[] },
): Scenario {
  return {
    title: "untitled",
    ttlSeconds: DEFAULT_TTL_SECONDS,
    horizonMs: 600_000,
    network: CALM_NETWORK,
    service: DEFAULT_SERVICE,
    etcd: DEFAULT_ETCD,
    faults: [],
    ...given,
  };
}

/** Every process of the scenario: a node's place is its place here. */
export function processesOf({
  coordinators: all,
  processes = [],
}: Scenario): readonly (CoordinatorSetup | ProcessSetup)[] {
  return processes.length === 0 ? all : [...all, ...processes];
}

/** A coordinator's own TTL, or the scenario's. */
export function ttlSecondsOf({ ttlSeconds }: Scenario, setup: CoordinatorSetup | undefined): number {
  return setup?.ttlSeconds ?? ttlSeconds;
}

/** The timing of the coordinator at that place. */
export function timingOf(given: Scenario, node: number): Timing {
  const setup = given.coordinators[node];
  const timing = timingFor(ttlSecondsOf(given, setup), given.clockRateTolerance);
  const { activationLimitMs } = setup ?? {};
  return activationLimitMs === undefined ? timing : withActivationLimit(timing, activationLimitMs);
}

/** The timing of the coordinator with the longest TTL: every bound is at its loosest under it. */
export function slowestTiming(given: Scenario): Timing {
  return timingFor(
    given.coordinators.reduce((most, one) => Math.max(most, ttlSecondsOf(given, one)), 0) || given.ttlSeconds,
    given.clockRateTolerance,
  );
}

/** A process' own way to etcd, or the scenario's. */
export function networkOf({ network }: Scenario, setup: NodeSetup | undefined): NetworkSetup {
  return setup?.network === undefined ? network : { ...network, ...setup.network };
}

const environments = new WeakMap<Scenario, Environment>();

/** What the bounds of `models/timing` need to know of a scenario: the worst of what its processes have. Every judge asks. */
export function environmentOf(given: Scenario): Environment {
  let known = environments.get(given);
  if (known === undefined) environments.set(given, (known = worstOf(given)));
  return known;
}

const LEASE_SCAN_MS = 500;
/** etcd revokes as many in one scan; a new leader spreads a thousand and more over so many a second. */
const REVOKED_IN_A_SCAN = 500;
const SPREAD_IN_A_SECOND = 750;

/** How long whoever dies may wait in the row of all others whose leases run out with its own. */
function pileMs({ faults }: Scenario): number {
  const leases = faults.reduce((sum, fault) => sum + (kindOf(fault).leasesOf?.(fault) ?? 0), 0);
  const scansMs = LEASE_SCAN_MS * Math.floor(leases / REVOKED_IN_A_SCAN);
  return scansMs + (1000 * leases) / SPREAD_IN_A_SECOND;
}

/** The longest preparation, of whoever loads everything. */
function preparationMs({ faults, service: { activationMs, perEntryMs = 0 } }: Scenario): number {
  const entries = faults.reduce((sum, fault) => sum + (kindOf(fault).entriesOf?.(fault) ?? 0), METADATA_KEYS);
  return activationMs + perEntryMs * entries;
}

function worstOf(given: Scenario): Environment {
  const { etcd } = given;
  const all = processesOf(given);
  const networks = [
    given.network,
    ...all.flatMap((one) => (one.network === undefined ? [] : [networkOf(given, one)])),
  ];
  const rates = [etcd.clockRate, ...all.map(({ clockRate }) => clockRate)];
  return {
    oneWayMs: Math.max(...networks.map(({ delayMs, lateMs, slowMs }) => delayMs + Math.max(slowMs, lateMs))),
    leaseScanMs: LEASE_SCAN_MS + pileMs(given),
    streamTimeoutMs: Math.max(...networks.map(({ streamTimeoutMs }) => streamTimeoutMs)),
    watchCatchUpMs: 100,
    electionTimeoutMs: 1000,
    activationMs: preparationMs(given),
    clockRateError: Math.max(...rates.map((rate) => Math.abs(1 - rate))),
  };
}
