#!/usr/bin/env node
/** The command `leasehold`: the program with the process's arguments, streams and exit code. */
import { EXIT } from "./base/exit-codes.ts";
import { OutputLoss } from "./base/output-loss.ts";
import { runProgram } from "./program.ts";
import { forTerminal } from "../words/shown.ts";

// Whoever is asked something that cannot be shown has left: a dialogue ends as at the end of its input.
const output = new OutputLoss(process.stdout, process.stderr, () => void process.stdin.destroy());

// Node's own exit code for it is 1, which says that a promise is broken.
process.on("uncaughtException", (error: unknown) => {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(forTerminal(`leasehold: internal error, please report it\n${told}\n`, false));
  process.exit(EXIT.internal);
});

const terminalFor = async (color: boolean | undefined) =>
  (await import("./base/terminal.ts")).processTerminal(color);

// The last of the output may fail after the command is done.
process.on("exit", (code) => void (process.exitCode = output.exitCode(code)));

process.exitCode = await runProgram(process.argv.slice(2), terminalFor);
