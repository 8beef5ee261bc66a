/** `leasehold init`: its flags. The work is in `init.ts`, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { choice } from "../base/options.ts";
import { RUNNERS, type InitFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  leasehold init                       lease.test.ts, for vitest
  leasehold init test/worker.test.ts   elsewhere
  leasehold init --runner node         lease.test.mjs, for node --test

Exit codes: 0 written, 2 usage, 4 the file cannot be written.
`;

export function addInitCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("init")
    .description("Write a test to begin with: a lock on etcd, tried under faults in virtual time.")
    .argument("[file]", "where to write it (default: lease.test.ts)")
    .addOption(
      new Option("--runner <name>", "what runs it (default: what package.json names, or else vitest)")
        .choices(RUNNERS)
        .argParser(choice(RUNNERS)),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, flags: InitFlags) => {
      const { init } = await import("./init.ts");
      finish(init(file, flags, await terminal()));
    });
}
