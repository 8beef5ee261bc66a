/**
 * The check: runs programs under adversity after adversity, judges each run, and makes of the first that breaks a promise a story
 * in which nothing can be left out.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { shipped } from "../../models/variant.ts";
import type { Observation } from "../../models/observation.ts";
import { shrinkCase } from "../../properties/shrink/shrink.ts";
import type { Violation } from "../../properties/violation.ts";
import { makeFolders } from "../trace/file-folders.ts";
import { countOf } from "../words/count.ts";
import { seconds } from "../words/seconds.ts";
import type { Adversity } from "./adversity.ts";
import { makersOf } from "./program-kind.ts";
import type { Programs } from "./program.ts";
import type { Promised } from "./promises.ts";
import { expectSame, judgePrograms, recordPrograms, sayOf } from "./run.ts";
import { tellProgramStory } from "./story.ts";
import { inOneTurn } from "./turn.ts";

/** What is promised, and how hard it is tried. */
export interface CheckOptions {
  /** What is promised; at least one. */
  readonly properties: readonly Promised[];
  /** How many adversities. Default: 200. */
  readonly runs?: number;
  /** Of fast-check. Default: drawn anew each time, and told where a promise is broken. */
  readonly seed?: number;
  /** Leads to one adversity of the seed. */
  readonly path?: string;
  /** Input of one's own, tried first: what once failed. */
  readonly examples?: readonly Adversity[];
  /** Each run twice, to show that it depends on its input alone. Default: true. */
  readonly twice?: boolean;
  /**
   * The module that exports these programs and promises by `definePrograms`, from where the test runs: the trace names it, so that
   * `leasehold replay` runs it again.
   */
  readonly module?: string;
  /** A folder for the trace of a failure. Default: none is written. */
  readonly out?: string;
}

/** A broken promise. */
export interface BrokenPromise {
  readonly property: string;
  /** Who broke it and how, in a sentence or two. */
  readonly says: string;
  /** True ms. */
  readonly atMs: number;
  /** Nothing in it can be left out. */
  readonly adversity: Adversity;
  /** What happened up to then, a line each. */
  readonly story: readonly string[];
  /** A trace, line by line; docs/trace-format.md. */
  readonly trace: readonly string[];
  /** Where it was written; undefined: nowhere. */
  readonly file: string | undefined;
  readonly seed: number;
  readonly path: string;
}

/** What a check found. */
export interface AdversityResult {
  readonly runs: number;
  readonly seed: number;
  /** Undefined: every promise was kept in every run. */
  readonly failure: BrokenPromise | undefined;
  /** Promises that no run put to the test: nobody claimed what they are about, or it was never quiet for long enough. */
  readonly untested: readonly string[];
}

/** A promise was broken; the message is the story. */
export class BrokenPromiseError extends Error {
  override readonly name = "BrokenPromiseError";
  readonly failure: BrokenPromise;

  constructor(failure: BrokenPromise) {
    super(messageOf(failure));
    this.failure = failure;
  }
}

/** A promise was kept because nothing ever put it to the test. */
export class UntestedPromiseError extends Error {
  override readonly name = "UntestedPromiseError";

  constructor({ runs, untested }: Pick<AdversityResult, "runs" | "untested">) {
    super(
      `not put to the test in ${countOf(runs, "run")}: ${untested.join(", ")}\n` +
        "  is it claimed by that name, and is the run longer than what may take so long?",
    );
  }
}

/** Shrinking may take as long as some thousand runs. */
const LONGEST_SHRINK_MS = 60_000;

/**
 * Runs and judges. Resolves with what was found; rejects with a `ProgramFault` where a program cannot be simulated, or a RangeError
 * where the options cannot be.
 */
export async function check(
  adversities: fc.Arbitrary<Adversity>,
  programs: Programs,
  options: CheckOptions,
): Promise<AdversityResult> {
  const {
    examples = [],
    path,
    properties,
    runs = 200,
    seed = Math.trunc(Math.random() * 0x7fffffff),
  } = options;
  if (!Array.isArray(properties) || properties.length === 0)
    throw new RangeError("properties: nothing is promised, so nothing can be checked");
  checkRuns(runs, path, examples);
  const modules = options.module === undefined ? [] : [options.module];
  const tested = new Set<string>();
  const alone = path === undefined ? {} : { path };
  const drawn = fc.sample(adversities, { seed, numRuns: path === undefined ? runs : 1, ...alone });
  const all = [...examples, ...drawn];
  for (const [at, given] of all.entries()) {
    const {
      digest,
      tested: now,
      violation,
    } = await inOneTurn(() => judgePrograms(given, programs, properties));
    for (const name of now) tested.add(name);
    if (options.twice !== false) await inOneTurn(() => expectSame(given, programs, properties, digest));
    if (violation === undefined) continue;
    const found = path ?? (at < examples.length ? "" : String(at - examples.length));
    const failure = await inOneTurn(
      () => failureOf(given, programs, properties, violation, { seed, path: found }, modules),
      LONGEST_SHRINK_MS,
    );
    return { runs: at + 1, seed, failure: kept(failure, options.out), untested: [] };
  }
  const untested = properties.flatMap(({ name }) => (tested.has(name) ? [] : [name]));
  return { runs: all.length, seed, failure: undefined, untested };
}

