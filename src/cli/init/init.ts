/** `leasehold init`: writes a test to begin with, and says what to do with it. */
import { existsSync, readFileSync } from "node:fs";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { tryFile, writeText } from "../base/output-file.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { InitFlags, Runner } from "./flags.ts";
import { startingTest } from "./starting-test.ts";

const ENDINGS: Readonly<
  Record<Runner, { readonly usual: string; readonly must: RegExp; readonly says: string }>
> = {
  vitest: { usual: "lease.test.ts", must: /\.(?:test|spec)\.m?ts$/u, says: "*.test.ts or *.spec.ts" },
  node: { usual: "lease.test.mjs", must: /\.test\.mjs$/u, says: "*.test.mjs" },
};

export function init(named: string | undefined, flags: InitFlags, { out }: Terminal): ExitCode {
  const runner = flags.runner ?? runnerHere();
  const { must, says, usual } = ENDINGS[runner];
  const file = named ?? usual;
  if (!must.test(file))
    throw new UserError({
      where: file,
      what: `${runner === "node" ? "node --test" : runner} would not find it, or not run it: its tests are ${says}`,
      remedy: `name it so, such as ${usual}`,
    });
  if (existsSync(file))
    throw new UserError({
      where: file,
      what: "it is there already",
      remedy: "name another file: leasehold init FILE",
    });
  tryFile(file);
  writeText(file, startingTest(runner));
  const run = runner === "node" ? "node --test" : "npx vitest run";
  out(`${file} is written: a lock, and what it promises. Run it with ${run} ${shellWord(file)}\n`);
  return EXIT.holds;
}

/** What package.json here names. */
function runnerHere(): Runner {
  try {
    const {
      dependencies = {},
      devDependencies = {},
      scripts = {},
    } = JSON.parse(readFileSync("package.json", "utf8")) as Readonly<
      Record<string, Readonly<Record<string, string>> | undefined>
    >;
    if ("vitest" in dependencies || "vitest" in devDependencies) return "vitest";
    return /\bnode\b.*--test\b/u.test(scripts["test"] ?? "") ? "node" : "vitest";
  } catch {
    return "vitest";
  }
}
