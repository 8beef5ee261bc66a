/** What a served etcd costs: beside a real one over gRPC, and alone where a real one has no such figure. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createEtcd, stepEtcd, type Etcd, type EtcdInput } from "../models/etcd.ts";
import type { KvRequest } from "../models/etcd-api.ts";
import { findExecutable } from "../src/cli/base/executable.ts";
import { startEtcd } from "../src/cli/fidelity/etcd-process.ts";
import { EtcdClient } from "../src/kv/etcd/client.ts";
import { median, ROUNDS, say, spreadOf, time, wallTime } from "./measure.ts";

const COMMAND = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));
const REQUESTS = 2000;
const LONG_AGO = 100_000;
const WATCHES = 5000;

/** Prints the figures; takes some half a minute. */
export async function serving(): Promise<void> {
  say("serving: leasehold serve, one client; etcd's own figures beside it");
  const served = await serveAsChild();
  say(`  its first request is answered ${Math.round(served.firstMs)} ms after it is started (aim: 500)`);
  const executable = findExecutable(["etcd"], process.env["PATH"] ?? "");
  if (executable === undefined) say("  beside a real etcd: skipped, apt-get install etcd-server");
  else await besideReal(served.endpoint, executable);
  await besideGrpc(served.endpoint);
  served.stop();
  longAgo();
  besideWatches();
}

async function serveAsChild() {
  const began = performance.now();
  const args = ["serve", "--port", "0", "--control-port", "0", "--exit-on-stdin-close"];
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["pipe", "pipe", "ignore"] });
  const [first] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const endpoint = first.trim();
  const client = new EtcdClient({ endpoints: [endpoint] });
  await client.submit({ type: "range", key: "a" }, 5000);
  client.close();
  return { endpoint, firstMs: performance.now() - began, stop: () => void child.stdin.end() };
}

async function besideReal(endpoint: string, executable: string): Promise<void> {
  const real = await startEtcd(executable);
  const [own, other] = [endpoint, real.endpoint].map((one) => new EtcdClient({ endpoints: [one] }));
  if (own === undefined || other === undefined) return;
  const kinds: readonly (readonly [string, (at: number) => KvRequest])[] = [
    ["put", (at) => ({ type: "put", key: `k${at % 100}`, value: "value" })],
    ["range", (at) => ({ type: "range", key: `k${at % 100}` })],
  ];
  for (const [name, make] of kinds)
    for (const inFlight of [1, 64]) {
      const [owns, others]: [number[], number[]] = [[], []];
      await perSecond(own, make, inFlight);
      await perSecond(other, make, inFlight);
      for (let round = 0; round < ROUNDS; round++) {
        owns.push(await perSecond(own, make, inFlight));
        others.push(await perSecond(other, make, inFlight));
      }
      const ratios = owns.map((one, round) => one / (others[round] ?? Number.NaN));
      say(
        `  ${name}, ${inFlight} in flight: ${median(ratios).toFixed(2)} of etcd's (${spreadOf(ratios)}; ${Math.round(median(owns))} against ${Math.round(median(others))}/s)`,
      );
    }
  own.close();
  other.close();
  await real.stop();
}

async function perSecond(
  client: EtcdClient,
  make: (at: number) => KvRequest,
  inFlight: number,
): Promise<number> {
  const requests = inFlight === 1 ? REQUESTS / 4 : REQUESTS;
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < requests) await client.submit(make(next++), 10_000);
    }),
  );
  return (requests / (performance.now() - began)) * 1000;
}

/** The model alone, as long as it is asked. */
class Asked {
  #etcd: Etcd = createEtcd();

  tell(input: EtcdInput): void {
    this.#etcd = stepEtcd(this.#etcd, input, 1).etcd;
  }

  ask(request: KvRequest): void {
    this.tell({ type: "request", client: 1, id: 1, request });
  }
}

/** What the way over the socket costs: the same puts asked of the model in this process, in turn. */
async function besideGrpc(endpoint: string): Promise<void> {
  const client = new EtcdClient({ endpoints: [endpoint] });
  const put = (at: number): KvRequest => ({ type: "put", key: `k${at % 100}`, value: "value" });
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const served = await perSecond(client, put, 64);
    const etcd = new Asked();
    const own = REQUESTS / wallTime(() => Array.from({ length: REQUESTS }, (_, at) => etcd.ask(put(at))));
    if (round > 0) ratios.push(own / served);
  }
  client.close();
  say(
    `  a put in this process: ${median(ratios).toFixed(0)} times as many as over gRPC (${spreadOf(ratios, 0)})`,
  );
}

function longAgo(): void {
  const etcd = new Asked();
  for (let at = 0; at < LONG_AGO; at++) etcd.ask({ type: "put", key: `k${at % 1000}`, value: "v" });
  const reads = 5000;
  const seconds = time(() => {
    for (let at = 0; at < reads; at++) etcd.ask({ type: "range", key: `k${at % 1000}`, revision: 100 });
  });
  say(`  a read ${LONG_AGO} revisions back: ${Math.round(reads / seconds)}/s in the model (aim: 5000)`);
}

function besideWatches(): void {
  const etcd = new Asked();
  const opening = time(() => {
    for (let at = 0; at < WATCHES; at++)
      etcd.tell({ type: "watch", client: 2, stream: at % 50, watchId: 0, request: { key: `k${at}` } });
  });
  const puts = 20_000;
  const seconds = time(() => {
    for (let at = 0; at < puts; at++) etcd.ask({ type: "put", key: `k${at % WATCHES}`, value: "v" });
  });
  say(`  opening ${WATCHES} watches: ${Math.round(opening * 1000)} ms in the model`);
  say(`  a put beside them: ${Math.round(puts / seconds)}/s in the model (aim: 50 000)`);
}
