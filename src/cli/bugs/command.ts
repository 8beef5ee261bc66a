/** `leasehold bugs`: its flags. The work is in `bugs.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { eachAlone, wholeNumber } from "../base/options.ts";
import type { BugsFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold bugs                       everything: is every known bug still caught?
  leasehold bugs --milvus              Milvus' bugs alone, each in its kept scenario
  leasehold bugs F01                   one of them, told
  leasehold bugs --mutants --seeds 9   how soon each mutant is found
  leasehold bugs D5 --yaml > d5.yaml   its scenario as a file, for simulate --variant milvus-2.4

Exit codes: 0 every bug is caught, 1 one escapes, 2 usage, 4 environment, 129, 130, 143 interrupted.
`;

export function addBugsCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("bugs")
    .description("Try every known bug: is it still caught, how soon, and is the shipped election free of it?")
    .argument("[name...]", "mutants, bugs (F01, D5) or hazards (H10); default: all")
    .optionsGroup("What to try:")
    .option("--mutants", "mutants of the shipped election")
    .option("--milvus", "bugs of Milvus, on the election as its releases ran it")
    .option("--hazards", "hazards of etcd")
    .option("--seeds <n>", "number of hunts for each mutant (default: 5)", wholeNumber(1, 1000))
    .optionsGroup("Output:")
    .option("--list", "list what there is and exit")
    .option("--yaml", "with one bug: print its scenario as a file and exit")
    .option("--trace <file>", "with one bug: record its run, for leasehold replay")
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: BugsFlags) => {
      const { bugs } = await import("./bugs.ts");
      finish(await bugs(names, flags, await terminal()));
    });
  const kinds = ["mutants", "milvus", "hazards"];
  eachAlone(command, { list: ["json", ...kinds], yaml: kinds });
}
