/** `leasehold fidelity`: from flags to servers, through the comparison, to text and exit code. */
import { searchDifferences, type SearchResult } from "../../../properties/fidelity/search.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { durationMs, textOf, wholeNumber, type Flags } from "../base/flags.ts";
import { jsonDocument } from "../base/json.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { measureExpiry, type Delays } from "./expiry.ts";
import { documentOf, renderResult, type FidelityReport } from "./render.ts";
import { startServers, useServer } from "./servers.ts";

const DEFAULT_COMMANDS = 20_000;
const DEFAULT_LEASES = 60;
const DEFAULT_SERVERS = 3;
const MOST_SEED = 2 ** 31 - 1;
/** A DELETE may be this late beyond the scan on a busy machine; one that is early is wrong at once. */
const LATEST_MS = 500 + 2000;

export async function fidelity(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const plan = planOf(flags);
  const signals = listenForSignals();
  const servers = await (
    plan.endpoint === undefined
      ? startServers(textOf(flags, "etcd"), plan.path === undefined ? plan.servers : 1)
      : useServer(plan.endpoint)
  ).catch((error: unknown) => {
    signals.release();
    throw error;
  });
  const progress = new ProgressLine(terminal, "commands");
  const startMs = performance.now();
  const isOver = (): boolean =>
    signals.signal.aborted ||
    (plan.timeLimitMs !== undefined && performance.now() - startMs > plan.timeLimitMs);
  let result: SearchResult;
  let seconds: number;
  let delays: Delays | undefined;
  try {
    result = await searchDifferences(
      servers.open.map((real) => ({ real, version: servers.version })),
      {
        seed: plan.seed,
        commands: plan.commands,
        ...(plan.path === undefined ? {} : { path: plan.path }),
        isOver,
        onProgress: ({ commands }) => progress.show({ done: commands, total: plan.commands, note: "" }),
      },
    );
    seconds = (performance.now() - startMs) / 1000;
    const [first] = servers.open;
    const isTimed = plan.leases > 0 && plan.path === undefined && result.found === undefined && !isOver();
    if (isTimed && first !== undefined) delays = await measureExpiry(first, servers.version, plan.leases);
  } catch (error) {
    throw new UserError({
      what: error instanceof Error ? error.message : String(error),
      remedy: "the comparison was not finished; try it again",
      exitCode: EXIT.environment,
    });
  } finally {
    progress.clear();
    await servers.close();
    signals.release();
  }
  const holds = result.found === undefined && (delays === undefined || isExpiryAlike(delays));
  const told: FidelityReport = {
    ...result,
    seed: plan.seed,
    path: plan.path,
    wanted: plan.commands,
    version: servers.version,
    servers: servers.open.length,
    seconds,
    delays,
    interrupted: signals.signal.aborted,
    holds,
  };
  terminal.out(
    flags["json"] === true ? jsonDocument("fidelity", documentOf(told)) : renderResult(told, terminal.paint),
  );
  return signals.exitCode() ?? (holds ? EXIT.holds : EXIT.violated);
}

function isExpiryAlike({ missing, real }: Delays): boolean {
  return missing === 0 && real.every((delay) => delay >= 0 && delay <= LATEST_MS);
}

function planOf(flags: Flags) {
  const given = wholeNumber(flags, "seed", -MOST_SEED - 1, MOST_SEED);
  const path = textOf(flags, "path");
  if (path !== undefined && !/^\d+(?::\d+)*$/u.test(path)) {
    throw new UserError({
      what: `${path} is no path`,
      where: "--path",
      remedy: "copy it from the command that a difference prints, such as --path 3:1",
    });
  }
  if (path !== undefined && given === undefined) {
    throw new UserError({
      what: "a path leads nowhere by itself",
      where: "--path",
      remedy: "give --seed too, as the difference's command does",
    });
  }
  const endpoint = textOf(flags, "endpoints");
  if (endpoint !== undefined && (flags["etcd"] !== undefined || flags["servers"] !== undefined)) {
    throw new UserError({
      what: "a named etcd and ones to start exclude each other",
      where: "--endpoints",
      remedy: "leave --endpoints out, or --etcd and --servers",
    });
  }
  return {
    commands: wholeNumber(flags, "commands", 1, 1_000_000_000) ?? DEFAULT_COMMANDS,
    seed: given ?? Date.now() % MOST_SEED,
    path,
    timeLimitMs: durationMs(flags, "time-limit"),
    servers: wholeNumber(flags, "servers", 1, 16) ?? DEFAULT_SERVERS,
    leases: wholeNumber(flags, "expiry", 0, 400) ?? DEFAULT_LEASES,
    endpoint,
  };
}
