/** The command line run in this process, with what it wrote; a terminal that keeps what is written; refusals. */
import { Chalk } from "chalk";
import type { ExitCode } from "../../src/cli/base/exit-codes.ts";
import type { Terminal } from "../../src/cli/base/terminal.ts";
import { UserError } from "../../src/cli/base/user-error.ts";
import { runProgram } from "../../src/cli/program.ts";

export interface Screen {
  readonly width?: number;
  readonly level?: 0 | 3;
}

export function keptTerminal(width = 100, level: 0 | 3 = 0) {
  const kept = { out: "", err: "" };
  const terminal: Terminal = {
    out: (more) => void (kept.out += more),
    err: (more) => void (kept.err += more),
    paint: new Chalk({ level }),
    paintErr: new Chalk({ level: 0 }),
    width,
    proseWidth: Number.POSITIVE_INFINITY,
    live: false,
  };
  return { terminal, out: (): string => kept.out, err: (): string => kept.err };
}

/** Flags as the command line has them: `{ killAt: "1s", faults: false }` is `--kill-at=1s --no-faults`. */
export function argsOf(flags: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const kebab = name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
    if (value === true) return [`--${kebab}`];
    if (value === false) return [`--no-${kebab}`];
    return (Array.isArray(value) ? value : [value]).map((one) => `--${kebab}=${String(one)}`);
  });
}

/** Runs `leasehold` with these arguments, all of it: parsing, the command, its exit code. */
export async function leasehold(
  args: readonly (string | undefined)[],
  { level = 0, width = 100 }: Screen = {},
): Promise<{ readonly code: ExitCode; readonly out: string; readonly err: string }> {
  const { err, out, terminal } = keptTerminal(width, level);
  const given = args.filter((one) => one !== undefined);
  const code = await runProgram(given, () => Promise.resolve(terminal));
  return { code, out: out(), err: err() };
}

/** What `leasehold` says when it refuses these arguments, with which exit code, and what it had printed before. */
export async function refusalOf(
  args: readonly (string | undefined)[],
): Promise<{ message: string; exitCode: number; out: string }> {
  const { code, err, out } = await leasehold(args);
  if (!err.startsWith("leasehold: ")) throw new Error(`not refused: exit code ${code}\n${err}${out}`);
  return { message: err.slice("leasehold: ".length).trimEnd(), exitCode: code, out };
}

/** The message with which a part of a command refuses; it must be the user's fault. */
export async function userErrorOf(work: () => unknown): Promise<{ message: string; exitCode: number }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error("not refused");
}
