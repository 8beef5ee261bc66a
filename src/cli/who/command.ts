/** `leasehold who` and `leasehold handover`: their flags. The work is in files beside this one, loaded when it runs. */
import { Option, type Command } from "commander";
import type { CommandHost } from "../base/host.ts";
import { positiveDuration } from "../base/options.ts";
import { addEtcdFlags, type HandoverFlags, type WhoFlags } from "./flags.ts";

const WHO_EXAMPLES = `
Examples:
  leasehold who
  leasehold who rootcoord --watch
  leasehold who rootcoord --json --etcd etcd-0:2379,etcd-1:2379

Exit code 0: each role that was asked for has a leader; 3: one has none.
`;

const HANDOVER_EXAMPLES = `
Examples:
  leasehold handover rootcoord
  leasehold handover rootcoord --timeout 60s --etcd etcd-0:2379

The active coordinator stops serving first, then gives the role back; a standby takes it at once. It comes back as a standby.
Exit code 0: another leads now; 3: nobody could be asked; 4: it was asked and the role did not change hands in time.
`;

export function addWhoCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("who")
    .description("Say who leads each role in a real etcd, under which token, and who stands by.")
    .argument("[roles...]", "roles; every one that is found, if none is given")
    .option("--watch", "go on, and tell each change as it comes")
    .option("--json", "one JSON document; with --watch, a line for each change")
    .option("--config <file>", "a milvus.yaml");
  addEtcdFlags(command)
    .addHelpText("after", WHO_EXAMPLES)
    .action(async (roles: readonly string[], flags: WhoFlags) => {
      const { who } = await import("./who.ts");
      finish(await who(roles, flags, await terminal()));
    });
}

export function addHandoverCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("handover")
    .description("Ask the active coordinator of a role to hand over to a standby, without an outage.")
    .argument("<role>", "the role")
    .addOption(
      new Option("--timeout <duration>", "how long the role may take to change hands")
        .argParser(positiveDuration)
        .default(30_000, "30s"),
    )
    .option("--force", "ask also where nobody stands by: nobody serves until it comes back itself")
    .option("--json", "one JSON document")
    .option("--config <file>", "a milvus.yaml");
  addEtcdFlags(command)
    .addHelpText("after", HANDOVER_EXAMPLES)
    .action(async (role: string, flags: HandoverFlags) => {
      const { handover } = await import("./handover.ts");
      finish(await handover(role, flags, await terminal()));
    });
}
