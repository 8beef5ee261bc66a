/** `leasehold check`: from flags to a plan, through the run, to table, stories and exit code. */
import { grouped } from "../base/count.ts";
import { availableParallelism } from "node:os";
import { ETCD_MINIMUM_TTL_SECONDS } from "../../../models/timing.ts";
import { variantNamed, variants } from "../../../models/variants.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import type { CaseOptions } from "../../../properties/arbitraries.ts";
import { propertyNames, type CheckPlan, type Failure, type Tally } from "../../../properties/check.ts";
import { jsonDocument } from "../base/json.ts";
import { listProperties, listVariants } from "./lists.ts";
import { renderCorpus, runCorpus, type KeptCase } from "./corpus.ts";
import { runCheck, type CheckResult } from "./runner.ts";
import { exitCodeOf, failureRateBound, verdictOf, witnessesOf } from "./verdict.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { writeFailure } from "../base/trace-output.ts";
import { durationMs, oneOf, wholeNumber, type Flags } from "../base/flags.ts";
import { ProgressLine } from "../base/progress.ts";
import { renderStatement, renderTable, renderWitnesses } from "./render-check.ts";
import { renderFailure } from "./render-failure.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { flow } from "../base/wrap.ts";

/** Ends well within twenty seconds on one slow core. */
const DEFAULT_RUNS = 6000;
const MOST_JOBS = 64;
const MOST_SEED = 2 ** 31 - 1;

export async function check(names: readonly string[], flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const json = flags["json"] === true;
  if (flags["list"] === true || flags["listVariants"] === true) {
    terminal.out(flags["list"] === true ? listProperties(json) : listVariants(json));
    return EXIT.holds;
  }
  const plan = planOf(names, flags);
  const runs = plan.path === undefined ? (wholeNumber(flags, "runs", 1, 1_000_000_000) ?? DEFAULT_RUNS) : 1;
  const jobs =
    plan.path === undefined
      ? (wholeNumber(flags, "jobs", 1, MOST_JOBS) ?? Math.min(4, availableParallelism()))
      : 1;
  const timeLimitMs = durationMs(flags, "time-limit");
  const variant = variantNamed(plan.variant) ?? shipped;
  const { out, paint, proseWidth } = terminal;
  const { signal, killed, release } = listenForSignals();
  const corpus = flags["corpus"];
  const kept =
    plan.path !== undefined || corpus === false
      ? []
      : runCorpus(typeof corpus === "string" ? corpus : undefined, plan.properties, variant);
  if (!json && kept.length > 0) out(renderCorpus(kept, paint));
  if (!json) out(`${paint.bold(flow(headline(plan, runs, variant), proseWidth))}\n\n`);

  const progress = new ProgressLine(terminal, "schedules");
  const result = await runCheck(plan, {
    runs,
    jobs,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    bail: flags["bail"] === true,
    signal,
    onProgress: (done, failures) =>
      progress.show({
        done,
        total: runs,
        note: failures === 0 ? "" : `${failures} of ${plan.properties.length} properties violated`,
      }),
  }).finally(release);
  progress.clear();

  const folder = String(flags["out"]);
  const failures = result.tallies
    .flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    .sort((left, right) => sizeOf(left) - sizeOf(right))
    .map((failure) => ({
      failure,
      command: commandFor(failure, plan),
      file: writeFailure(folder, failure, plan.variant),
    }));
  const code =
    result.ended === "interrupted"
      ? killed() === "SIGTERM"
        ? EXIT.terminated
        : EXIT.interrupted
      : withKept(exitOf(plan, result), kept);
  if (json) {
    out(jsonDocument("check", { ...documentOf(plan, runs, result, failures), kept }));
    return code;
  }
  for (const view of failures) out(`${renderFailure({ ...view, variant }, terminal)}\n`);
  if (plan.path === undefined) {
    out(`${renderTable(result.tallies, terminal)}\n`);
    if (flags["witnesses"] === true) out(`${renderWitnesses(result.tallies)}\n`);
    out(renderStatement(result, terminal));
    out(paint.dim(`Seed ${plan.seed}: the same again with ${againFor(plan, names, ended(result, runs))}\n`));
    if (code === EXIT.holds && plan.variant === shipped.name) out(paint.dim(WHAT_NEXT));
  } else if (failures.length === 0) out(`${plan.properties.join()} holds for this case now.\n`);
  return code;
}

const WHAT_NEXT =
  "Next: leasehold simulate (one takeover, step by step) · leasehold check --variant no-fencing (see it fail)\n";

/** A kept case that breaks again counts like any other. */
function withKept(code: ExitCode, kept: readonly KeptCase[]): ExitCode {
  if (code === EXIT.violated || kept.some(({ verdict }) => verdict === "violated")) return EXIT.violated;
  return kept.some(({ verdict }) => verdict === "open") ? EXIT.noVerdict : code;
}

/** One case by its path has no witnesses to wait for. */
function exitOf(plan: CheckPlan, { tallies }: CheckResult): ExitCode {
  if (plan.path === undefined) return exitCodeOf(tallies);
  return tallies.some(({ failure }) => failure !== undefined) ? EXIT.violated : EXIT.holds;
}

