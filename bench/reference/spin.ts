/** Spin on `lease.pml`: compiled and run in a folder of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mishaps } from "./lease.ts";

/** What Spin says of a model. */
export interface SpinCount {
  readonly states: number;
  readonly errors: number;
  /** Of the run alone. */
  readonly seconds: number;
}

/** Longer paths than this are not followed, which Spin would say. */
const DEEPEST = 1_000_000;

/** Throws an Error where `spin` or a C compiler is not there, fails, or did not see everything. */
export function countWithSpin(model: string, { crashes, losses }: Mishaps): SpinCount {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-spin-"));
  const run = (command: string, ...args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8" });
  try {
    run("spin", "-a", `-DLOSSES=${losses}`, `-DCRASHES=${crashes}`, model);
    run("cc", "-O2", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c");
    const before = performance.now();
    const said = run(join(folder, "pan"), `-m${DEEPEST}`);
    const seconds = (performance.now() - before) / 1000;
    if (said.includes("max search depth too small")) throw new Error("spin did not go deep enough");
    return { states: read(said, /(\d+) states, stored/u), errors: read(said, /errors: (\d+)/u), seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(said: string, figure: RegExp): number {
  const found = figure.exec(said)?.[1];
  if (found === undefined) throw new Error(`spin says nothing of ${figure.source}: ${said}`);
  return Number(found);
}
