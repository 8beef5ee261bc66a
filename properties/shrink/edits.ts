/**
 * What may make a failing case simpler, one small edit at a time. Each edit makes the case strictly simpler in its own
 * respect, so that trying them over and over comes to an end.
 */
import type { MeantDecision } from "../../src/simulation/meant-decisions.ts";
import { coordinators, CALM_NETWORK, DEFAULT_ETCD, DEFAULT_SERVICE } from "../../src/simulation/scenario.ts";
import type { CoordinatorSetup, ProcessSetup, Scenario } from "../../src/simulation/scenario.ts";
import { concerns, fieldOf, kindOf, type Fault, type Leg } from "../../src/simulation/fault.ts";
import type { Purpose } from "../../src/kv/kv.ts";
import { rounder, smaller } from "./rounding.ts";

/** A case whose decisions are known by their meaning, so that they survive edits to what comes before them. */
export interface CaseDraft {
  readonly scenario: Scenario;
  readonly decisions: readonly MeantDecision[];
  /** When the promise is broken. */
  readonly brokenAt: number;
}

/** Simpler neighbours of a case, most promising first. */
export type Edit = (draft: CaseDraft) => Iterable<CaseDraft>;

/** In the order in which they pay off. */
export const edits: readonly Edit[] = [
  shorterHorizon,
  fewerThings,
  fewerCoordinators,
  fewerProcesses,
  decisionsAsFaults,
  plainerSurroundings,
  plainerFaults,
  earlierFaults,
  rounderTimes,
];

/** No decision at all, no fault at all, then one less. */
function* fewerThings(draft: CaseDraft): Iterable<CaseDraft> {
  const { decisions, scenario } = draft;
  if (decisions.length > 1) yield { ...draft, decisions: [] };
  if (scenario.faults.length > 1) yield withFaults(draft, []);
  yield* single(draft);
}

/** Every case with one fault or one decision less: what a minimal case has no failing one among. */
export function* single(draft: CaseDraft): Iterable<CaseDraft> {
  for (const at of draft.scenario.faults.keys())
    yield withFaults(draft, draft.scenario.faults.toSpliced(at, 1));
  for (const at of draft.decisions.keys()) yield { ...draft, decisions: draft.decisions.toSpliced(at, 1) };
}

function* fewerCoordinators(draft: CaseDraft): Iterable<CaseDraft> {
  const { coordinators: all, faults } = draft.scenario;
  if (all.length === 1) return;
  for (const { name } of all.toReversed()) {
    yield withScenario(draft, {
      coordinators: all.filter((one) => one.name !== name),
      faults: faults.filter((fault) => concerns(fault) !== name),
    });
  }
}

function* fewerProcesses(draft: CaseDraft): Iterable<CaseDraft> {
  const { coordinators: all, faults, processes = [] } = draft.scenario;
  if (all.length + processes.length <= 1) return;
  for (const { name } of processes.toReversed()) {
    yield withScenario(draft, {
      processes: processes.filter((one) => one.name !== name),
      faults: faults.filter((fault) => concerns(fault) !== name),
    });
  }
}

/** A message's fate as a fault: it stands in the scenario then, where people read it. */
function* decisionsAsFaults(draft: CaseDraft): Iterable<CaseDraft> {
  for (const [at, decision] of draft.decisions.entries()) {
    const fault = asFault(decision, draft.scenario);
    if (fault === undefined) continue;
    const others = draft.decisions.toSpliced(at, 1);
    yield { ...withFaults(draft, inOrder([...draft.scenario.faults, fault])), decisions: others };
  }
}

function asFault(
  { atMs, leg, means, node: on, purpose }: MeantDecision,
  { network }: Scenario,
): Fault | undefined {
  if (atMs === undefined || on === undefined || leg === undefined) return undefined;
  const message = { atMs, on, leg: leg as Leg, purpose: purpose as Purpose, count: 1 };
  switch (means) {
    case "lost":
      return { type: "lose", ...message };
    case "slow":
      return { type: "delay", ...message, byMs: network.slowMs };
    case "late":
      return { type: "delay", ...message, byMs: network.lateMs };
    case "doubled":
      // Nothing else ever arrives twice.
      if (leg !== "request" || purpose === "watch") return undefined;
      return { type: "duplicate", atMs, on, purpose: purpose as Purpose, count: 1 };
    default:
      return undefined;
  }
}

/** Everything that the generator varied, back to what is usual. */
function* plainerSurroundings(draft: CaseDraft): Iterable<CaseDraft> {
  const { coordinators: all, etcd, network, processes = [], service } = draft.scenario;
  yield* differing(draft, { service: DEFAULT_SERVICE }, service, DEFAULT_SERVICE);
  yield* differing(draft, { network: CALM_NETWORK }, network, CALM_NETWORK);
  const { members, version } = etcd;
  const calmEtcd = { ...DEFAULT_ETCD, version, ...(members === undefined ? {} : { members }) };
  yield* differing(draft, { etcd: calmEtcd }, etcd, calmEtcd);
  if (members !== undefined && !draft.scenario.faults.some((fault) => kindOf(fault).members === "several"))
    yield* differing(draft, { etcd: without(etcd, "members") }, etcd, without(etcd, "members"));
  for (const [node, setup] of all.entries()) {
    for (const plain of plainerSetups(setup, all)) {
      yield* differing(draft, { coordinators: all.with(node, plain) }, setup, plain);
    }
  }
  for (const [at, setup] of processes.entries())
    for (const plain of plainerProcesses(setup))
      yield* differing(draft, { processes: processes.with(at, plain) }, setup, plain);
}

