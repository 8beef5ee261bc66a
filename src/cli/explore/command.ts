/** `leasehold explore`: its flags. The work is in `explore.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import { MOST_EXPLORED } from "../../search/space.ts";
import type { CommandHost } from "../base/host.ts";
import { faultKinds, variantOption } from "../own/options.ts";
import { eachAlone, fileSize, somePath, positiveDuration, ttl, wholeNumber } from "../base/options.ts";
import { shard } from "../base/shard.ts";
import type { ExploreFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold explore                              one fault of most kinds, in turn
  leasehold explore --faults crash --coordinators 3
  leasehold explore --faults crash,loss --budget 2   any two of them
  leasehold explore --faults pause --variant claim-never-ends   see it fail
  leasehold explore --variant ./mine.ts          every state of a variant of your own
  leasehold explore --faults outage --checkpoint there   go on later: --resume there
  leasehold explore --list                       what may go wrong

Exit codes: 0 closed, 1 violated, 2 usage, 3 open or nothing told, 4 environment, 129, 130, 143 interrupted.
`;

export function addExploreCommand(program: Command, { finish, terminal }: CommandHost): void {
  const { budget, coordinators } = MOST_EXPLORED;
  const command = program
    .command("explore")
    .description("Visit every state that the shipped election can reach within stated bounds.")
    .argument("[property...]", "the promises to judge (default: all that show in a state)")
    .optionsGroup("The space:")
    .option("--coordinators <n>", "how many take part (default: 2)", wholeNumber(1, coordinators))
    .option(
      "--faults <list>",
      "what may go wrong, such as crash,loss; none: nothing (default: most kinds, each in turn)",
      (text) => faultKinds(text).join(","),
    )
    .option("--budget <n>", "how often anything of it may, in all (default: 1)", wholeNumber(1, budget))
    .option("--ttl <duration>", "lease TTL (default: 60s)", ttl())
    .option(
      "--grid <duration>",
      "one way of a message, and the steps between events in which faults strike (default: a thirtieth of the TTL, at most 2s)",
      positiveDuration,
    )
    .option("--writes", "the active coordinator writes metadata")
    .addOption(variantOption("explore"))
    .optionsGroup("How far:")
    .option(
      "--max-states <n>",
      "stop at about so many states (default: 2000000)",
      wholeNumber(1, 1_000_000_000),
    )
    .option(
      "--max-memory <size>",
      "stop before the process takes more (default: 3GB, at most half of the machine's)",
      fileSize,
    )
    .option(
      "--jobs <n>",
      "worker threads, a space each, 64 at most (default: number of cores, up to 4)",
      wholeNumber(1, 64),
    )
    .option("--shard <part>", "some of the spaces, such as 1/4, as JSON for leasehold merge", shard)
    .option("--checkpoint <folder>", "keep there what was visited, now and then and at a stop", somePath)
    .addOption(
      new Option("--resume <folder>", "go on from what --checkpoint kept there, and keep it there")
        .argParser(somePath)
        .conflicts(["checkpoint"]),
    )
    .optionsGroup("Output:")
    .option("--out <folder>", "folder for the trace of a violation", somePath, ".leasehold/failures")
    .option("--no-out", "write no trace")
    .option(
      "--check <n>",
      "say how many of the ways in which two stand together so many schedules of check come through",
      wholeNumber(1, 100_000),
    )
    .option("--chart", "print every state of the chart with its events, and which never came")
    .option("--chart-html <file>", "draw that chart into a page of its own", somePath)
    .option("--json", "print the result as one JSON document")
    .option("--list", "list what may go wrong and exit")
    .addHelpText("after", EXAMPLES)
    .action(async (properties: string[], flags: ExploreFlags) => {
      const { explore } = await import("./explore.ts");
      finish(await explore(properties, flags, await terminal()));
    });
  const bounds = "coordinators faults budget ttl grid variant writes maxStates maxMemory jobs json".split(
    " ",
  );
  eachAlone(command, { list: ["json"], shard: bounds });
}
