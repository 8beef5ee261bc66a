/** A terminal that keeps what is written, and what a command refuses. */
import { Chalk } from "chalk";
import type { Terminal } from "../../src/cli/base/terminal.ts";
import { UserError } from "../../src/cli/base/user-error.ts";

export function keptTerminal(width = 100): { readonly terminal: Terminal; readonly out: () => string } {
  let text = "";
  const plain = new Chalk({ level: 0 });
  const terminal: Terminal = {
    out: (more) => void (text += more),
    err: () => undefined,
    paint: plain,
    paintErr: plain,
    width,
    proseWidth: Number.POSITIVE_INFINITY,
    live: false,
  };
  return { terminal, out: () => text };
}

/** The message with which `work` is refused; it must be the user's fault. */
export async function refusalOf(work: () => unknown): Promise<{ message: string; exitCode: number }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error("not refused");
}
