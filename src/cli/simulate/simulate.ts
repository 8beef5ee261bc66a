/**
 * `leasehold simulate`: runs one scenario in virtual time and shows it as a timeline, as logs or as observations.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { variantNamed, variants } from "../../../models/variants.ts";
import { ETCD_MINIMUM_TTL_SECONDS } from "../../../models/timing.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { readInstant } from "../../coordinator/log-format.ts";
import { builtInNamed, builtIns, walk, type WalkOptions } from "../../scenario-file/built-in.ts";
import { DURATION_REMEDY, parseDuration, writeDuration } from "../../scenario-file/duration.ts";
import { NAME } from "../../scenario-file/leaves.ts";
import { listed, suggest } from "../../scenario-file/nearest.ts";
import { readScenario } from "../../scenario-file/read-scenario.ts";
import { MOST_COORDINATORS, scenarioSchema } from "../../scenario-file/syntax.ts";
import { writeScenario } from "../../scenario-file/write-scenario.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { documentHead, jsonDocument } from "../base/json.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { chooseDeployment, deploymentIn, type DeploymentFlags } from "./deployment.ts";
import { renderLog } from "../story/render-log.ts";
import { renderProblems } from "../story/render-problems.ts";
import { renderSummary } from "../story/render-summary.ts";
import { renderTimeline } from "../story/render-timeline.ts";
import { observeRun, type ObservedRun } from "../../story/observed-run.ts";
import type { Recordable } from "../../trace/record.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { tryFile } from "../base/output-file.ts";
import { writeTrace } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";

/** As commander hands them over: what was not given is absent. */
export interface SimulateFlags extends DeploymentFlags {
  readonly ttl?: string;
  readonly coordinators?: string;
  readonly horizon?: string;
  readonly killAt?: string;
  readonly variant?: string;
  readonly log?: boolean;
  readonly node?: string;
  readonly start?: string;
  readonly trace?: string;
  readonly json?: boolean;
  readonly yaml?: boolean;
  readonly list?: boolean;
  readonly schema?: boolean;
  readonly width?: string;
}

/** The run's beginning on the logs' wall clocks; so the walk's takeover falls into the second of Milvus' own example. */
const DEFAULT_START = "2022-09-21T11:56:33+08:00";
const NARROWEST = 60;
const WIDEST = 400;
const LONGEST_HORIZON_MS = 24 * 3_600_000;

/** Runs the command on `target`, the name of a built-in scenario or a file; absent: the walk. */
export async function simulate(
  target: string | undefined,
  flags: SimulateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.schema === true) {
    terminal.out(`${JSON.stringify(scenarioSchema(), undefined, 2)}\n`);
    return EXIT.holds;
  }
  if (flags.list === true) {
    terminal.out(
      flags.json === true ? jsonDocument("scenarios", { scenarios: listOf() }) : renderList(terminal),
    );
    return EXIT.holds;
  }
  const variant = variantOf(flags.variant);
  const chosen = await choose(target, flags, terminal);
  if (chosen === undefined) return EXIT.usage;
  if (flags.yaml === true) {
    terminal.out(writeScenario(chosen.scenario));
    return EXIT.holds;
  }
  checkForms(flags);
  const width =
    flags.width === undefined ? terminal.width : wholeFlag("--width", flags.width, NARROWEST, WIDEST);
  const node = nodeOf(flags.node, chosen.scenario);
  const start = startOf(flags.start);
  if (flags.trace !== undefined) tryFile(flags.trace, "--trace");
  const observed = observeRun(chosen.scenario, variant);
  const { trace } = flags;
  if (trace !== undefined) await uninterrupted(() => writeTrace(trace, traceOf(observed)));
  if (flags.json === true) terminal.out(renderJson(observed));
  else if (flags.log === true || node !== undefined)
    terminal.out(`${renderLog(observed, { start, node }).join("\n")}\n`);
  else {
    terminal.out(renderHead(observed, chosen.look, terminal));
    terminal.out(renderTimeline(observed, { width, paint: terminal.paint }));
    terminal.out(`\n${renderSummary(observed, terminal.paint, width)}`);
  }
  return observed.judgements.some(({ verdict }) => verdict?.type === "violated") ? EXIT.violated : EXIT.holds;
}

