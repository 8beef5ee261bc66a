/** `leasehold run`: settings together, signals in, an exit code out. The coordinator itself is in `src/coordinator`. */
import { hostname } from "node:os";
import { readSettings } from "../../coordinator/read-settings.ts";
import { rulesFor } from "../../coordinator/setting-rules.ts";
import type { SettingName, Settings } from "../../coordinator/settings.ts";
import { environmentSource, NO_SOURCE, yamlSource, type Source } from "../../coordinator/sources.ts";
import { StartError } from "../../coordinator/start-error.ts";
import type { MilvusRoleName } from "../../milvus/roles.ts";
import { shown } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { tryFile } from "../base/output-file.ts";
import { codeOfSignal } from "../base/signals.ts";
import { readText } from "../base/text-input.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { RunFlags } from "./flags.ts";

export async function run(role: MilvusRoleName, flags: RunFlags, terminal: Terminal): Promise<ExitCode> {
  try {
    const sources = {
      environment: environmentSource(process.env),
      file: fileSource(flags),
      hostName: hostname(),
    };
    const { settings, warnings } = readSettings(role, flags, sources);
    for (const { remedy, what, where } of warnings)
      terminal.err(`leasehold: ${where}: warning: ${what}\n  ${remedy}\n`);
    if (flags.record !== undefined) tryFile(flags.record, "--record");
    if (flags.printConfig === true) {
      terminal.out(renderSettings(settings, flags));
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

/** Of one file; with those that are kept five times as much. */
const RECORD_LIMIT_BYTES = 64e6;

async function serve(
  settings: Settings,
  { record, recordLimit = RECORD_LIMIT_BYTES }: RunFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { runCoordinator } = await import("../../coordinator/run.ts");
  // For developers, not for operators: gRPC's use of TLS with a bare address warns of itself (DEP0123).
  process.noDeprecation = true;
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Asked twice: at once. The lease then runs out by itself.
    if (stop.signal.aborted) process.exit(codeOfSignal(signal));
    stop.abort();
  };
  // A terminal that closes hangs up, and Node would end at once, even under nohup.
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal).on("SIGHUP", onSignal);
  try {
    const ending = await runCoordinator(settings, {
      out: terminal.out,
      stop: stop.signal,
      ...(record === undefined ? {} : { record: { file: record, limitBytes: recordLimit } }),
    });
    if (ending === "stopped") return EXIT.holds;
    terminal.err(
      ending === "lost"
        ? "leasehold: the lease or the role was lost, and --after-loss is exit\n  let a supervisor restart it, or use --after-loss stand-by\n"
        : `leasehold: another ${settings.role.value} is active and active-standby is off\n  turn it on with --active-standby\n`,
    );
    return EXIT.environment;
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal).off("SIGHUP", onSignal);
  }
}

function fileSource({ config: file }: RunFlags): Source {
  return file === undefined
    ? NO_SOURCE
    : yamlSource(file, readText(file, "name a milvus.yaml with --config"));
}

/** Every setting, its value and where it was set, as a table. */
function renderSettings(settings: Settings, { record, recordLimit }: RunFlags): string {
  const rules = rulesFor(settings.role.value);
  const rows = (Object.keys(settings) as SettingName[]).map((name): readonly [string, string, string] => {
    const { source, value } = settings[name];
    const text = typeof value === "object" ? value.join(",") : String(value);
    const show = name === "role" ? undefined : rules[name].key.show;
    return [name, text === "" ? "-" : shown(show?.(text) ?? text), shown(source)];
  });
  rows.push(
    ["record", record === undefined ? "-" : shown(record), record === undefined ? "default" : "--record"],
    [
      "recordLimitBytes",
      String(recordLimit ?? RECORD_LIMIT_BYTES),
      recordLimit === undefined ? "default" : "--record-limit",
    ],
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(
      ([name, value, source]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}\n`,
    )
    .join("");
}
