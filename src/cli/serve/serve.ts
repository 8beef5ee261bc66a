/** `leasehold serve`: listens, says where, and stays until a signal, or until whoever started it is gone. */
import { once } from "node:events";
import { serveEtcd, type ServedEtcd } from "../../serve/serve.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { ServeFlags } from "./flags.ts";

export async function serveUntilAsked(flags: ServeFlags, { err, out }: Terminal): Promise<ExitCode> {
  const { signal, release } = listenForSignals();
  try {
    const served = await listen(flags);
    try {
      // Alone on the first line, for programs; the rest is for people.
      out(`${served.endpoint}\n`);
      err(
        `leasehold: an etcd ${flags.etcdVersion} for clients at ${served.endpoint}; leasehold ctl --control ${served.control.slice(7)}\n`,
      );
      await Promise.race([aborted(signal), ...(flags.exitOnStdinClose === true ? [closed()] : [])]);
    } finally {
      served.close();
    }
    return EXIT.holds;
  } finally {
    release();
  }
}

async function listen({ controlPort, etcdVersion: version, port, time }: ServeFlags): Promise<ServedEtcd> {
  try {
    return await serveEtcd({ controlPort, port, time, version });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const which = text.includes(`:${port}`) ? "--port" : "--control-port";
    throw new UserError({
      where: which,
      what: `cannot listen there: ${text}`,
      remedy: "choose another, or 0 for any free one",
      exitCode: EXIT.environment,
    });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

async function closed(): Promise<void> {
  process.stdin.resume();
  await Promise.race([once(process.stdin, "end"), once(process.stdin, "close")]);
}
