/** `leasehold bugs`: its flags. The work is in `bugs.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold bugs                       everything: is every known bug still caught?
  leasehold bugs --milvus              Milvus' bugs alone, each in its kept scenario
  leasehold bugs F01                   one of them, told
  leasehold bugs --mutants --seeds 9   how soon each mutant is found
  leasehold bugs D5 --yaml > d5.yaml   its scenario as a file, for simulate --variant milvus-2.4

Exit codes: 0 every bug is caught, 1 one escapes, 2 usage, 4 environment, 130 interrupted.
`;

export function addBugsCommand(program: Command, finish: Finish): void {
  program
    .command("bugs")
    .description("Try every known bug: is it still caught, how soon, and is the shipped election free of it?")
    .argument("[name...]", "mutants, bugs (F01, D5) or hazards (H10); default: all")
    .option("--mutants", "the mutants of the shipped election")
    .option("--milvus", "the bugs of Milvus, on the election as its releases ran it")
    .option("--hazards", "the hazards of etcd")
    .option("--seeds <n>", "how many times each mutant is hunted (default: 5)")
    .option("--list", "what there is, without trying it")
    .option("--yaml", "with one bug: its scenario as a file instead")
    .option("--trace <file>", "with one bug: record its run, for leasehold replay")
    .option("--json", "the result as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: Record<string, unknown>) => {
      const [{ bugs }, { processTerminal }] = await Promise.all([
        import("./bugs.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await bugs(names, flags, processTerminal(color)));
    });
}
