/** `leasehold fidelity`: its flags. The work is in `fidelity.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold fidelity                              the simulated etcd beside the one on PATH
  leasehold fidelity --commands 1000000           longer
  leasehold fidelity --etcd ./etcd-v3.4.23/etcd   another executable
  leasehold fidelity --seed 7 --path 3:1          one case, as a difference's command names it

Exit codes: 0 no difference, 1 a difference, 2 usage, 4 no etcd, 130 interrupted.
`;

export function addFidelityCommand(program: Command, finish: Finish): void {
  program
    .command("fidelity")
    .description("Compare the simulated etcd with a real one, command by command.")
    .option("--commands <n>", "how many (default: 20000)")
    .option("--seed <n>", "where the generator begins (default: different each time, and printed)")
    .option("--path <path>", "with --seed: that one case, as a difference's command names it")
    .option("--time-limit <duration>", "begin nothing new after this, such as 10m")
    .option("--servers <n>", "throw-away etcds at once (default: 3)")
    .option("--expiry <n>", "leases whose end is timed on both; 0: none (default: 60)")
    .option("--etcd <path>", "the executable to start (default: etcd on PATH)")
    .option("--endpoints <url>", "an EMPTY etcd to use instead; all it holds later is deleted")
    .option("--json", "the result as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: Record<string, unknown>) => {
      const [{ fidelity }, { processTerminal }] = await Promise.all([
        import("./fidelity.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await fidelity(flags, processTerminal(color)));
    });
}
