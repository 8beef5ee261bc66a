/** `leasehold check`: its flags. The work is in `check.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold check                                all properties, generated faults
  leasehold check single-active fencing          two of them
  leasehold check --runs 100000 --jobs 2         longer
  leasehold check --variant no-fencing           a broken protocol: watch it fail
  leasehold check --list                         what is promised, under which assumptions

Exit codes: 0 all hold, 1 violated, 2 usage, 3 no verdict, 4 environment, 130 interrupted.
`;

export function addCheckCommand(program: Command, finish: Finish): void {
  program
    .command("check")
    .description("Run the shipped election under generated faults, and judge every property.")
    .argument("[property...]", "the properties to judge (default: all)")
    .option("--runs <n>", "how many schedules (default: 6000)")
    .option("--seed <n>", "where the generator begins (default: different each time, and printed)")
    .option("--time-limit <duration>", "begin nothing new after this, such as 30s")
    .option("--jobs <n>", "worker threads (default: the number of cores, at most 4)")
    .option("--variant <name>", "check a broken variant of the protocol instead of the shipped one")
    .option("--ttl <duration>", "the lease TTL of every schedule (default: 60s, sometimes 10s)")
    .option("--coordinators <n>", "coordinators in every schedule (default: 2 or 3)")
    .option("--no-faults", "calm schedules only")
    .option("--bail", "stop at the first failure")
    .option("--path <path>", "with --seed and one property: that one case, as a failure's command names it")
    .option("--out <folder>", "where failures are written", ".leasehold/failures")
    .option("--corpus <folder>", "kept traces to run again first (default: corpus, if there is one)")
    .option("--no-corpus", "no kept traces")
    .option("--witnesses", "count each witness")
    .option("--json", "the result as one JSON document")
    .option("--list", "the properties")
    .option("--list-variants", "the variants")
    .addHelpText("after", EXAMPLES)
    .action(async (properties: string[], flags: Record<string, unknown>) => {
      const [{ check }, { processTerminal }] = await Promise.all([
        import("./check.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await check(properties, flags, processTerminal(color)));
    });
}
