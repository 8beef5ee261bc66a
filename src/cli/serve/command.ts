/** `leasehold serve` and `leasehold ctl`: their flags. The work is in files beside this one, loaded when it runs. */
import { isIP } from "node:net";
import { Argument, Option, type Command } from "commander";
import { isVersion, type EtcdVersion } from "../../../models/etcd.ts";
import type { CommandHost } from "../base/host.ts";
import { LIMITS } from "../../scenario-file/limits.ts";
import { port, refuse, wholeNumber } from "../base/options.ts";
import type { CtlFlags, ServeFlags } from "./flags.ts";

const SERVE_EXAMPLES = `
Examples:
  leasehold serve                                  on 2379, as a real etcd; its control on 2378
  leasehold serve --port 0 --exit-on-stdin-close   for a test suite: the first line is where clients go
  leasehold serve --time manual                    leases run out when you say so: leasehold ctl advance 10s
  leasehold serve --members 3                      three members, each with a port: leasehold ctl strand
  leasehold serve --web                            a page that shows live what clients do
  leasehold serve --record run.jsonl               and afterwards: leasehold replay run.jsonl --step

Clients in any language: etcdctl, Go's clientv3 and concurrency, jetcd, Python, npm's etcd3. See docs/serving.md.
`;

const CTL_EXAMPLES = `
Examples:
  leasehold ctl state
  leasehold ctl advance 10s
  leasehold ctl expire 694d81a2b3c4d5e6
  leasehold ctl change-leader
  leasehold ctl lose answer txn
  leasehold ctl delay answer 2s count=0 client=go-1
  leasehold ctl dump > before.json; leasehold ctl load < before.json

Exit codes: 0 done, 2 it cannot be done, 4 nothing answers there.
`;

export function addServeCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("serve")
    .description(
      "Serve the simulated etcd over gRPC, to test clients on: in any language, in a time that you hold.",
    )
    .addOption(new Option("--host <address>", "for clients").argParser(address).default("127.0.0.1"))
    .option("--exposed", "with --host: others than this machine may reach it, and read and change everything")
    .addOption(new Option("--port <port>", "for clients; 0: any free one").argParser(port).default(2379))
    .addOption(
      new Option("--control-port <port>", "for leasehold ctl; 0: any free one").argParser(port).default(2378),
    )
    .addOption(
      new Option("--time <time>", "real, manual, or so many times as fast: x60")
        .argParser(readTime)
        .default(1, "real"),
    )
    .addOption(
      new Option("--etcd-version <version>", "whose rules it follows: 3.4, 3.5.12 and so on")
        .argParser(readVersion)
        .default("3.4.23"),
    )
    .addOption(
      new Option("--members <n>", "of the cluster, an endpoint for each, on ports one after another")
        .argParser(wholeNumber(1, LIMITS.members.most))
        .default(1),
    )
    .option("--record <file>", "write what clients do as a trace, for leasehold replay")
    .option("--web", "show live what clients do, on a page beside the control")
    .addOption(
      new Option("--quota-bytes <n>", "more than so much stored raises the alarm; 0: never")
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER))
        .default(0),
    )
    .option("--exit-on-stdin-close", "end when standard input does, with whoever started it")
    .addHelpText("after", SERVE_EXAMPLES)
    .action(async (flags: ServeFlags) => {
      const { serveUntilAsked } = await import("./serve.ts");
      finish(await serveUntilAsked(flags, await terminal()));
    });
}

export function addCtlCommand(program: Command, { finish, terminal }: CommandHost): void {
  program
    .command("ctl")
    .description("Hold the time and the fate of a served etcd.")
    .addArgument(new Argument("[action]", "what to do; none: a list"))
    .argument("[values...]", "what it needs, in its order")
    .addOption(new Option("--control <host:port>", "where the control is").default("127.0.0.1:2378"))
    .addHelpText("after", CTL_EXAMPLES)
    .action(async (action: string | undefined, values: readonly string[], flags: CtlFlags) => {
      const { ctl } = await import("./ctl.ts");
      finish(await ctl(action, values, flags, await terminal()));
    });
}

function address(text: string): string {
  return isIP(text) === 0 ? refuse("It is no address.", "write one such as 127.0.0.1 or 0.0.0.0") : text;
}

function readTime(text: string): number | "manual" {
  if (text === "manual") return text;
  if (text === "real") return 1;
  const factor = Number(/^x(\d+(?:\.\d+)?)$/u.exec(text)?.[1]);
  return factor > 0 && factor <= 1000
    ? factor
    : refuse("It is no time.", "write real, manual, or x60 (up to x1000)");
}

function readVersion(text: string): EtcdVersion {
  return isVersion(text)
    ? text
    : refuse(
        "It is no release that is simulated.",
        "write 3.4, 3.5, 3.6 or a release of them, such as 3.5.12",
      );
}
