/** `leasehold validate`: its flags. The work is in `validate.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import { EXPORT_FORMATS } from "../../export/formats.ts";
import type { CommandHost } from "../base/host.ts";
import { choice, duration, wholeNumber } from "../base/options.ts";
import type { ValidateFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold validate milvus-0.log milvus-1.log.gz    which promise did these logs break?
  docker compose logs --no-color | leasehold validate -
  etcdctl watch --prefix by-dev/meta -w json > watch.json; leasehold validate watch.json *.log
  leasehold validate a.jsonl b.jsonl                 recordings of one takeover (leasehold run --record)
  leasehold validate *.log --as-scenario case.yaml   run it again: leasehold simulate case.yaml
  leasehold validate *.log --clocks-within 100ms     the machines' clocks agree so far

Exit codes: 0 every promise that could be judged held, 1 one was violated, 2 a file or a flag is wrong,
3 none could be judged, or there is no election in it, 4 what is to be written cannot be.
`;

export function addValidateCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("validate")
    .description(
      "Judge logs, recordings and etcd's own words by the promises: what certainly broke, and what cannot be told.",
    )
    .argument("<file...>", "logs, recordings, output of etcdctl -w json, also gzipped; - is standard input")
    .optionsGroup("What to believe:")
    .option(
      "--clocks-within <duration>",
      "any two clocks of the logs agree within this (default: no clock is believed)",
      duration,
    )
    .option(
      "--ended <file=instant>",
      "the process that wrote this log or recording had ended by then, as its supervisor says; repeat for more",
      (one: string, all: readonly string[] | undefined) => [...(all ?? []), one],
    )
    .option(
      "--mapping <file>",
      "read lines of another election by these rules, YAML (docs/validating-logs.md); repeat for more",
      (file: string, all: readonly string[] | undefined) => [...(all ?? []), file],
    )
    .optionsGroup("Run it again:")
    .option(
      "--as-scenario <file>",
      "write the scenario nearest to what was logged, for leasehold simulate (docs/validating-logs.md)",
    )
    .option("--save-test <file>", "keep the case as a vitest file, made from that scenario")
    .optionsGroup("Output:")
    .option("--json", "print the result as one JSON document")
    .addOption(
      new Option("--lanes", "draw what was logged in lanes, as leasehold simulate does").conflicts([
        "json",
        "export",
      ]),
    )
    .addOption(
      new Option("--width <columns>", "draw for this many columns")
        .argParser(wholeNumber(60, 400))
        .implies({ lanes: true }),
    )
    .addOption(
      new Option("--export <format>", "write what was logged in another format (docs/exports.md)")
        .choices(EXPORT_FORMATS)
        .argParser(choice(EXPORT_FORMATS))
        .conflicts(["json"]),
    )
    .option("--out <file>", "write the export there (default: stdout, a page to validated.html)")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: ValidateFlags) => {
      const { validateFiles } = await import("./validate.ts");
      finish(await validateFiles(files, flags, await terminal()));
    });
}
