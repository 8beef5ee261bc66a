/** `leasehold run`: its flags. The work is in `run.ts`, loaded when it runs. */
import { Argument, Option, type Command } from "commander";
import { ADMIN_ADDRESS_KEY, HOST } from "../../coordinator/setting-rules.ts";
import { AFTER_LOSS } from "../../coordinator/settings.ts";
import { LOG_FORMATS, LOG_LEVEL } from "../../milvus/keys.ts";
import { MILVUS_ROLE_NAMES, type MilvusRoleName } from "../../milvus/roles.ts";
import type { CommandHost } from "../base/host.ts";
import { asKey, choice, fileSize, inSeconds, port, ttlOrSeconds } from "../base/options.ts";
import { addEtcdFlags } from "../who/flags.ts";
import type { RunFlags } from "./flags.ts";

const EXAMPLES = `
Examples (two terminals, one machine):
  leasehold run rootcoord --active-standby
  leasehold run rootcoord --active-standby --port 53101
  curl localhost:53100/collections -H 'content-type: application/json' -d '{"name":"films"}'
  leasehold run rootcoord --config milvus.yaml --print-config

Milvus' environment variables count too (ETCD_ENDPOINTS, ROOT_COORD_ENABLE_ACTIVE_STANDBY, COMMON_SESSION_TTL, ...);
flags win over them, and they win over the file. See docs/production.md.
`;

export function addRunCommand(program: Command, { finish, terminal }: CommandHost): void {
  const command = program
    .command("run")
    .description("Run a coordinator on a real etcd: the election that the other commands check.")
    .addArgument(
      new Argument("<role>", "Milvus' role").choices(MILVUS_ROLE_NAMES).argParser(choice(MILVUS_ROLE_NAMES)),
    )
    .optionsGroup("Settings:")
    .option("--config <file>", "a milvus.yaml")
    .option("--print-config", "print every setting and where it was set, and exit");
  addEtcdFlags(command)
    .optionsGroup("Election:")
    .option("--active-standby", "wait as standby while another is active (off by default, as in Milvus)")
    .option("--no-active-standby", "give up when the role stays taken")
    .addOption(
      new Option("--after-loss <what>", "what to do after losing the lease (default: exit)").choices(
        AFTER_LOSS,
      ),
    )
    .option("--ttl <duration>", "lease TTL, such as 60s: how late a crash is noticed", ttlOrSeconds)
    .option(
      "--activation-limit <duration>",
      "whoever has won serves within this or gives the role back (default: three TTLs)",
      inSeconds,
    )
    .option(
      "--self-check <duration>",
      "try to write while active; after so long without success give the role up (default: off)",
      inSeconds,
    )
    .optionsGroup("HTTP API:")
    .option("--host <address>", "address that others are told (default: 127.0.0.1)", asKey(HOST))
    .option(
      "--listen <address>",
      "address to listen on (default: the host); other machines' only with LEASEHOLD_TOKEN or --no-catalogue",
      asKey(HOST),
    )
    .option("--port <port>", "port to listen on; 0: any free one (default: Milvus' port of the role)", port)
    .option(
      "--admin-address <host:port>",
      "where health and metrics are, apart from the catalogue (default: beside it)",
      asKey(ADMIN_ADDRESS_KEY),
    )
    .option("--catalogue", "serve the catalogue over HTTP (the default)")
    .option("--no-catalogue", "serve health and metrics alone")
    .optionsGroup("Output:")
    .addOption(
      new Option("--log-format <format>", "text as Milvus writes it, or JSON (default: text)").choices(
        LOG_FORMATS,
      ),
    )
    .option("--log-level <level>", "debug, info, warn or error (default: debug)", asKey(LOG_LEVEL))
    .option("--record <file>", "write the coordinator's own trace, for leasehold replay --machine")
    .option(
      "--record-limit <size>",
      "go on in a new file at this size; the four before are kept as <file>.1 to .4 (default: 64MB)",
      fileSize,
    )
    .addHelpText("after", EXAMPLES)
    .action(async (role: MilvusRoleName, flags: RunFlags) => {
      const { run } = await import("./run.ts");
      finish(await run(role, flags, await terminal()));
    });
}
