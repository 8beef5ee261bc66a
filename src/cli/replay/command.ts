/** `leasehold replay`: its flags. The work is in `replay.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples:
  leasehold replay failure.jsonl                      does it still happen, and what happened
  leasehold replay failure.jsonl --variant shipped    and under another protocol?
  leasehold replay failure.jsonl --step               step through it, forward and back
  leasehold replay failure.jsonl --print --from 60s --node rootcoord-a
  leasehold replay failure.jsonl --at 61.2s           how everyone stands at an instant
  leasehold replay failure.jsonl --export html        a page to look at and to send around
  leasehold replay failure.jsonl --save-test lost-role.test.ts

Exit codes: 0 it holds (now), 1 violated or diverged, 2 the file or a flag is wrong.
`;

export function addReplayCommand(program: Command, finish: Finish): void {
  program
    .command("replay")
    .description("Run a recorded trace again, and tell whether the same still happens.")
    .argument("<trace>", "a trace file, as leasehold check and simulate --trace write it")
    .option("--variant <name>", "run it on another variant than the recorded one")
    .option(
      "--machine [coordinator]",
      "one coordinator's lines (default: each) against the bare election chart",
    )
    .option("--print", "the recorded events in words")
    .option("--from <instant>", "with --print: from this instant, such as 60s")
    .option("--to <instant>", "with --print: up to this instant")
    .option("--node <name>", "with --print: one coordinator, or etcd")
    .option("--at <instant>", "how everyone stands at this instant")
    .option("--step", "step through it in the terminal, forward and back (docs/stepping.md)")
    .option("--json", "the result, the state at an instant or the printed events as JSON")
    .option("--save-test <file>", "write a vitest file that keeps the case")
    .option("--export <format>", "mermaid, itf, shiviz, perfetto or html (docs/exports.md)")
    .option("--all", "with --export mermaid: every message")
    .option("--out <file>", "write the run as it is now as a new trace, or the export")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: Record<string, unknown>) => {
      const [{ replay }, { processTerminal }] = await Promise.all([
        import("./replay.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await replay(file, flags, processTerminal(color)));
    });
}
