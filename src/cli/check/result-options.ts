/** How the result of a check is told, by whatever command it is told. */
import { Option, type Command } from "commander";
import { choice } from "../base/options.ts";
import { REPORTERS } from "./report/names.ts";

export function resultOptions(command: Command): Command {
  return command
    .option("--out <folder>", "folder for the traces of failures", ".leasehold/failures")
    .option("--no-out", "write no traces")
    .option("--witnesses", "count each witness")
    .addOption(
      new Option("--reporter <name>", "in which form the result is told (default: text)")
        .choices(REPORTERS)
        .argParser(choice(REPORTERS)),
    )
    .option("--json", "print the result as one JSON document: --reporter json");
}
