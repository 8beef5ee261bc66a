/**
 * Writes a scenario in the syntax that people write: what is usual is left out, one line a coordinator and a fault. What
 * this writes, `readScenario` reads back as the same scenario.
 */
import { Document, isMap, isSeq } from "yaml";
import {
  CALM_NETWORK,
  coordinators as several,
  DEFAULT_ETCD,
  DEFAULT_SERVICE,
  type CoordinatorSetup,
  type NetworkSetup,
  type Scenario,
} from "../simulation/scenario.ts";
import { writeDuration } from "./duration.ts";
import { writeFault } from "./fault-syntax.ts";
import type { CoordinatorEntry } from "./syntax.ts";

/** The scenario as YAML text. */
export function writeScenario(scenario: Scenario): string {
  const { coordinators, etcd, faults, network, service } = scenario;
  const document = new Document({
    title: scenario.title,
    ttl: writeDuration(scenario.ttlSeconds * 1000),
    ...(scenario.clockRateTolerance === undefined ? {} : { clockRateTolerance: scenario.clockRateTolerance }),
    horizon: writeDuration(scenario.horizonMs),
    ...section("network", networkEntry(network, CALM_NETWORK)),
    ...section("service", {
      activation: unusual(service.activationMs, DEFAULT_SERVICE.activationMs),
      perEntry: service.perEntryMs === undefined ? undefined : writeDuration(service.perEntryMs),
      writeEvery:
        service.writeEveryMs === 0 ? "never" : unusual(service.writeEveryMs, DEFAULT_SERVICE.writeEveryMs),
      deleteEvery: service.deleteEvery,
      failsFirst: service.failsFirst,
    }),
    ...section("etcd", {
      version: etcd.version === DEFAULT_ETCD.version ? undefined : etcd.version,
      clockRate: etcd.clockRate === DEFAULT_ETCD.clockRate ? undefined : etcd.clockRate,
      members: etcd.members,
    }),
    coordinators: countsOf(coordinators) ?? coordinators.map(entryOf),
    ...(faults.length === 0 ? {} : { faults: faults.map(writeFault) }),
  });
  for (const name of ["network", "service", "etcd", "coordinators", "faults"]) onOneLine(document.get(name));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

type Fields = Readonly<Record<string, string | number | undefined>>;

function section(name: string, fields: Fields): Record<string, unknown> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { [name]: Object.fromEntries(given) };
}

function unusual(ms: number | undefined, usualMs?: number): string | undefined {
  return ms === undefined || ms === usualMs ? undefined : writeDuration(ms);
}

function networkEntry(network: Partial<NetworkSetup>, usual: Partial<NetworkSetup>): Fields {
  return {
    delay: unusual(network.delayMs, usual.delayMs),
    slow: unusual(network.slowMs, usual.slowMs),
    late: unusual(network.lateMs, usual.lateMs),
    streamTimeout: unusual(network.streamTimeoutMs, usual.streamTimeoutMs),
  };
}

function onOneLine(node: unknown): void {
  if (isSeq(node)) for (const item of node.items) onOneLine(item);
  else if (isMap(node)) node.flow = true;
}

/** The short form `{rootcoord: 2}`, if it says all there is. */
function countsOf(all: readonly CoordinatorSetup[]): Record<string, number> | undefined {
  const counts: Record<string, number> = {};
  for (const { role } of all) counts[role] = (counts[role] ?? 0) + 1;
  const usual = Object.entries(counts).flatMap(([role, count]) => several(role, count));
  return JSON.stringify(usual) === JSON.stringify(all) ? counts : undefined;
}

function entryOf(setup: CoordinatorSetup): CoordinatorEntry {
  const {
    activationLimitMs,
    activeStandby,
    afterLoss,
    clockOffsetMs,
    clockRate,
    member,
    name,
    network = {},
    restartAfterMs,
    retryTimes,
    role,
    startAtMs,
    ttlSeconds,
    variant,
  } = setup;
  const clock = {
    ...(clockRate === 1 ? {} : { rate: clockRate }),
    ...(clockOffsetMs === 0 ? {} : { offset: writeDuration(clockOffsetMs) }),
  };
  return {
    name,
    role,
    ...(startAtMs === 0 ? {} : { start: writeDuration(startAtMs) }),
    ...(activeStandby ? {} : { activeStandby }),
    ...(afterLoss === "registerAnew" ? {} : { afterLoss }),
    ...(retryTimes === undefined ? {} : { retryTimes }),
    ...(restartAfterMs === undefined ? {} : { restartAfter: writeDuration(restartAfterMs) }),
    ...(Object.keys(clock).length === 0 ? {} : { clock }),
    ...(ttlSeconds === undefined ? {} : { ttl: writeDuration(ttlSeconds * 1000) }),
    ...(activationLimitMs === undefined ? {} : { activationLimit: writeDuration(activationLimitMs) }),
    ...(variant === undefined ? {} : { variant }),
    ...section("network", networkEntry(network, {})),
    ...(member === undefined ? {} : { member }),
  };
}
