/** `leasehold diff`: its flags. The work is in `diff.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold diff failing.jsonl fixed.jsonl

leasehold replay failing.jsonl --variant shipped --out fixed.jsonl writes the second one.

Exit codes: 0 they tell the same, 1 they differ, 2 a file is wrong.
`;

export function addDiffCommand(program: Command, finish: Finish): void {
  program
    .command("diff")
    .description("Compare two traces by what happens: the first difference, and what followed from it.")
    .argument("<left>", "a trace, e.g. of the failing run")
    .argument("<right>", "another one, e.g. of the fixed run")
    .option("--json", "the comparison as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (left: string, right: string, flags: Record<string, unknown>) => {
      const [{ diff }, { processTerminal }] = await Promise.all([
        import("./diff.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(diff(left, right, flags, processTerminal(color)));
    });
}