/** The whole run, about the first promise that it breaks, if any. */
function traceOf({ judgements, scenario, variant }: ObservedRun): Recordable {
  for (const { property, verdict } of judgements) {
    if (verdict?.type !== "violated") continue;
    const { violation } = verdict;
    return { scenario, variant, property: property.name, violation, stop: "horizon" };
  }
  return { scenario, variant };
}

interface Chosen {
  readonly scenario: Scenario;
  readonly look: string | undefined;
}

async function choose(
  target: string | undefined,
  flags: SimulateFlags,
  terminal: Terminal,
): Promise<Chosen | undefined> {
  const varied = (["ttl", "role", "coordinators", "horizon", "killAt"] as const).filter(
    (flag) => flags[flag] !== undefined,
  );
  const form = deploymentIn(flags);
  if (form !== undefined) {
    const other = varied.find((flag) => flag !== "role");
    if (other !== undefined || (target !== undefined && target !== "walk")) {
      const what =
        other === undefined
          ? `${target ?? ""} is another scenario than --${form}`
          : `--${other === "killAt" ? "kill-at" : other} varies the built-in walk, not --${form}`;
      throw new UserError({
        what,
        remedy: "leave one of them out, or write it into a file: --yaml > mine.yaml",
      });
    }
    return chooseDeployment(form, flags, terminal);
  }
  if (target === undefined || target === "walk") {
    return { scenario: walk(walkOptions(flags)), look: builtInNamed("walk")?.look };
  }
  if (varied.length > 0) {
    const names = varied.map((flag) => (flag === "killAt" ? "--kill-at" : `--${flag}`));
    throw new UserError({
      what: `${listed(names, "and")} ${names.length === 1 ? "varies" : "vary"} the built-in walk, not ${target}`,
      remedy: `write it into a file: leasehold simulate ${builtInNamed(target) === undefined ? "walk" : target} --yaml > mine.yaml`,
    });
  }
  const builtIn = builtInNamed(target);
  if (builtIn !== undefined) return builtIn;
  const isFile = /[./\\]/u.test(target);
  const text = await readFile(target, "utf8").catch((error: NodeJS.ErrnoException) => {
    const names = builtIns.map(({ name }) => name);
    const missing =
      error.code === "ENOENT"
        ? "there is no such file"
        : error.code === "EISDIR"
          ? "it is a folder"
          : (error.code ?? error.message);
    throw isFile
      ? new UserError({
          where: target,
          what: `cannot be read: ${missing}`,
          remedy: "name a scenario file, or a built-in scenario (--list)",
        })
      : new UserError({
          what: `no scenario is called ${target}, and no file either`,
          remedy: suggest(target, names),
        });
  });
  const title = basename(target).replace(/\.(?:ya?ml|json)$/iu, "");
  const reading = readScenario(text, { title, json: /\.json$/iu.test(target) });
  if (reading.type === "ok") return { scenario: reading.scenario, look: undefined };
  terminal.err(renderProblems(target, text, reading.problems, terminal.paintErr));
  return undefined;
}

function walkOptions({ coordinators, horizon, killAt, role, ttl }: SimulateFlags): WalkOptions {
  if (role !== undefined && !NAME.test(role)) {
    throw new UserError({
      where: "--role",
      what: `${JSON.stringify(role)} is no role`,
      remedy: "write a word, such as rootcoord or datacoord",
    });
  }
  const options: WalkOptions = {
    ...(role === undefined ? {} : { role }),
    ...(coordinators === undefined
      ? {}
      : { coordinators: wholeFlag("--coordinators", coordinators, 1, MOST_COORDINATORS) }),
    ...(ttl === undefined ? {} : { ttlSeconds: ttlFlag(ttl) }),
    ...(killAt === undefined ? {} : { killAtMs: durationFlag("--kill-at", killAt) }),
    ...(horizon === undefined ? {} : { horizonMs: durationFlag("--horizon", horizon) }),
  };
  const { faults, horizonMs } = walk(options);
  const [killed] = faults;
  if (horizonMs <= 0 || horizonMs > LONGEST_HORIZON_MS) {
    throw new UserError({
      where: "--horizon",
      what: `${writeDuration(horizonMs)} is no length of a run`,
      remedy: "give more than 0s and at most 24h",
    });
  }
  if (killed !== undefined && killed.atMs > horizonMs) {
    const what = `the kill at ${writeDuration(killed.atMs)} lies after the end of the run at ${writeDuration(horizonMs)}`;
    throw new UserError({ where: "--kill-at", what, remedy: "kill earlier, or give a longer --horizon" });
  }
  return options;
}

