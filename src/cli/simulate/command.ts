/** `leasehold simulate`: its flags. The work is in `simulate.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold simulate                        the walk: the active coordinator is killed
  leasehold simulate --ttl 10s --log        the same with a short lease, as Milvus' logs
  leasehold simulate --list                 more scenarios
  leasehold simulate walk --yaml > my.yaml  a file to begin with
  leasehold simulate my.yaml                your own (syntax: docs/scenarios.md)
`;

export function addSimulateCommand(program: Command, finish: Finish): void {
  program
    .command("simulate")
    .description("Run one scenario in virtual time and show what happens.")
    .argument("[scenario]", "a built-in scenario or a file, YAML or JSON", "walk")
    .option("--list", "the built-in scenarios, and what to look at")
    .option("--helm <values.yaml>", "the coordinators that Helm values deploy, each role's active one killed")
    .option("--compose <file>", "those of a docker-compose file")
    .option("--milvus <milvus.yaml>", "those of a milvus.yaml, two where active-standby is on")
    .option("--ttl <duration>", "the walk's lease TTL, such as 60s")
    .option("--role <role>", "the walk's role (default: rootcoord), or one of a deployment's")
    .option("--coordinators <n>", "the walk's number of coordinators (default: 2)")
    .option("--kill-at <duration>", "when the walk's active coordinator is killed")
    .option("--horizon <duration>", "when the walk ends")
    .option("--variant <name>", "run a broken variant of the protocol instead of the shipped one")
    .option("--log", "the coordinators' logs, in Milvus' format")
    .option("--node <name>", "the log of one coordinator alone")
    .option("--start <instant>", "the logs' beginning, such as 2022-09-21T11:57:00+08:00")
    .option("--trace <file>", "write the run as a trace, for leasehold replay")
    .option("--json", "every observation, one JSON document a line")
    .option("--yaml", "print the scenario as a file instead of running it")
    .option("--schema", "print the JSON Schema of scenario files, for editors")
    .option("--width <columns>", "draw for this many columns")
    .addHelpText("after", EXAMPLES)
    .action(async (target: string, flags: Record<string, unknown>) => {
      const [{ simulate }, { processTerminal }] = await Promise.all([
        import("./simulate.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      // commander's `--no-color` beside `--color` leaves undefined when neither was given.
      finish(await simulate(target, flags, processTerminal(color)));
    });
}
