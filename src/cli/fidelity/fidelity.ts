/** `leasehold fidelity`: from flags to servers, through the comparison, to text and exit code. */
import { searchDifferences, type SearchResult } from "../../../properties/fidelity/search.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { SEED } from "../base/options.ts";
import type { FidelityFlags } from "./flags.ts";
import { measureExpiry, type Delays } from "./expiry.ts";
import { fidelityDocument, renderResult, type FidelityReport } from "./render.ts";
import { startServers, useServer } from "./servers.ts";

/** A DELETE may be this late beyond the scan on a busy machine; one that is early is wrong at once. */
const LATEST_MS = 500 + 2000;

export async function fidelity(flags: FidelityFlags, terminal: Terminal): Promise<ExitCode> {
  const plan = planOf(flags);
  const signals = listenForSignals();
  const servers = await (
    plan.endpoint === undefined
      ? startServers(flags.etcd, plan.path === undefined ? plan.servers : 1)
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
    flags.json === true
      ? jsonDocument("fidelity", fidelityDocument(told))
      : renderResult(told, terminal.paint),
  );
  return signals.exitCode() ?? (holds ? EXIT.holds : EXIT.violated);
}

function isExpiryAlike({ missing, real }: Delays): boolean {
  return missing === 0 && real.every((delay) => delay >= 0 && delay <= LATEST_MS);
}

function planOf({ commands, endpoints, expiry, path, seed, servers, timeLimit }: FidelityFlags) {
  if (path !== undefined && seed === undefined) {
    throw new UserError({
      what: "--path needs --seed",
      remedy: "copy the whole command that was printed for the difference",
    });
  }
  return {
    commands,
    seed: seed ?? Date.now() % SEED.most,
    path,
    timeLimitMs: timeLimit,
    servers,
    leases: expiry,
    endpoint: endpoints,
  };
}
