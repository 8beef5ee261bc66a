#!/usr/bin/env node
/**
 * The command `leasehold`: parses arguments, hands over to one file per command, and turns what it says into an exit code.
 * Commands are loaded when they run, so that `--help` stays quick.
 */
import { VERSION } from "../version.ts";
import { Command, CommanderError } from "commander";
import { addBugsCommand } from "./bugs/command.ts";
import { addCheckCommand } from "./check/command.ts";
import { addDiffCommand } from "./replay/diff-command.ts";
import { EXIT, type ExitCode, type Finish } from "./base/exit-codes.ts";
import { addFidelityCommand } from "./fidelity/command.ts";
import { addReplayCommand } from "./replay/command.ts";
import { addRunCommand } from "./run/command.ts";
import { addSimulateCommand } from "./simulate/command.ts";
import { addTeachCommand } from "./teach/command.ts";
import { Interrupted } from "./base/signals.ts";
import { processTerminal } from "./base/terminal.ts";
import { UserError } from "./base/user-error.ts";

async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.holds;
  const finish: Finish = (ended) => {
    code = ended;
  };
  const program = new Command("leasehold")
    .description("Prove, replay and teach lease-based leader election on etcd.")
    .version(VERSION, "-V, --version")
    .option("--color", "colour even where output is no terminal")
    .option("--no-color", "no colour (also by the environment variable NO_COLOR)")
    .configureOutput({ outputError: (text, write) => write(ownWords(program, text)) })
    .exitOverride();
  addCheckCommand(program, finish);
  addSimulateCommand(program, finish);
  addRunCommand(program, finish);
  addReplayCommand(program, finish);
  addDiffCommand(program, finish);
  addTeachCommand(program, finish);
  addBugsCommand(program, finish);
  addFidelityCommand(program, finish);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.holds : EXIT.usage;
    if (error instanceof Interrupted) return error.exitCode;
    if (error instanceof UserError) {
      process.stderr.write(refusalText(program, error.message));
      return error.exitCode;
    }
    throw error;
  }
}

/** The parser's messages in the form of all others: what, and below it what to do. */
function ownWords(program: Command, text: string): string {
  const [what = "", hint = ""] = text
    .replace(/^error: /u, "")
    .trimEnd()
    .split("\n");
  const near = /^\(Did you mean (.+)\?\)$/u.exec(hint)?.[1];
  const command = program.commands.map((one) => one.name()).find((name) => process.argv.includes(name));
  const help = `${command === undefined ? "leasehold" : `leasehold ${command}`} --help lists what there is`;
  return refusalText(program, `${what}\n  ${near === undefined ? "" : `did you mean ${near}? `}${help}`);
}

function refusalText(program: Command, message: string): string {
  const { color } = program.opts<{ color?: boolean }>();
  return `${processTerminal(color).paintErr.red("leasehold:")} ${message}\n`;
}

// `leasehold ... | head` closes our output early; that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

main(process.argv).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `leasehold: internal error, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT.internal;
  },
);
