/** Which scenario `leasehold simulate` runs: a built-in one, the walk varied by flags, a file, or a deployment's. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { ETCD_MINIMUM_TTL_SECONDS } from "../../../models/timing.ts";
import { builtInNamed, builtIns, walk, type WalkOptions } from "../../scenario-file/built-in.ts";
import { DURATION_REMEDY, parseDuration, writeDuration } from "../../scenario-file/duration.ts";
import { NAME } from "../../scenario-file/leaves.ts";
import { listed, suggest } from "../../scenario-file/nearest.ts";
import { readScenario } from "../../scenario-file/read-scenario.ts";
import { MOST_COORDINATORS } from "../../scenario-file/syntax.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { wholeNumber } from "../base/flags.ts";
import type { Terminal } from "../base/terminal.ts";
import { readText } from "../base/text-input.ts";
import { UserError } from "../base/user-error.ts";
import { renderProblems } from "../story/render-problems.ts";
import { chooseDeployment, deploymentIn, type DeploymentFlags } from "./deployment.ts";

/** The flags that say which; as commander hands them over: what was not given is absent. */
export interface ChoiceFlags extends DeploymentFlags {
  readonly ttl?: string;
  readonly coordinators?: string;
  readonly horizon?: string;
  readonly killAt?: string;
}

const LONGEST_HORIZON_MS = 24 * 3_600_000;

export interface Chosen {
  readonly scenario: Scenario;
  readonly look: string | undefined;
}

export function choose(
  target: string | undefined,
  flags: ChoiceFlags,
  terminal: Terminal,
): Chosen | undefined {
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
  const isFile = /[./\\]/u.test(target) || existsSync(target);
  if (!isFile) {
    throw new UserError({
      what: `no scenario is called ${target}, and no file either`,
      remedy: suggest(
        target,
        builtIns.map(({ name }) => name),
      ),
    });
  }
  const text = readText(target, "name a scenario file, or a built-in scenario (--list)");
  const title = basename(target).replace(/\.(?:ya?ml|json)$/iu, "");
  const reading = readScenario(text, { title, json: /\.json$/iu.test(target) });
  if (reading.type === "ok") return { scenario: reading.scenario, look: undefined };
  terminal.err(renderProblems(target, text, reading.problems, terminal.paintErr));
  return undefined;
}

function walkOptions({ coordinators, horizon, killAt, role, ttl }: ChoiceFlags): WalkOptions {
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
      : { coordinators: wholeNumber({ coordinators }, "coordinators", 1, MOST_COORDINATORS) ?? 2 }),
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
