/** `leasehold run`: its flags. The work is in `run.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "../base/exit-codes.ts";

const EXAMPLES = `
Examples (two terminals, one machine):
  leasehold run rootcoord --active-standby
  leasehold run rootcoord --active-standby --port 53101
  curl -X POST localhost:53100/collections -d '{"name":"films"}'
  leasehold run rootcoord --config milvus.yaml --print-config

Milvus' environment variables count too (ETCD_ENDPOINTS, ROOT_COORD_ENABLE_ACTIVE_STANDBY, COMMON_SESSION_TTL, ...);
flags win over them, and they win over the file. See docs/production.md.
`;

export function addRunCommand(program: Command, finish: Finish): void {
  program
    .command("run")
    .description("Run a coordinator on a real etcd: the election that the other commands check.")
    .argument("<role>", "rootcoord, querycoord, datacoord, indexcoord or mixcoord")
    .option("--config <file>", "a milvus.yaml")
    .option("--print-config", "print every setting and where it was said, and stop")
    .option("--etcd <addresses>", "members of etcd, separated by commas (default: localhost:2379)")
    .option("--etcd-ca <file>", "PEM of the authority that signed the members' certificates; asks for TLS")
    .option("--etcd-cert <file>", "PEM of the own certificate, for mutual TLS")
    .option("--etcd-key <file>", "PEM of its key")
    .option("--etcd-user <name>", "user name; the password comes from ETCD_AUTH_PASSWORD")
    .option("--root-path <path>", "etcd.rootPath (default: by-dev)")
    .option("--meta-sub-path <path>", "etcd.metaSubPath (default: meta)")
    .option("--active-standby", "wait as standby while another is active (off by default, as in Milvus)")
    .option("--no-active-standby", "give up when the role stays taken")
    .option("--after-loss <what>", "after losing the lease: exit, or stand-by (default: exit)")
    .option("--ttl <duration>", "the lease's TTL, such as 60s: how late a crash is noticed")
    .option("--host <address>", "loopback address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on; 0: any free one (default: Milvus' port of the role)")
    .option("--log-format <format>", "text as Milvus writes it, or json")
    .option("--log-level <level>", "debug, info, warn or error (default: debug)")
    .option("--record <file>", "write the coordinator's own trace, for leasehold replay --machine")
    .addHelpText("after", EXAMPLES)
    .action(async (role: string, flags: Record<string, unknown>) => {
      const [{ run }, { processTerminal }] = await Promise.all([
        import("./run.ts"),
        import("../base/terminal.ts"),
      ]);
      const { color } = program.opts<{ color?: boolean }>();
      finish(await run(role, flags, processTerminal(color)));
    });
}