function plainerProcesses(setup: ProcessSetup): ProcessSetup[] {
  return [
    { ...setup, clockRate: 1 },
    { ...setup, clockOffsetMs: 0 },
    { ...setup, startAtMs: 0 },
  ];
}

function plainerSetups(setup: CoordinatorSetup, all: readonly CoordinatorSetup[]): CoordinatorSetup[] {
  const usual = coordinators(setup.role, all.length)[all.indexOf(setup)];
  return [
    { ...without(setup, "restartAfterMs"), afterLoss: "registerAnew" },
    { ...setup, clockRate: 1 },
    { ...setup, clockOffsetMs: 0 },
    { ...setup, startAtMs: usual?.startAtMs ?? setup.startAtMs },
  ];
}

/** Each fault without what it need not have. */
function* plainerFaults(draft: CaseDraft): Iterable<CaseDraft> {
  const { faults } = draft.scenario;
  for (const [at, fault] of faults.entries()) {
    for (const plain of plainer(fault)) {
      yield* differing(draft, { faults: faults.with(at, plain) }, fault, plain);
    }
  }
}

function plainer(fault: Fault): Fault[] {
  return Object.entries(kindOf(fault).fields).flatMap(([name, field]): Fault[] => {
    switch (field.type) {
      case "span":
      case "flag":
        return field.optional === true ? [without(fault, name as keyof Fault)] : [];
      case "count":
      case "whole":
      case "choice":
        return field.ifAbsent === undefined ? [] : [{ ...fault, [name]: field.ifAbsent }];
      case "rate": {
        const [slow, fast] = field.plain;
        return [{ ...fault, [name]: Number(fieldOf(fault, name)) < 1 ? slow : fast }];
      }
      case "period":
      case "shift":
      case "coordinator":
      case "member":
      case "leg":
      case "purpose":
        return [];
    }
  });
}

/** A fault and all that follow it, sooner after what went before: long quiet stretches tell nothing. */
function* earlierFaults(draft: CaseDraft): Iterable<CaseDraft> {
  const { faults } = draft.scenario;
  for (const [at, { atMs }] of faults.entries()) {
    for (const earlierMs of smaller(atMs, faults[at - 1]?.atMs ?? 0)) {
      const byMs = atMs - earlierMs;
      yield withFaults(
        draft,
        faults.map((one, nth) => (nth < at ? one : { ...one, atMs: one.atMs - byMs })),
      );
    }
  }
}

/** Faults keep their order: so what one edit makes simpler none makes worse again. */
function* rounderTimes(draft: CaseDraft): Iterable<CaseDraft> {
  const { faults } = draft.scenario;
  for (const [at, fault] of faults.entries()) {
    const set = (field: string, ms: number) => withFaults(draft, faults.with(at, { ...fault, [field]: ms }));
    const latestMs = faults[at + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    for (const ms of rounder(fault.atMs, faults[at - 1]?.atMs ?? 0))
      if (ms <= latestMs) yield set("atMs", ms);
    for (const [name, { type }] of Object.entries(kindOf(fault).fields)) {
      const ms = fieldOf(fault, name);
      if ((type !== "span" && type !== "shift") || typeof ms !== "number") continue;
      const size = Math.abs(ms);
      for (const simpler of [...rounder(size, 1), ...smaller(size, 1)])
        yield set(name, Math.sign(ms) * simpler);
    }
  }
}

/** Soon after the violation, and at a round time. */
function* shorterHorizon(draft: CaseDraft): Iterable<CaseDraft> {
  const { horizonMs } = draft.scenario;
  const candidates = [
    ...[10_000, 1000].map((grain) => Math.ceil(draft.brokenAt / grain) * grain),
    ...smaller(horizonMs, 1000),
  ];
  for (const ms of candidates) if (ms < horizonMs) yield withScenario(draft, { horizonMs: ms });
}

function withScenario(draft: CaseDraft, change: Partial<Scenario>): CaseDraft {
  return { ...draft, scenario: { ...draft.scenario, ...change } };
}

function withFaults(draft: CaseDraft, faults: readonly Fault[]): CaseDraft {
  return withScenario(draft, { faults });
}

function* differing(
  draft: CaseDraft,
  change: Partial<Scenario>,
  now: object,
  then: object,
): Iterable<CaseDraft> {
  if (JSON.stringify(now) !== JSON.stringify(then)) yield withScenario(draft, change);
}

function without<Given extends object, Field extends keyof Given>(given: Given, field: Field): Given {
  const rest = { ...given };
  delete rest[field];
  return rest;
}

/** Faults are told in the order of their times. */
function inOrder(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((left, right) => left.atMs - right.atMs);
}