function durationFlag(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 0)
    throw new UserError({
      where: flag,
      what: `${JSON.stringify(text)} is no duration`,
      remedy: DURATION_REMEDY,
    });
  return ms;
}

function ttlFlag(text: string): number {
  const ms = durationFlag("--ttl", text);
  const minimum = `${ETCD_MINIMUM_TTL_SECONDS}s`;
  if (ms < ETCD_MINIMUM_TTL_SECONDS * 1000) {
    throw new UserError({
      where: "--ttl",
      what: `${text} is below etcd's minimum`,
      remedy: `etcd would grant ${minimum} without a word; give --ttl ${minimum}`,
    });
  }
  if (ms % 1000 !== 0 || ms > LONGEST_HORIZON_MS / 4) {
    throw new UserError({
      where: "--ttl",
      what: `${text} is no whole number of seconds up to 6h`,
      remedy: "etcd counts in seconds: --ttl 60s",
    });
  }
  return ms / 1000;
}

function wholeFlag(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/u.test(text) && number >= least && number <= most) return number;
  throw new UserError({
    where: flag,
    what: `${JSON.stringify(text)} is no whole number from ${least} to ${most}`,
    remedy: `give such a number: ${flag} ${Math.max(least, Math.min(most, 2))}`,
  });
}

function variantOf(name: string | undefined): Variant {
  if (name === undefined) return shipped;
  const variant = variantNamed(name);
  if (variant !== undefined) return variant;
  const names = variants.map((one) => one.name);
  throw new UserError({
    where: "--variant",
    what: `no variant is called ${name}`,
    remedy: suggest(name, names),
  });
}

/** Two forms of output at once would garble each other. */
function checkForms({ json, log, node, start }: SimulateFlags): void {
  if (json === true && (log === true || node !== undefined)) {
    throw new UserError({ what: "--json and --log are two forms of output", remedy: "choose one" });
  }
  if (start !== undefined && log !== true && node === undefined) {
    throw new UserError({ where: "--start", what: "only logs show a wall clock", remedy: "add --log" });
  }
}

function nodeOf(name: string | undefined, { coordinators }: Scenario): number | undefined {
  if (name === undefined) return undefined;
  const names = coordinators.map((one) => one.name);
  const node = names.indexOf(name);
  if (node >= 0) return node;
  throw new UserError({
    where: "--node",
    what: `no coordinator is called ${name}`,
    remedy: suggest(name, names),
  });
}

function startOf(text = DEFAULT_START) {
  const start = readInstant(text);
  if (start !== undefined) return start;
  throw new UserError({
    where: "--start",
    what: `${JSON.stringify(text)} is no instant`,
    remedy: `write it with its offset: ${DEFAULT_START}`,
  });
}

function renderHead(
  { scenario, variant }: ObservedRun,
  look: string | undefined,
  { paint }: Terminal,
): string {
  const { coordinators, etcd, horizonMs, title, ttlSeconds } = scenario;
  const who = `${coordinators.length} coordinator${coordinators.length === 1 ? "" : "s"}`;
  const head = `${paint.bold(title)}: ${who}, TTL ${ttlSeconds} s, etcd ${etcd.version}, ${writeDuration(horizonMs)} of virtual time`;
  const broken = variant === shipped ? "" : `variant ${variant.name}: ${variant.summary}\n`;
  return `${head}\n${broken}${look === undefined ? "" : `${look}\n`}\n`;
}

function renderJson({ judgements, observations, scenario, variant }: ObservedRun): string {
  const header = {
    ...documentHead("observations"),
    variant: variant.name,
    scenario,
  };
  const verdicts = judgements.map(({ judge, property, verdict }) => ({
    property: property.name,
    ...(verdict ?? { type: judge === undefined ? "outside" : "unjudged" }),
  }));
  return [header, ...observations, { type: "verdicts", verdicts }]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

function listOf() {
  return builtIns.map(({ look, name, scenario }) => ({ name, look, scenario }));
}

function renderList({ paint }: Terminal): string {
  const width = Math.max(...builtIns.map(({ name }) => name.length));
  const lines = builtIns.map(({ look, name }) => `${paint.bold(name.padEnd(width))}  ${look}\n`);
  return `${lines.join("")}\nleasehold simulate NAME runs one, with --yaml it prints one as a file to begin with.\n`;
}
