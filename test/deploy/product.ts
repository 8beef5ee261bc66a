/** What the product says of what a deployment gives it: its own reading of flags and environment, and its limits. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { timingFor } from "../../models/timing.ts";
import { ROOT } from "../helpers/repository.ts";

const MAIN = join(ROOT, "dist", "src", "cli", "main.js");

/** One setting as `--print-config` shows it. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
  /** A flag, `environment NAME`, or `default`. */
  readonly source: string;
}

/** What `leasehold run` makes of it, without running; throws with its own words where it refuses. */
export function settingsOf(args: readonly string[], env: Readonly<Record<string, string>>): ShownSetting[] {
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args, "--print-config"], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [name = "", value = "", source = ""] = line.split(/ {2,}/u);
      return { name, value, source };
    });
}

/** The flags among the arguments, and the variables, from which no setting came: misspelt ones, or overruled. */
export function unused(args: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const sources = new Set(settingsOf(args, env).map(({ source }) => source));
  const flags = args.flatMap((arg) => /^--[a-z-]+/u.exec(arg) ?? []);
  const wanted = [...flags, ...Object.keys(env).map((name) => `environment ${name}`)];
  return wanted.filter((one) => !sources.has(one));
}

/** How long an activation may take under these settings, seconds: nobody may be killed for it before. */
export function activationLimitSeconds(settings: readonly ShownSetting[]): number {
  const valueOf = (wanted: string) => Number(settings.find(({ name }) => name === wanted)?.value);
  const own = valueOf("activationLimitSeconds");
  return own > 0 ? own : timingFor(valueOf("ttlSeconds")).activationLimitMs / 1000;
}
