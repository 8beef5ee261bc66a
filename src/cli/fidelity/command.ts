/** `leasehold fidelity`: its flags. The work is in `fidelity.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { casePath, positiveDuration, seed, wholeNumber } from "../base/options.ts";
import type { FidelityFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold fidelity                              the simulated etcd beside the one on PATH
  leasehold fidelity --commands 1000000           longer
  leasehold fidelity --etcd ./etcd-v3.4.23/etcd   another executable
  leasehold fidelity --seed 7 --path 3:1          one case, as a difference's command names it

Exit codes: 0 no difference, 1 a difference, 2 usage, 4 no etcd, 129, 130, 143 interrupted.
`;

export function addFidelityCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("fidelity")
    .description("Compare the simulated etcd with a real one, command by command.")
    .optionsGroup("What to compare:")
    .option("--commands <n>", "number of commands", wholeNumber(1, 1_000_000_000), 20_000)
    .option("--seed <n>", "seed of the generator (default: different each time, and printed)", seed)
    .addOption(
      new Option("--path <path>", "with --seed: one case, as the command printed for a difference names it")
        .argParser(casePath("--path 3:1", /^\d+(?::\d+)*$/u))
        .conflicts(["commands", "expiry", "servers"]),
    )
    .option("--expiry <n>", "leases whose end is timed on both; 0: none", wholeNumber(0, 400), 60)
    .option("--time-limit <duration>", "start nothing new after this, such as 10m", positiveDuration)
    .optionsGroup("The real etcd:")
    .option("--servers <n>", "throw-away etcds at once", wholeNumber(1, 16), 3)
    .option("--etcd <path>", "the executable to start (default: etcd on PATH)")
    .addOption(
      new Option(
        "--endpoints <url>",
        "an EMPTY etcd to use instead; all it holds later is deleted",
      ).conflicts(["etcd", "servers"]),
    )
    .optionsGroup("Output:")
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: FidelityFlags) => {
      const { fidelity } = await import("./fidelity.ts");
      finish(await fidelity(flags, await terminal()));
    });
}
