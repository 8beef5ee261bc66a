/**
 * The runs of a visit as a tree: a root, and forks that each add one fault to their parent. Plain data; nothing is ever
 * taken away, so every run that was seen can be gone back to and linked.
 */
import { VERSION } from "../../version.ts";
import type { Fault } from "../../simulation/fault.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import type { MeantDecision } from "../../simulation/meant-decisions.ts";
import { FORMAT, SCHEMA_VERSION, type TraceHeader } from "../../trace/format.ts";

/** What the first run is made from. */
export interface Root {
  readonly variant: string;
  readonly scenario: Scenario;
  /** Of a trace that came from elsewhere. */
  readonly decisions: readonly MeantDecision[];
}

/** What a fork adds: a fault, or another answer to what the world leaves open. */
export type Deviation =
  | { readonly fault: Fault; readonly choice?: undefined }
  | { readonly choice: ChosenAnswer; readonly fault?: undefined };

/** An answer, and when it is given. */
export type ChosenAnswer = MeantDecision & { readonly atMs: number };

/** `parent` is the number of a run, 0 the root's. */
export type Fork = Deviation & { readonly parent: number };

/** Run 0 is the root's, run `k` that of `forks[k - 1]`. */
export interface ForkTree {
  readonly root: Root;
  readonly forks: readonly Fork[];
}

export function treeOf(
  variant: string,
  scenario: Scenario,
  decisions: readonly MeantDecision[] = [],
): ForkTree {
  return { root: { variant, scenario, decisions }, forks: [] };
}

/** The fork that makes run `k`; undefined: it is the root's. */
export function forkOf({ forks }: ForkTree, k: number): Fork | undefined {
  return forks[k - 1];
}

/** When run `k` leaves its parent, true ms; undefined: it is the root's. */
export function leavesAt(tree: ForkTree, k: number): number | undefined {
  const fork = forkOf(tree, k);
  return fork?.fault?.atMs ?? fork?.choice?.atMs;
}

/** The tree with one more run, and its number. The same turn at the same place is the run that is there already. */
export function grown(
  tree: ForkTree,
  parent: number,
  turn: Deviation,
): { readonly tree: ForkTree; readonly run: number } {
  const fork = { parent, ...turn };
  const text = JSON.stringify(fork);
  const known = tree.forks.findIndex((one) => JSON.stringify(one) === text);
  if (known >= 0) return { tree, run: known + 1 };
  const forks = [...tree.forks, fork];
  return { tree: { ...tree, forks }, run: forks.length };
}

/** Runs from the root to `k`, both included. */
export function lineage(tree: ForkTree, k: number): number[] {
  const fork = forkOf(tree, k);
  return fork === undefined ? [0] : [...lineage(tree, fork.parent), k];
}

/** The faults that were added on the way to run `k`. */
export function addedFaults(tree: ForkTree, k: number): Fault[] {
  return lineage(tree, k).flatMap((one) => forkOf(tree, one)?.fault ?? []);
}

/** All runs, each below its parent. */
export function branches(
  tree: ForkTree,
  from = 0,
  depth = 0,
): { readonly run: number; readonly depth: number }[] {
  const children = tree.forks.flatMap(({ parent }, at) => (parent === from ? [at + 1] : []));
  return [{ run: from, depth }, ...children.flatMap((child) => branches(tree, child, depth + 1))];
}

/** When two runs part: the first turn that only one of them takes; undefined: never, they are one. */
export function partsAt(tree: ForkTree, left: number, right: number): number | undefined {
  const [one, other] = [lineage(tree, left), lineage(tree, right)];
  const own = [...one.filter((k) => !other.includes(k)), ...other.filter((k) => !one.includes(k))];
  const instants = own.flatMap((k) => leavesAt(tree, k) ?? []);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** The root's run as a trace begins. */
export function rootHeader({ decisions, scenario, variant }: Root): TraceHeader {
  return {
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant,
    scenario,
    decisions,
    stop: "horizon",
  };
}
