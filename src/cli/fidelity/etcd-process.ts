/** A throw-away etcd: one member, on loopback, free ports, data in a temporary folder that goes with it. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPTS = 3;
const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 5_000;
const POLL_EVERY_MS = 50;
/** Below those that systems give to whoever wants any: nobody takes one by chance while its etcd is down. */
const LOWEST_PORT = 15_000;
const PORTS = 15_000;

export interface RealEtcd {
  /** The client address, for example `http://127.0.0.1:40123`. */
  endpoint: string;
  pid: number;
  /** Ends the member (by force when it does not go) and removes its data. */
  stop: () => Promise<void>;
  /** Kills the process; its data and ports stay. */
  kill: () => Promise<void>;
  /** Starts it again after {@link RealEtcd.kill}, on the same data and ports; resolves when it serves. */
  restart: () => Promise<void>;
}

/**
 * Resolves when the member has a leader and serves. Another process may take a free port between our look and
 * etcd's own bind, so a start that fails is tried again; the last failure is thrown with etcd's own words.
 */
export async function startEtcd(
  executable: string,
  extraArguments: readonly string[] = [],
  scheme: "http" | "https" = "http",
): Promise<RealEtcd> {
  let failure: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await startOnce(executable, extraArguments, scheme);
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`etcd did not start in ${ATTEMPTS} attempts`, { cause: failure });
}

async function startOnce(
  executable: string,
  extraArguments: readonly string[],
  scheme: "http" | "https",
): Promise<RealEtcd> {
  const folder = await mkdtemp(join(tmpdir(), "leasehold-etcd-"));
  const [clientPort, peerPort, healthPort] = await freePorts(3);
  const endpoint = `${scheme}://127.0.0.1:${clientPort}`;
  // Asked without TLS, whatever its clients need.
  const health = `http://127.0.0.1:${healthPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const options = {
    name: "test",
    "data-dir": join(folder, "data"),
    "listen-client-urls": endpoint,
    "advertise-client-urls": endpoint,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `test=${peer}`,
    "listen-metrics-urls": health,
  };
  const launch = () => launchEtcd(executable, options, extraArguments);
  let running = launch();
  // Who leaves in a hurry leaves nothing behind either.
  const onExit = (): void => {
    running.child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", onExit);
  const stop = async (): Promise<void> => {
    await endEtcd(running);
    process.off("exit", onExit);
    await rm(folder, { recursive: true, force: true });
  };
  const kill = async (): Promise<void> => {
    running.child.kill("SIGKILL");
    await running.gone;
  };
  const restart = async (): Promise<void> => {
    running = launch();
    await untilHealthy(health, running.gone);
  };
  try {
    await untilHealthy(health, running.gone);
  } catch (error) {
    await stop();
    throw new Error(`etcd said: ${running.words}`, { cause: error });
  }
  return { endpoint, pid: running.child.pid ?? 0, stop, kill, restart };
}

export interface Launched {
  readonly child: ChildProcess;
  /** Resolves, never rejects, with the reason when the process has ended or could not start. */
  readonly gone: Promise<string>;
  /** The end of what it said. */
  words: string;
}

/** Starts a member with etcd's own options and, beside what this process has, `environment`. */
export function launchEtcd(
  executable: string,
  options: Readonly<Record<string, string>>,
  extraArguments: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Launched {
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(executable, [...flags, ...extraArguments], {
    stdio: ["ignore", "ignore", "pipe"],
    // Ctrl-C in a terminal goes to the whole group; a server must outlive it until what was found is told.
    detached: true,
    env: { ...ownEnvironment(), ...environment },
  });
  const launched: Launched = { child, gone: goneOf(child), words: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    launched.words = (launched.words + text).slice(-4_000);
  });
  return launched;
}

/** Asks it to go, and makes it go when it does not. */
export async function endEtcd({ child, gone }: Launched): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await gone;
  clearTimeout(timer);
}

/** Settings of the caller's own etcd must not get in; 64-bit ARM wants to be asked for. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ETCD_"));
  return {
    ...Object.fromEntries(kept),
    ...(process.arch === "arm64" ? { ETCD_UNSUPPORTED_ARCH: "arm64" } : {}),
  };
}

function goneOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`exit ${code ?? signal}`));
  });
}

/** Resolves when the member has a leader; throws when it ends before, or takes too long. */
export async function untilHealthy(endpoint: string, gone: Promise<string>): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  let reason: string | undefined;
  void gone.then((why) => (reason = why));
  while (Date.now() < end) {
    if (reason !== undefined) throw new Error(`etcd ended: ${reason}`);
    if (await isHealthy(endpoint)) return;
    await sleep(POLL_EVERY_MS);
  }
  throw new Error(`etcd was not healthy within ${START_LIMIT_MS} ms`);
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const reply = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(1_000) });
    return reply.ok && ((await reply.json()) as { health?: unknown }).health === "true";
  } catch {
    return false;
  }
}

/** Ports that are free now. All are held at once, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const server = createServer();
    const listening = once(server, "listening");
    server.listen(LOWEST_PORT + Math.floor(Math.random() * PORTS), "127.0.0.1");
    // Taken: another one.
    if (await listening.then(Boolean, () => false)) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
