/** `leasehold simulate`: its flags. The work is in `simulate.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { duration, eachAlone, positiveDuration, ttl, wholeNumber } from "../base/options.ts";
import { MOST_COORDINATORS } from "../../scenario-file/limits.ts";
import { ownOptions } from "../own/options.ts";
import type { SimulateFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold simulate                        the walk: the active coordinator is killed
  leasehold simulate --ttl 10s --log        the same with a short lease, as Milvus' logs
  leasehold simulate --list                 more scenarios
  leasehold simulate walk --yaml > my.yaml  a file to begin with
  leasehold simulate my.yaml                your own (syntax: docs/scenarios.md)
`;

const DEPLOYMENTS = ["helm", "compose", "milvus"];
const LONGEST_TTL_SECONDS = 6 * 3600;

export function addSimulateCommand(program: Command, { finish, terminal }: CommandHost): void {
  const ofTheWalk = (flags: string, what: string, parse: (text: string) => unknown) =>
    new Option(flags, what).argParser(parse).conflicts(DEPLOYMENTS);
  const deployment = (name: string, file: string, what: string) =>
    new Option(`--${name} <${file}>`, what).conflicts(DEPLOYMENTS.filter((other) => other !== name));
  const command = program
    .command("simulate")
    .description("Run one scenario in virtual time and show what happens.")
    .argument("[scenario]", "a built-in scenario or a file, YAML or JSON", "walk")
    .optionsGroup("Deployments of Milvus, each role's active coordinator killed:")
    .addOption(deployment("helm", "values.yaml", "the coordinators that Helm values deploy"))
    .addOption(deployment("compose", "file", "those that a docker-compose file deploys"))
    .addOption(
      deployment("milvus", "milvus.yaml", "those of a milvus.yaml, two of each role with active-standby on"),
    )
    .optionsGroup("Variations of the walk:")
    .addOption(ofTheWalk("--ttl <duration>", "lease TTL, such as 60s", ttl(LONGEST_TTL_SECONDS)))
    .option("--role <role>", "role (default: rootcoord); with a deployment: that role alone")
    .addOption(
      ofTheWalk(
        "--coordinators <n>",
        "number of coordinators (default: 2)",
        wholeNumber(1, MOST_COORDINATORS),
      ),
    )
    .addOption(ofTheWalk("--kill-at <duration>", "when the active coordinator is killed", duration))
    .addOption(ofTheWalk("--horizon <duration>", "when the run ends", positiveDuration))
    .optionsGroup("Output:")
    .addOption(
      new Option("--node <name>", "print the log of one coordinator")
        .implies({ log: true })
        .conflicts("json"),
    )
    .addOption(
      new Option(
        "--start <instant>",
        "print the logs, starting at this wall-clock time, such as 2022-09-21T11:57:00+08:00",
      )
        .implies({ log: true })
        .conflicts("json"),
    )
    .addOption(
      new Option("--log", "print the coordinators' logs, in Milvus' format").conflicts(["json", "width"]),
    )
    .option("--trace <file>", "write the run as a trace, for leasehold replay")
    .addOption(new Option("--json", "print every observation, one JSON document a line").conflicts("width"))
    .option("--yaml", "print the scenario as a file instead of running it")
    .option("--schema", "print the JSON Schema of scenario files, for editors")
    .option("--list", "list the built-in scenarios and exit")
    .option("--width <columns>", "draw for this many columns", wholeNumber(60, 400))
    .addHelpText("after", EXAMPLES)
    // What stands in `target` where nothing was named is the default.
    .action(async (_target: string, flags: SimulateFlags, { args: [named] }: Command) => {
      const { simulate } = await import("./simulate.ts");
      finish(await simulate(named, flags, await terminal()));
    });
  ownOptions(command, "run");
  eachAlone(command, {
    schema: [],
    list: ["json"],
    yaml: [...DEPLOYMENTS, "role", "ttl", "coordinators", "killAt", "horizon"],
  });
}
