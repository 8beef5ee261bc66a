/** `leasehold merge`: its flags. The work is in `merge.ts`, loaded when it runs. */
import type { Command } from "commander";
import { resultOptions } from "../check/result-options.ts";
import type { CommandHost } from "../base/host.ts";
import { ownOptions } from "../own/options.ts";
import type { MergeFlags } from "./flags.ts";

const HELP = `
Prints what one run over all the schedules would have printed. Refused are shards that overlap, leave a gap, are of another seed, bound or
version, or whose file was cut: nothing is left out in silence.

Examples:
  leasehold check --seed 7 --shard 1/2 > 1.json; leasehold check --seed 7 --shard 2/2 > 2.json
  leasehold merge 1.json 2.json                  table, statistics and failures of the whole

Exit codes: those of the whole: 0 all hold, 1 violated, 2 usage, 3 no verdict, 4 environment.
`;

export function addMergeCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = resultOptions(
    program
      .command("merge")
      .description("Put together what check --shard or explore --shard found on many machines.")
      .argument("<files...>", "the results of all shards, in any order")
      .optionsGroup("Output:")
      .option("--corpus <folder>", "traces to run again first (default: corpus, if it exists)")
      .option("--no-corpus", "run no kept traces"),
  )
    .addHelpText("after", HELP)
    .action(async (files: string[], flags: MergeFlags) => {
      const { merge } = await import("./merge.ts");
      finish(await merge(files, flags, await terminal()));
    });
  ownOptions(command, "the shards checked");
}
