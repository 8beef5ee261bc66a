/** Observations made by hand, and what the judges say of them. */
import { NO_LEASE } from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import { RunJudges } from "../../properties/judging.ts";
import { expect } from "vitest";
import type { Property, Verdict } from "../../properties/property.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import { coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";

/** Two rootcoords and nothing wrong; properties see what the test hands them. */
export const GIVEN: Scenario = scenario({
  coordinators: coordinators("rootcoord", 2),
  horizonMs: 300_000,
});
export const ROLE = "rootcoord";
export const KEY = "by-dev/meta/session/rootcoord";
export const SESSION = "by-dev/meta/session/rootcoord-1";

/** One way in which one promise can be broken. */
export interface Broken {
  readonly property: Property;
  readonly kind: string;
  /** Breaks the promise with its last observation. */
  readonly seen: readonly Observation[];
  /** Nearly the same, and keeps it. */
  readonly kept: readonly Observation[];
  readonly at: number;
  readonly nodes: readonly number[];
  readonly facts: object;
  readonly says: string;
  /** Absent: {@link GIVEN}. */
  readonly given?: Scenario;
}

/** What the judge finds, and what people read of it; and that the promise is kept a hair's breadth away. */
export function breaks({ at, facts, given = GIVEN, kept, kind, nodes, property, says, seen }: Broken): void {
  expect(judged(property, kept, given)?.type).not.toBe("violated");
  expect(judged(property, seen.slice(0, -1), given)?.type).not.toBe("violated");
  const verdict = judged(property, seen, given);
  if (verdict?.type !== "violated") throw new Error(`${property.name}: ${String(verdict?.type)}`);
  const { violation } = verdict;
  expect(violation).toEqual({ property: property.name, kind, at, nodes, facts });
  const written = named(violation, given);
  expect(tellViolation(written)).toBe(says);
  // Facts are plain JSON: what a file says of them is the same sentence.
  expect(tellViolation(JSON.parse(JSON.stringify(written)) as typeof written)).toBe(says);
}

export function kindsOf(broken: readonly Broken[]): string[] {
  return [...new Set(broken.map(({ kind, property }) => `${property.name} ${kind}`))].toSorted();
}

export function allKindsOf(properties: readonly Property[]): string[] {
  return properties
    .flatMap(({ kinds, name }) => Object.keys(kinds).map((kind) => `${name} ${kind}`))
    .toSorted();
}

export function judged(property: Property, seen: readonly Observation[], given = GIVEN): Verdict | undefined {
  const judges = new RunJudges([property], given);
  for (const one of seen) judges.observe(one);
  return judges.conclude()[0]?.verdict;
}

export const started = (at: number, node: number): Observation => ({ type: "started", at, node, role: ROLE });

export const ended = (at: number, node: number, cause: "crash" | "exit" = "crash"): Observation => ({
  type: "ended",
  at,
  node,
  cause,
});

export const claim = (at: number, node: number, until: number, token = 4): Observation => ({
  type: "claim",
  at,
  node,
  role: ROLE,
  token,
  until,
});

export const claimEnded = (at: number, node: number): Observation => ({
  type: "claimEnded",
  at,
  node,
  role: ROLE,
});

type Milestone = Extract<Observation, { readonly type: "milestone" }>;

export const milestone = (
  at: number,
  node: number,
  name: Milestone["milestone"],
  more: Partial<Milestone> = {},
): Observation => ({
  type: "milestone",
  at,
  node,
  role: ROLE,
  milestone: name,
  reason: undefined,
  serverId: 1,
  leaseId: NO_LEASE,
  token: 0,
  loadedRevision: 0,
  roleRevision: 0,
  ...more,
});

type Kv = Extract<Observation, { readonly type: "change" }>["event"]["kv"];

/** `key` is put; with `version` above 1 it was there already. */
export const put = (at: number, node: number, key: string, kv: Partial<Kv> = {}): Observation => ({
  type: "change",
  at,
  node,
  cause: "request",
  event: {
    type: "PUT",
    kv: { key, value: "", createRevision: 4, modRevision: 4, version: 1, lease: "7", ...kv },
  },
});

export const expired = (at: number, key: string): Observation => deleted(at, -1, key, "expiry");

export const deleted = (
  at: number,
  node: number,
  key: string,
  cause: Extract<Observation, { readonly type: "change" }>["cause"] = "request",
): Observation => ({
  type: "change",
  at,
  node,
  cause,
  event: {
    type: "DELETE",
    kv: { key, value: "", createRevision: 0, modRevision: 9, version: 0, lease: "0" },
  },
});

export const request = (
  at: number,
  node: number,
  purpose: "renew" | "grant" | "write" | "revoke" = "renew",
): Observation => ({
  type: "request",
  at,
  node,
  purpose,
});

type Message = Extract<Observation, { readonly type: "message" }>;

/** `until` absent: it is over at once. */
export const message = (
  at: number,
  node: number,
  leg: Message["leg"],
  purpose: string,
  fate: Message["fate"],
  until = at,
): Observation => ({ type: "message", at, node, leg, purpose, fate, until });

export const written = (
  at: number,
  node: number,
  outcome: Extract<Observation, { readonly type: "written" }>["outcome"],
  value: string | undefined,
  token = 4,
): Observation => ({ type: "written", at, node, outcome, token, ...(value === undefined ? {} : { value }) });

export const fault = (
  at: number,
  node: number,
  kind: string,
  phase: "begins" | "ends" = "begins",
): Observation => ({ type: "fault", at, node, index: 0, kind, phase });

export const end = (at: number): Observation => ({ type: "end", at });

/** `count` requests, the last one at `at`, `everyMs` apart. */
export const requests = (count: number, everyMs: number, node = 0): Observation[] =>
  Array.from({ length: count }, (_, index) => request(index * everyMs, node));
