/**
 * `leasehold check --watch`: the same check again whenever what it is about changes. Each is a process of its own, for a module
 * that was loaded once cannot be loaded anew.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { ExitCode } from "../base/exit-codes.ts";
import { isScenarioPath } from "../base/scenario-input.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { EXIT } from "../base/exit-codes.ts";
import { moduleFile, isModulePath } from "../own/load.ts";
import type { CheckFlags } from "./flags.ts";

/** What one save writes in several pieces is one change. */
const TOGETHER_MS = 100;
/** What a module may import, and a scenario. */
const WATCHED = /\.(?:[cm]?[jt]s|json|ya?ml)$/u;

export async function watchCheck(
  names: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { fault = [], property = [], variant } = flags;
  const files = [
    ...names.filter(isScenarioPath),
    ...(variant !== undefined && isModulePath(variant) ? [moduleFile(variant)] : []),
    ...property,
    ...fault,
  ];
  if (files.length === 0)
    throw new UserError({
      where: "--watch",
      what: "no module and no scenario is named, so nothing would change",
      remedy: "name one: leasehold check --variant ./mine.ts --watch",
    });
  const { exitCode, release, signal } = listenForSignals();
  const check = new Again(terminal);
  const watchers = [...new Set(files.map((file) => dirname(resolve(file))))].map((folder) =>
    orRefuse(folder, () =>
      watch(folder, (_, name) => {
        if (name !== null && WATCHED.test(name)) check.begin(`${basename(name)} has changed`);
      }),
    ),
  );
  try {
    check.begin(undefined);
    await new Promise((resolved) => signal.addEventListener("abort", resolved, { once: true }));
  } finally {
    check.end();
    for (const one of watchers) one.close();
    release();
  }
  return exitCode() ?? EXIT.interrupted;
}

function orRefuse<Result>(folder: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError({
      where: "--watch",
      what: `${folder} cannot be watched: ${code ?? message}`,
      remedy: "name files in a folder that is there and can be watched",
    });
  }
}

/** One check at a time: a newer change ends the one under way. */
class Again {
  readonly #terminal: Terminal;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `why`: undefined at the very beginning. */
  begin(why: string | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(why), why === undefined ? 0 : TOGETHER_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#child?.kill("SIGTERM");
  }

  #run(why: string | undefined): void {
    this.#child?.kill("SIGTERM");
    const { err, paintErr } = this.#terminal;
    if (why !== undefined) err(`${paintErr.bold(`\n${why}: again`)}\n`);
    const [, main = "", ...args] = process.argv;
    const rest = args.filter((arg) => arg !== "--watch");
    const child = spawn(process.execPath, [main, ...rest], { stdio: ["ignore", "inherit", "inherit"] });
    this.#child = child;
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      err(paintErr.dim("waiting for a change; Ctrl-C ends it\n"));
    });
  }
}
