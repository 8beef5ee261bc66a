/** `leasehold teach`: its flags. The work is in `teach.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { eachAlone, port, wholeNumber } from "../base/options.ts";
import type { TeachFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold teach                                  the menu; it remembers where you were
  leasehold teach fencing                          one lesson, by name or number
  leasehold teach --list                           what there is to learn
  leasehold teach fencing --print                  a lecturer's notes, as Markdown
  leasehold teach two --predict c --answer b       without a dialogue
  leasehold teach --web                            in a browser on this machine, with a playground

Exit codes: 0 the exercise was passed, or there was none, 1 not passed, 2 usage, 3 no answer was given,
4 --web: the port is taken.
`;

function another(given: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), given];
}

export function addTeachCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("teach")
    .description(
      "Learn how leases elect a leader, and what they cannot promise, by running the real protocol.",
    )
    .argument("[lesson]", "a lesson's name or number (default: the menu)")
    .optionsGroup("Answers given beforehand:")
    .option("--predict <letter>", "the prediction, instead of being asked")
    .option("--answer <text>", "an answer to the exercise, instead of being asked; can be repeated", another)
    .optionsGroup("In a browser:")
    .option("--web", "serve the lessons and the playground to a browser on this machine, until Ctrl-C")
    .addOption(
      new Option(
        "--port <number>",
        "with --web, which it implies: the port (default: 4500; 0: any that is free)",
      )
        .argParser(port)
        .implies({ web: true }),
    )
    .optionsGroup("Output:")
    .option("--list", "list the lessons and exit")
    .option("--print", "print the lesson, or all, as Markdown with its runs, answers and solution")
    .option("--forget", "delete the progress made so far")
    .option("--width <columns>", "draw for this many columns", wholeNumber(60, 400))
    .addHelpText("after", EXAMPLES)
    .action(async (lesson: string | undefined, flags: TeachFlags) => {
      const { teach } = await import("./teach.ts");
      finish(await teach(lesson, flags, await terminal()));
    });
  eachAlone(command, {
    web: ["port"],
    port: ["web"],
    list: ["width"],
    print: ["width"],
    forget: ["predict", "answer", "width"],
  });
}
