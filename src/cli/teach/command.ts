/** `leasehold teach`: its flags. The work is in `teach.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

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

function more(given: string, before: readonly string[]): string[] {
  return [...before, given];
}

export function addTeachCommand(program: Command, finish: Finish): void {
  program
    .command("teach")
    .description(
      "Learn how leases elect a leader, and what they cannot promise, by running the real protocol.",
    )
    .argument("[lesson]", "a lesson's name or number (default: the menu)")
    .option("--list", "the lessons")
    .option("--print", "the lesson, or all, as Markdown with its runs, answers and solution")
    .option("--predict <letter>", "the prediction, instead of being asked")
    .option(
      "--answer <text>",
      "an answer to the exercise, instead of being asked; again for another",
      more,
      [],
    )
    .option("--forget", "forget what was done so far")
    .option("--width <columns>", "draw for this many columns")
    .option("--web", "serve the lessons and the playground to a browser on this machine, until Ctrl-C")
    .option("--port <number>", "with --web: the port (default: 4500; 0: any that is free)")
    .addHelpText("after", EXAMPLES)
    .action(async (lesson: string | undefined, flags: Record<string, unknown>) => {
      const [{ teach }, { processTerminal }] = await Promise.all([
        import("./teach.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await teach(lesson, flags, processTerminal(color)));
    });
}
