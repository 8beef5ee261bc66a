/** `leasehold replay`: its flags. The work is in `replay.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import { EXPORT_FORMATS } from "../../export/formats.ts";
import type { CommandHost } from "../base/host.ts";
import { choice, duration } from "../base/options.ts";
import { ownOptions, programOption } from "../own/options.ts";
import type { ReplayFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold replay failure.jsonl                      does it still happen, and what happened
  leasehold replay failure.jsonl --variant shipped    and under another protocol?
  leasehold replay failure.jsonl --step               step through it, forward and back
  leasehold replay failure.jsonl --print --from 60s --node rootcoord-a
  leasehold replay failure.jsonl --at 61.2s           how everyone stands at an instant
  leasehold replay failure.jsonl --export html        a page to look at and to send around
  leasehold replay failure.jsonl --save-test lost-role.test.ts

Exit codes: 0 it holds (now), 1 violated or diverged, 2 the file or a flag is wrong.
`;

/** What can be asked for instead of the whole replay, one at a time. */
const FORMS = ["print", "machine", "at", "step", "saveTest", "export"];
const without = (...names: readonly string[]) => FORMS.filter((form) => !names.includes(form));

export function addReplayCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("replay")
    .description("Run a recorded trace again, and tell whether the same still happens.")
    .argument(
      "<trace>",
      "a trace, as leasehold check and simulate --trace write it, gzipped or not; - for standard input",
    )
    .optionsGroup("What to run:")
    .addOption(
      new Option("--out <file>", "write the run as it is now as a new trace, or the export").conflicts(
        without("export"),
      ),
    )
    .option("--json", "print the result, the state at an instant or the events as JSON")
    .optionsGroup("Instead, one of:")
    .addOption(
      new Option(
        "--machine [coordinator]",
        "run one coordinator's lines (default: each) on the bare election chart",
      ).conflicts(without("machine")),
    )
    .addOption(new Option("--print", "print the events in words").conflicts(without("print")))
    .addOption(
      new Option("--at <instant>", "print everyone's state at this instant")
        .argParser(duration)
        .conflicts(without("at")),
    )
    .addOption(
      new Option("--step", "step through it in the terminal, forward and back (docs/stepping.md)").conflicts([
        ...without("step"),
        "json",
      ]),
    )
    .addOption(
      new Option("--save-test <file>", "write a vitest file that keeps the case").conflicts([
        ...without("saveTest"),
        "json",
      ]),
    )
    .addOption(
      new Option("--export <format>", "write it in another format (docs/exports.md)")
        .choices(EXPORT_FORMATS)
        .argParser(choice(EXPORT_FORMATS))
        .conflicts([...without("export"), "json"]),
    )
    .optionsGroup("With --print, which they imply:")
    .addOption(
      new Option("--from <instant>", "from this instant, such as 60s")
        .argParser(duration)
        .implies({ print: true }),
    )
    .addOption(
      new Option("--to <instant>", "up to this instant").argParser(duration).implies({ print: true }),
    )
    .addOption(new Option("--node <name>", "one coordinator, or etcd").implies({ print: true }))
    .optionsGroup("With --export mermaid, which it implies:")
    .addOption(new Option("--all", "every message").implies({ export: "mermaid" }))
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: ReplayFlags) => {
      const { replay } = await import("./replay.ts");
      finish(await replay(file, flags, await terminal()));
    });
  ownOptions(command, "run it on");
  programOption(command);
}
