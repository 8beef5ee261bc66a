/** `leasehold fidelity`: its flags. The work is in `fidelity.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

export function addFidelityCommand(program: Command, finish: Finish): void {
  program
    .command("fidelity")
    .description("Hold the simulated etcd to a real one: random commands, every answer compared.")
    .option("--commands <n>", "how many (default: 20000)")
    .option("--seed <n>", "which ones; the same seed gives the same commands")
    .option(
      "--etcd <address>",
      "a new, empty etcd (default: starts the one on PATH, and removes it afterwards)",
    )
    .action(async (flags: Record<string, unknown>) => {
      const [{ fidelity }, { processTerminal }] = await Promise.all([
        import("./fidelity.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await fidelity(flags, processTerminal(color)));
    });
}
