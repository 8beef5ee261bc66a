#!/usr/bin/env node
/** The command `leasehold`: the program with the process's arguments, streams and exit code. */
import { EXIT } from "./base/exit-codes.ts";
import { runProgram } from "./program.ts";
import { forTerminal } from "../words/shown.ts";

// `leasehold ... | head` closes our output early; that is not an error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

const terminalFor = async (color: boolean | undefined) =>
  (await import("./base/terminal.ts")).processTerminal(color);

runProgram(process.argv.slice(2), terminalFor).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      forTerminal(
        `leasehold: internal error, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        false,
      ),
    );
    process.exitCode = EXIT.internal;
  },
);
