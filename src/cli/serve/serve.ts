/** `leasehold serve`: listens, says where, and stays until a signal, or until whoever started it is gone. */
import { once } from "node:events";
import { statSync } from "node:fs";
import { serveEtcd, type ServedEtcd } from "../../serve/serve.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { tryFile } from "../base/output-file.ts";
import { shown } from "../../words/shown.ts";
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
      const endpoints = served.endpoints.join(",");
      out(`${endpoints}\n`);
      err(
        `leasehold: an etcd ${flags.etcdVersion} for clients at ${endpoints}; leasehold ctl --control ${served.control.slice(7)}\n`,
      );
      if (served.page !== undefined) err(`leasehold: what clients do: ${served.page}\n`);
      await Promise.race([aborted(signal), ...(flags.exitOnStdinClose === true ? [closed()] : [])]);
    } finally {
      served.close();
      err(endOf(flags, served));
    }
    return EXIT.holds;
  } finally {
    release();
  }
}

/** Where what clients did stands now. */
function endOf({ record }: ServeFlags, { recordFailure }: ServedEtcd): string {
  if (record === undefined) return "";
  return recordFailure === undefined
    ? `leasehold: what clients did: leasehold replay ${shown(record)}\n`
    : `leasehold: --record: what clients did could not be written to its end: ${shown(recordFailure)}\n`;
}

/** Loopback's addresses. */
const OWN = /^(?:127\.|::1$)/u;

async function listen(flags: ServeFlags): Promise<ServedEtcd> {
  const { etcdVersion: version, exposed, host, record } = flags;
  if (!OWN.test(host) && exposed !== true)
    throw new UserError({
      where: `--host ${host}`,
      what: "others than this machine could reach it, and read and change everything: it has neither TLS nor passwords",
      remedy: "add --exposed where that is meant, as in a container; its control stays on 127.0.0.1",
    });
  if (record !== undefined) {
    tryFile(record, "--record");
    if (statSync(record, { throwIfNoEntry: false })?.isFile() === false)
      throw new UserError({
        where: `--record ${shown(record)}`,
        what: "it is a device or a pipe, and a recording is written anew at its end",
        remedy: "name a file",
      });
  }
  try {
    return await serveEtcd({ ...flags, version });
  } catch (error) {
    const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code === undefined || port === undefined) throw error;
    throw new UserError({
      where: code === "EADDRNOTAVAIL" ? "--host" : port === flags.controlPort ? "--control-port" : "--port",
      what: `cannot listen there: ${message}`,
      remedy:
        code === "EADDRNOTAVAIL"
          ? "choose an address of this machine"
          : "choose another, or 0 for any free one",
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
