/**
 * The program: every command in one place, and an exit code for whatever happens. Commands are loaded when they run, so that
 * `--help` stays quick.
 */
import { Command, CommanderError } from "commander";
import { VERSION } from "../version.ts";
import { shortened, shown } from "../words/shown.ts";
import { EXIT, type ExitCode } from "./base/exit-codes.ts";
import type { CommandHost } from "./base/host.ts";
import { refuseOpposites, refuseRepeats } from "./base/options.ts";
import { Interrupted } from "./base/signals.ts";
import type { Terminal } from "./base/terminal.ts";
import { UserError } from "./base/user-error.ts";
import { addBugsCommand } from "./bugs/command.ts";
import { addCheckCommand } from "./check/command.ts";
import { addCompletionCommand } from "./completion/command.ts";
import { addExploreCommand } from "./explore/command.ts";
import { addFidelityCommand } from "./fidelity/command.ts";
import { addInitCommand } from "./init/command.ts";
import { addMergeCommand } from "./merge/command.ts";
import { addReplayCommand } from "./replay/command.ts";
import { addDiffCommand } from "./replay/diff-command.ts";
import { addRunCommand } from "./run/command.ts";
import { addCtlCommand, addServeCommand } from "./serve/command.ts";
import { addSimulateCommand } from "./simulate/command.ts";
import { addTeachCommand } from "./teach/command.ts";
import { addValidateCommand } from "./validate/command.ts";
import { addHandoverCommand, addWhoCommand } from "./who/command.ts";

/** In the order in which `--help` lists them. */
const COMMANDS: readonly ((program: Command, host: CommandHost) => void)[] = [
  addCheckCommand,
  addMergeCommand,
  addExploreCommand,
  addSimulateCommand,
  addRunCommand,
  addWhoCommand,
  addHandoverCommand,
  addReplayCommand,
  addDiffCommand,
  addValidateCommand,
  addTeachCommand,
  addBugsCommand,
  addFidelityCommand,
  addServeCommand,
  addCtlCommand,
  addInitCommand,
  addCompletionCommand,
];

/**
 * Runs the command line `args` (without node and script). `terminalFor` makes the terminal; `color`: what `--color` or
 * `--no-color` said. Whatever the user did wrong is told there; anything else that is thrown is a bug of ours.
 */
export async function runProgram(
  args: readonly string[],
  terminalFor: (color: boolean | undefined) => Promise<Terminal>,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.holds;
  let parserSays = "";
  const program = new Command("leasehold")
    .description("Prove, replay and teach lease-based leader election on etcd.")
    .version(VERSION, "-V, --version")
    .option("--color", "colour even where output is not a terminal")
    .option("--no-color", "no colour (also by the environment variable NO_COLOR)")
    .configureOutput({ outputError: (text) => void (parserSays = text) })
    .exitOverride();
  // Commander leaves undefined where neither --color nor --no-color was given.
  const terminal = () => terminalFor(program.opts<{ color?: boolean }>().color);
  const host: CommandHost = { terminal, finish: (ended) => void (code = ended) };
  for (const add of COMMANDS) add(program, host);
  for (const command of [program, ...program.commands]) {
    refuseOpposites(command);
    refuseRepeats(command);
  }
  program.hook("preAction", async (_, command) => (await import("./config/config.ts")).applyConfig(command));
  const tell = async (message: string): Promise<void> => {
    const { err, paintErr } = await terminal();
    err(`${paintErr.red("leasehold:")} ${message}\n`);
  };
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.holds;
      await tell(inOwnForm(parserSays, program, args));
      return EXIT.usage;
    }
    if (error instanceof UserError) {
      await tell(error.message);
      return error.exitCode;
    }
    throw error;
  }
}

/**
 * The parser's message with the arguments in it as people may see them. The value of a flag that it does not know is left out: a
 * password, maybe, for a flag that was guessed.
 */
function withShownArguments(text: string, args: readonly string[]): string {
  let safe = text;
  for (const arg of args) {
    const [, flag, value = arg] = /^(--[^=]+)=(.*)$/su.exec(arg) ?? [];
    if (flag !== undefined) safe = safe.replaceAll(`'${arg}'`, `'${flag}'`);
    safe = safe.replaceAll(`'${value}'`, `'${shortened(shown(value))}'`);
  }
  return safe;
}

/** The parser's message in the form of all others: what, and below it what to do. */
function inOwnForm(text: string, program: Command, args: readonly string[]): string {
  const [what = "", hint] = withShownArguments(text, args)
    .replace(/^error: /u, "")
    .trimEnd()
    .split("\n");
  const command = program.commands.map((one) => one.name()).find((name) => args.includes(name));
  const help = `see leasehold ${command === undefined ? "" : `${command} `}--help`;
  const near = hint === undefined ? undefined : /^\(Did you mean (.+)\?\)$/u.exec(hint)?.[1];
  if (near !== undefined) return `${what}\n  did you mean ${near}? ${help}`;
  return `${what}\n  ${hint ?? help}`;
}
