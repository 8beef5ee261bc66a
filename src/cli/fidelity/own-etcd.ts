/** An etcd of our own for the length of a command: one member, free ports, loopback, data that nobody keeps. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT } from "../base/exit-codes.ts";
import { UserError } from "../base/user-error.ts";

const START_MS = 15_000;
const LOOK_EVERY_MS = 50;

export interface OwnEtcd {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Throws a {@link UserError} if there is no `etcd` on PATH, or if it does not come up. */
export async function startOwnEtcd(): Promise<OwnEtcd> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-fidelity-"));
  const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
  const flags = {
    "data-dir": join(folder, "data"),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `default=${peer}`,
  };
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("etcd", given, { stdio: "ignore" });
  let gone: string | undefined;
  child.once("error", (error) => (gone = error.message));
  child.once("exit", (code, signal) => (gone = `it ended with ${code ?? signal}`));
  const stop = async (): Promise<void> => {
    if (gone === undefined) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const end = performance.now() + START_MS;
  while (gone === undefined && performance.now() < end) {
    if (await healthy(String(client))) return { endpoint: String(client), stop };
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
  await stop();
  throw new UserError({
    what: `no etcd could be started (${gone ?? "it did not serve in time"})`,
    remedy: "apt-get install etcd-server, or name an empty one with --etcd",
    exitCode: EXIT.environment,
  });
}

async function healthy(endpoint: string): Promise<boolean> {
  try {
    const reply = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(1000) });
    return reply.ok && ((await reply.json()) as { health?: unknown }).health === "true";
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}
