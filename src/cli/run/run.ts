/** `leasehold run`: settings together, signals in, an exit code out. The coordinator itself is in `src/coordinator`. */
import { readSettings } from "../../coordinator/read-settings.ts";
import { ROLES, type Role, type Settings } from "../../coordinator/settings.ts";
import { environmentSource, yamlSource, type Source } from "../../coordinator/sources.ts";
import { StartError } from "../../coordinator/start-error.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { oneOf, type Flags } from "../base/flags.ts";
import { tryFile } from "../base/output-file.ts";
import { readText } from "../base/text-input.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";

export async function run(role: string, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const names = Object.keys(ROLES);
  oneOf(role, names, "role");
  try {
    const settings = readSettings(role as Role, flags, environmentSource(process.env), fileSource(flags));
    if (flags["printConfig"] === true) {
      terminal.out(renderSettings(settings));
      return EXIT.holds;
    }
    return await serve(settings, flags, terminal);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { kind, remedy, what, where } = error;
    throw new UserError({
      what,
      remedy,
      exitCode: kind === "setting" ? EXIT.usage : EXIT.environment,
      ...(where === undefined ? {} : { where }),
    });
  }
}

async function serve(settings: Settings, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const record = flags["record"];
  if (record !== undefined) tryFile(String(record), "--record");
  const { runCoordinator } = await import("../../coordinator/run.ts");
  // For developers, not for operators: gRPC's use of TLS with a bare address warns of itself (DEP0123).
  process.noDeprecation = true;
  const leave = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Asked twice: at once. The lease then runs out by itself.
    if (leave.signal.aborted) process.exit(signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated);
    leave.abort();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  try {
    const ending = await runCoordinator(settings, {
      out: terminal.out,
      leave: leave.signal,
      ...(record === undefined ? {} : { record: String(record) }),
    });
    if (ending === "stopped") return EXIT.holds;
    terminal.err(
      ending === "lost"
        ? "leasehold: the lease or the role was lost, and --after-loss says exit; let a supervisor start it again, or use --after-loss stand-by\n"
        : `leasehold: another ${settings.role.value} stays active and high availability is off; switch it on with --active-standby\n`,
    );
    return EXIT.environment;
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  }
}

function fileSource(flags: Flags): Source {
  const file = flags["config"];
  if (file === undefined) return new Map();
  const name = String(file);
  return yamlSource(name, readText(name, "name a milvus.yaml with --config"));
}

/** Every setting, its value and where it was said, as a table. */
function renderSettings(settings: Settings): string {
  const rows = Object.entries(settings).map(([name, { source, value }]) => {
    const shown =
      name === "password" && value !== "" ? "***" : Array.isArray(value) ? value.join(",") : String(value);
    return [name, shown === "" ? "-" : shown, source] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(
      ([name, value, source]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}\n`,
    )
    .join("");
}
