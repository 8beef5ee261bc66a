/** `leasehold diff`: its flags. The work is in `diff.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import type { DiffFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold diff failing.jsonl fixed.jsonl

leasehold replay failing.jsonl --variant shipped --out fixed.jsonl writes the second one.

Exit codes: 0 they tell the same, 1 they differ, 2 a file is wrong.
`;

export function addDiffCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("diff")
    .description("Compare two traces by what happens: the first difference, and what followed from it.")
    .argument("<left>", "a trace, e.g. of the failing run")
    .argument("<right>", "another one, e.g. of the fixed run")
    .option("--json", "print the comparison as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (left: string, right: string, flags: DiffFlags) => {
      const { diff } = await import("./diff.ts");
      finish(await diff(left, right, flags, await terminal()));
    });
}