function planOf(names: readonly string[], flags: Flags): CheckPlan {
  for (const name of names) oneOf(name, propertyNames, "property", "leasehold check --list");
  const variant = oneOf(
    String(flags["variant"] ?? shipped.name),
    variants.map(({ name }) => name),
    "variant",
    "leasehold check --list-variants",
  );
  const seed = wholeNumber(flags, "seed", -MOST_SEED - 1, MOST_SEED) ?? Date.now() % MOST_SEED;
  const path = flags["path"] === undefined ? undefined : String(flags["path"]);
  if (path !== undefined) {
    if (!/^\d+$/u.test(path)) {
      throw new UserError({
        what: `${path} is no path`,
        where: "--path",
        remedy: "copy it from the command that a failure prints, such as --path 61",
      });
    }
    if (flags["seed"] === undefined || names.length !== 1) {
      throw new UserError({
        what: "a path leads nowhere by itself",
        where: "--path",
        remedy: "give --seed and the one property too, as the failure's command does",
      });
    }
  }
  const properties =
    names.length === 0 ? propertyNames : propertyNames.filter((name) => names.includes(name));
  return { properties, variant, seed, cases: caseOptions(flags), ...(path === undefined ? {} : { path }) };
}

function caseOptions(flags: Flags): CaseOptions {
  const ttlMs = durationMs(flags, "ttl");
  if (ttlMs !== undefined && (ttlMs % 1000 !== 0 || ttlMs < ETCD_MINIMUM_TTL_SECONDS * 1000)) {
    throw new UserError({
      what: `a lease of ${ttlMs / 1000} s cannot be had: etcd counts whole seconds and grants ${ETCD_MINIMUM_TTL_SECONDS} s at least`,
      where: "--ttl",
      remedy: "write it like --ttl 10s",
    });
  }
  const coordinators = wholeNumber(flags, "coordinators", 1, 9);
  return {
    ...(ttlMs === undefined ? {} : { ttlSeconds: ttlMs / 1000 }),
    ...(coordinators === undefined ? {} : { coordinators }),
    ...(flags["faults"] === false ? { faults: false } : {}),
  };
}

function headline(
  { cases, path, properties, variant }: CheckPlan,
  runs: number,
  { summary }: Variant,
): string {
  const what = properties.length === 1 ? String(properties[0]) : `${properties.length} properties`;
  if (path !== undefined) return `One case for ${what}`;
  const who = variant === shipped.name ? "the shipped election" : `${variant}, which ${summary},`;
  const how = cases.faults === false ? "calm" : "adverse";
  return `Checking ${what} of ${who} over ${grouped(runs)} ${how} schedules on a simulated etcd`;
}

/** The command that leads straight back to a shrunk case. */
function commandFor({ path, property, seed }: Failure, plan: CheckPlan): string {
  return `leasehold check ${property}${fixedBy(plan)} --seed ${seed} --path ${path}`;
}

/** The flags that lead to the same schedules again, as far as this check came. */
function againFor(plan: CheckPlan, names: readonly string[], runs: number): string {
  const what = names.map((name) => ` ${name}`).join("");
  return `leasehold check${what}${fixedBy(plan)} --seed ${plan.seed}${runs === DEFAULT_RUNS ? "" : ` --runs ${runs}`}`;
}

/** Where a check ended early, what it did is what can be repeated. */
function ended({ done, ended: how }: CheckResult, runs: number): number {
  return how === "complete" ? runs : done;
}

function fixedBy({ cases, variant }: CheckPlan): string {
  return [
    variant === shipped.name ? "" : ` --variant ${variant}`,
    cases.ttlSeconds === undefined ? "" : ` --ttl ${cases.ttlSeconds}s`,
    cases.coordinators === undefined ? "" : ` --coordinators ${cases.coordinators}`,
    cases.faults === false ? " --no-faults" : "",
  ].join("");
}

function sizeOf({ case: { decisions, scenario } }: Failure): number {
  return scenario.faults.length + decisions.length;
}

interface Told {
  readonly failure: Failure;
  readonly command: string;
  readonly file: string;
}

function documentOf(plan: CheckPlan, runs: number, result: CheckResult, failures: readonly Told[]): object {
  const verdict = { [EXIT.holds]: "holds", [EXIT.violated]: "violated" }[exitOf(plan, result) as number];
  const told = new Map(failures.map((one) => [one.failure.property, one]));
  return {
    verdict: verdict ?? "none",
    variant: plan.variant,
    seed: plan.seed,
    runs: { asked: runs, done: result.done, ended: result.ended },
    properties: result.tallies.map((tally) => propertyDocument(tally, told.get(tally.property))),
  };
}

function propertyDocument(tally: Tally, told: Told | undefined): object {
  const verdict = verdictOf(tally);
  return {
    property: tally.property,
    verdict: verdict.type,
    ...(verdict.type === "none" ? { why: verdict.why } : {}),
    judged: tally.judged,
    outside: tally.outside,
    inconclusive: tally.inconclusive,
    witnesses: Object.fromEntries(
      witnessesOf(tally.property).map((witness, at) => [witness, tally.seen[at] ?? 0]),
    ),
    ...(tally.worst === undefined ? {} : { worst: tally.worst }),
    ...(verdict.type === "holds" ? { failureRateBelow: failureRateBound(tally.judged) } : {}),
    ...(told === undefined ? {} : { failure: { ...told.failure, command: told.command, file: told.file } }),
  };
}

/** Ctrl-C ends the check after the batch at hand; a second one ends the process. */
function listenForSignals(): {
  signal: AbortSignal;
  killed: () => NodeJS.Signals | undefined;
  release: () => void;
} {
  const abort = new AbortController();
  let killed: NodeJS.Signals | undefined;
  const hear = (name: NodeJS.Signals) => {
    if (killed !== undefined) process.exit(name === "SIGTERM" ? EXIT.terminated : EXIT.interrupted);
    killed = name;
    abort.abort();
  };
  process.on("SIGINT", hear).on("SIGTERM", hear);
  return {
    signal: abort.signal,
    killed: () => killed,
    release: () => void process.off("SIGINT", hear).off("SIGTERM", hear),
  };
}
