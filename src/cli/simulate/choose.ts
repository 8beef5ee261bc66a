/** Which scenario `leasehold simulate` runs: a built-in one, the walk varied by flags, a file, or a deployment's. */
import { builtInNamed, walk, type WalkOptions } from "../../scenario-file/built-in.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { NAME } from "../../scenario-file/leaves.ts";
import { LONGEST_RUN_MS } from "../../scenario-file/limits.ts";
import { listed } from "../../scenario-file/nearest.ts";
import { scenarioNamed, type NamedScenario } from "../base/scenario-input.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { SimulateFlags } from "./flags.ts";
import { chooseDeployment, deploymentIn } from "./deployment.ts";
import { quote } from "../../words/shown.ts";

export interface Chosen extends NamedScenario {
  /** What is to be looked at is a takeover, which a varied scenario may not have. */
  readonly lookForTakeover?: true;
}

export function choose(
  target: string | undefined,
  flags: SimulateFlags,
  terminal: Terminal,
): Chosen | undefined {
  const deployed = deploymentIn(flags);
  if (deployed !== undefined) {
    if (target !== undefined)
      throw new UserError({
        what: `--${deployed.form} and the scenario ${target} cannot be run together`,
        remedy: "leave one of them out, or write it into a file: --yaml > mine.yaml",
      });
    return chooseDeployment(deployed, flags, terminal);
  }
  const varied = (["ttl", "role", "coordinators", "horizon", "killAt"] as const).filter(
    (flag) => flags[flag] !== undefined,
  );
  if (target === undefined || target === "walk") {
    return { scenario: walk(walkOptions(flags)), look: builtInNamed("walk")?.look, lookForTakeover: true };
  }
  if (varied.length > 0) {
    const names = varied.map((flag) => (flag === "killAt" ? "--kill-at" : `--${flag}`));
    throw new UserError({
      what: `${listed(names, "and")} can only be used with the built-in walk, not with ${target}`,
      remedy: `write it into a file: leasehold simulate ${builtInNamed(target) === undefined ? "walk" : target} --yaml > mine.yaml`,
    });
  }
  return scenarioNamed(target, terminal);
}

function walkOptions({ coordinators, horizon, killAt, role, ttl }: SimulateFlags): WalkOptions {
  if (role !== undefined && !NAME.test(role)) {
    throw new UserError({
      where: "--role",
      what: `${quote(role)} is not a role name`,
      remedy: "write a word, such as rootcoord or datacoord",
    });
  }
  const options: WalkOptions = {
    ...(role === undefined ? {} : { role }),
    ...(coordinators === undefined ? {} : { coordinators }),
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    ...(killAt === undefined ? {} : { killAtMs: killAt }),
    ...(horizon === undefined ? {} : { horizonMs: horizon }),
  };
  const { faults, horizonMs } = walk(options);
  const [killed] = faults;
  if (horizonMs > LONGEST_RUN_MS) {
    throw new UserError({
      where: "--horizon",
      what: `${writeDuration(horizonMs)} is longer than 24h`,
      remedy: "give at most 24h",
    });
  }
  if (killed !== undefined && killed.atMs > horizonMs) {
    const what = `the kill at ${writeDuration(killed.atMs)} is after the end of the run at ${writeDuration(horizonMs)}`;
    throw new UserError({ where: "--kill-at", what, remedy: "kill earlier, or give a longer --horizon" });
  }
  return options;
}
