/** Where a comparison's real servers come from: started for it and thrown away, or one that the user names. */
import { isVersion, type EtcdVersion } from "../../../models/etcd.ts";
import { EtcdOptionError } from "../../kv/etcd/options.ts";
import { findExecutable, isExecutable } from "../base/executable.ts";
import { EXIT } from "../base/exit-codes.ts";
import { UserError } from "../base/user-error.ts";
import { startEtcd, type RealEtcd } from "./etcd-process.ts";
import { openRealServer, type OpenServer } from "./real-server.ts";

const INSTALL =
  "install it with: apt-get install etcd-server; or name one with --etcd PATH or --endpoints URL";

export interface Servers {
  readonly open: readonly OpenServer[];
  /** As the server says it; the simulated one follows its rules. */
  readonly version: EtcdVersion;
  close(): Promise<void>;
}

export async function startServers(executable: string | undefined, count: number): Promise<Servers> {
  const found = executable ?? findExecutable(["etcd"]);
  if (found === undefined) throw noEtcd("there is no etcd on PATH", INSTALL);
  if (!isExecutable(found)) throw noEtcd(`${found} cannot be executed`, INSTALL, "--etcd");
  const started = await Promise.allSettled(Array.from({ length: count }, () => startEtcd(found)));
  const etcds = started.flatMap((one): RealEtcd[] => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(etcds.map((etcd) => etcd.stop())));
  const failed = started.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw noEtcd(
      `${found} does not start: ${wordsOf(failed.reason)}`,
      "see what it says when it is started by hand",
    );
  }
  const open = etcds.map(({ endpoint }) => openRealServer([endpoint]));
  const close = async (): Promise<void> => {
    for (const server of open) server.close();
    await stop();
  };
  return { open, close, version: await versionAt(etcds[0]?.endpoint ?? "") };
}

/** Refuses one that holds anything: a comparison deletes everything. */
export async function useServer(endpoint: string): Promise<Servers> {
  const url = endpoint.includes("://") ? endpoint : `http://${endpoint}`;
  const version = await versionAt(url);
  const server = opened(url);
  const held = await server.ask({ type: "range", key: "\0", rangeEnd: "\0", countOnly: true });
  const leased = await server.ask({ type: "leaseLeases" });
  const keys = held.type === "ok" && held.response.type === "range" ? held.response.count : 0;
  const leases =
    leased.type === "ok" && leased.response.type === "leaseLeases" ? leased.response.leases.length : 0;
  const close = (): Promise<void> => Promise.resolve(server.close());
  if (held.type === "ok" && leased.type === "ok" && keys + leases === 0)
    return { open: [server], close, version };
  server.close();
  if (held.type === "error") throw noEtcd(`${url} refuses: ${held.message}`, INSTALL, "--endpoints");
  throw new UserError({
    what: `${url} holds ${keys} keys and ${leases} leases; comparing would delete them`,
    where: "--endpoints",
    remedy: "name an empty etcd, or leave the flag out: one is started for it and thrown away",
  });
}

function opened(url: string): OpenServer {
  try {
    return openRealServer([url]);
  } catch (error) {
    if (!(error instanceof EtcdOptionError)) throw error;
    throw new UserError({
      what: error.message,
      where: "--endpoints",
      remedy: "write it like http://127.0.0.1:2379",
    });
  }
}

/** Whose rules the simulated etcd is to follow; a pre-release counts as its release. */
async function versionAt(endpoint: string): Promise<EtcdVersion> {
  let told: unknown;
  try {
    const reply = await fetch(`${endpoint}/version`, { signal: AbortSignal.timeout(3000) });
    told = ((await reply.json()) as { etcdserver?: unknown }).etcdserver;
  } catch (error) {
    throw noEtcd(`${endpoint} does not answer: ${wordsOf(error)}`, INSTALL, "--endpoints");
  }
  const version = /^[\d.]+/u.exec(String(told))?.[0] ?? "";
  if (!isVersion(version))
    throw noEtcd(`etcd ${version || "of unknown version"} is not simulated`, "use a 3.4, 3.5 or 3.6");
  return version;
}

function noEtcd(what: string, remedy: string, where?: string): UserError {
  return new UserError({
    what,
    remedy,
    exitCode: EXIT.environment,
    ...(where === undefined ? {} : { where }),
  });
}

/** The innermost reason. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : wordsOf(error.cause);
}