function checkRuns(runs: number, path: string | undefined, examples: readonly Adversity[]): void {
  const least = path === undefined && examples.length === 0 ? 1 : 0;
  if (!Number.isInteger(runs) || runs < least)
    throw new RangeError(`runs: ${runs} is no whole number from ${least} on`);
}

/**
 * The same, and rejects with a {@link BrokenPromiseError} where a promise is broken, or with an {@link UntestedPromiseError}: for a
 * test.
 */
export async function assertHolds(
  adversities: fc.Arbitrary<Adversity>,
  programs: Programs,
  options: CheckOptions,
): Promise<AdversityResult> {
  const result = await check(adversities, programs, options);
  if (result.failure !== undefined) throw new BrokenPromiseError(result.failure);
  if (result.untested.length > 0) throw new UntestedPromiseError(result);
  return result;
}

/**
 * One run, for `fc.assert` and other runners: rejects with a {@link BrokenPromiseError} where a promise is broken. Shrinking is the
 * runner's then.
 */
export async function run(
  given: Adversity,
  programs: Programs,
  { properties }: Pick<CheckOptions, "properties">,
): Promise<void> {
  const { violation } = await inOneTurn(() => judgePrograms(given, programs, properties));
  if (violation === undefined) return;
  const failure = await inOneTurn(() =>
    told(given, programs, properties, violation, { seed: 0, path: "" }, []),
  );
  throw new BrokenPromiseError({ ...failure, file: undefined });
}

type Where = Pick<BrokenPromise, "seed" | "path">;

function failureOf(
  given: Adversity,
  programs: Programs,
  properties: readonly Promised[],
  violation: Violation,
  where: Where,
  modules: readonly string[],
): Omit<BrokenPromise, "file"> {
  const code = { makers: makersOf(programs), properties };
  const shrunk = shrinkCase(given, shipped, violation.property, { code });
  return told(shrunk?.case ?? given, programs, properties, shrunk?.violation ?? violation, where, modules);
}

function told(
  adversity: Adversity,
  programs: Programs,
  properties: readonly Promised[],
  violation: Violation,
  where: Where,
  modules: readonly string[],
): Omit<BrokenPromise, "file"> {
  const promise = properties.find(({ name }) => name === violation.property) as Promised;
  const seen: Observation[] = [];
  judgePrograms(adversity, programs, [promise], (observation) => void seen.push(observation));
  return {
    property: promise.name,
    says: sayOf(violation),
    atMs: violation.at,
    adversity,
    story: tellProgramStory(adversity.scenario, seen, violation.at),
    trace: recordPrograms(adversity, programs, properties, violation, modules),
    ...where,
  };
}

function kept(failure: Omit<BrokenPromise, "file">, folder: string | undefined): BrokenPromise {
  if (folder === undefined) return { ...failure, file: undefined };
  const file = join(folder, `${failure.property.replace(/[^\w-]+/gu, "-")}.jsonl`);
  makeFolders(folder);
  writeFileSync(file, `${failure.trace.join("\n")}\n`);
  return { ...failure, file };
}

function messageOf({ adversity, atMs, file, path, property, says, seed, story }: BrokenPromise): string {
  const { faults, processes = [] } = adversity.scenario;
  const parts = [
    countOf(processes.length, "process", "processes"),
    countOf(faults.length, "fault"),
    ...(adversity.decisions.length === 0 ? [] : [countOf(adversity.decisions.length, "decision")]),
  ].join(", ");
  return [
    `${property}: broken at ${seconds(atMs)}`,
    `  ${says}`,
    "",
    `What happened (${parts})`,
    ...story,
    "",
    ...(path === "" ? [] : [`Again: { seed: ${seed}, path: ${JSON.stringify(path)} }`]),
    ...(file === undefined ? [] : [`Trace: ${file}`]),
  ].join("\n");
}
