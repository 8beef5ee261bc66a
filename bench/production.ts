/**
 * What the election costs on a real etcd: reaching the role, beside the bare round trips that it needs; taking over after
 * kill -9, beside what was left of the lease; standing by; and `leasehold fidelity`, beside bare writes.
 */
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { KvRequest } from "../models/etcd-api.ts";
import { startEtcd } from "../src/cli/fidelity/etcd-process.ts";
import { findExecutable } from "../src/cli/base/executable.ts";
import { runElection } from "../src/service/run-election.ts";
import { EtcdClient } from "../src/kv/etcd/client.ts";
import { COMMAND, startCoordinator, type RunningCoordinator } from "./coordinator-process.ts";
import { median, ROUNDS, say, spreadOf } from "./measure.ts";

const CALL_MS = 5000;
const IDLE_MS = 60_000;
const FIDELITY_COMMANDS = 2000;

type Started = (root: string, ttlSeconds: number) => RunningCoordinator;

/** Prints the figures; takes some two minutes, for a minute of which a standby is watched. */
export async function production(): Promise<void> {
  const executable = findExecutable(["etcd"]);
  if (executable === undefined) {
    say("production: skipped, it needs etcd (apt-get install etcd-server)");
    return;
  }
  const etcd = await startEtcd(executable);
  const client = new EtcdClient({ endpoints: [etcd.endpoint] });
  const running: RunningCoordinator[] = [];
  const start: Started = (root, ttlSeconds) => {
    const one = startCoordinator(etcd.endpoint, root, ttlSeconds);
    running.push(one);
    return one;
  };
  try {
    await joining(etcd.endpoint, client);
    await takingOver(start);
    await standingBy(start);
    await comparing(client);
  } finally {
    client.close();
    await Promise.all(running.map((one) => one.kill()));
    await etcd.stop();
  }
}

/** Seconds that `work` takes. */
async function timeOf(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

async function joining(endpoint: string, client: EtcdClient): Promise<void> {
  const ratios: number[] = [];
  const owns: number[] = [];
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = await timeOf(async () => {
      const fresh = new EtcdClient({ endpoints: [endpoint] });
      for (const request of sixRequests(`bare-${round}/`)) await fresh.submit(request, CALL_MS);
      fresh.close();
    });
    const own = await electedIn(endpoint, `joining-${round}`);
    if (round === 0) continue;
    owns.push(own * 1000);
    ratios.push(own / bare);
  }
  await client.submit({ type: "deleteRange", key: "bare", rangeEnd: "barf" }, CALL_MS);
  say("joining: from runElection to serving a free role, beside its six round trips sent bare");
  say(`  ${median(ratios).toFixed(2)} times as long (${spreadOf(ratios)}; ${median(owns).toFixed(1)} ms)`);
}

/** Seconds until it serves; it resigns then, and is gone when they are told. */
async function electedIn(endpoint: string, role: string): Promise<number> {
  const before = performance.now();
  let servesAt = before;
  const serve = (): Promise<void> => {
    servesAt = performance.now();
    return Promise.resolve();
  };
  const election = await runElection({
    role,
    address: "127.0.0.1:1",
    etcd: { endpoints: [endpoint] },
    serve,
  });
  await election.ended;
  return (servesAt - before) / 1000;
}

/** As an election sends them: the server id read and claimed, a lease, the session, the role, the metadata. */
function sixRequests(root: string): readonly KvRequest[] {
  const create = (name: string): KvRequest => ({
    type: "txn",
    compare: [{ target: "version", key: root + name, result: "equal", version: 0 }],
    success: [{ type: "put", key: root + name, value: "a session".padEnd(200) }],
    failure: [{ type: "range", key: root + name }],
  });
  const read: KvRequest = { type: "range", key: root, rangeEnd: `${root}~` };
  return [
    read,
    create("id"),
    { type: "leaseGrant", ttlSeconds: 60 },
    create("session"),
    create("role"),
    read,
  ];
}

async function takingOver(start: Started): Promise<void> {
  const ttlSeconds = 2;
  const gaps: number[] = [];
  const beyond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const root = `takeover-${round}`;
    const active = start(root, ttlSeconds);
    await active.serves;
    const standby = start(root, ttlSeconds);
    await standby.standsBy;
    const leftMs = (ttlSeconds - (await active.metric("leasehold_lease_age_seconds"))) * 1000;
    const killedAt = performance.now();
    await active.kill();
    const gapMs = (await standby.serves) - killedAt;
    await standby.kill();
    gaps.push(gapMs);
    beyond.push(gapMs - leftMs);
  }
  say(
    `takeover: kill -9 of the active process, TTL ${ttlSeconds} s; etcd looks for dead leases every 500 ms`,
  );
  say(`  ${Math.round(median(beyond))} ms after the lease had run out (${spreadOf(beyond, 0)} ms)`);
  say(`  nobody served for ${Math.round(median(gaps))} ms`);
}

async function standingBy(start: Started): Promise<void> {
  const active = start("idle", 60);
  await active.serves;
  const standby = start("idle", 60);
  await standby.standsBy;
  const requests = () => standby.metric("leasehold_etcd_requests_total");
  const before = await requests();
  await sleep(IDLE_MS);
  const count = (await requests()) - before;
  const megabytes = (await standby.metric("process_resident_memory_bytes")) / 2 ** 20;
  const bare = spawnSync(process.execPath, ["-p", "process.memoryUsage.rss()"], { encoding: "utf8" });
  const bareMegabytes = Number(bare.stdout) / 2 ** 20;
  say("standby: one that waits, TTL 60 s; renewals and a campaign each TTL, the rest is told by watches");
  say(`  ${count} requests in a minute`);
  say(
    `  ${megabytes.toFixed(0)} MiB resident, ${(megabytes / bareMegabytes).toFixed(2)} times a bare node (${bareMegabytes.toFixed(0)} MiB)`,
  );
}

async function comparing(client: EtcdClient): Promise<void> {
  const flags = ["fidelity", "--commands", String(FIDELITY_COMMANDS), "--seed", "1", "--expiry", "0"];
  const perSecond: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) {
    const writes = 500;
    const seconds = await timeOf(async () => {
      for (let at = 0; at < writes; at++)
        await client.submit({ type: "put", key: "bare", value: "v" }, CALL_MS);
    });
    const { status, stderr, stdout } = spawnSync(process.execPath, [COMMAND, ...flags, "--json"], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`leasehold fidelity ended with ${status}: ${stderr}`);
    const result = JSON.parse(stdout) as { commands: number; seconds: number };
    perSecond.push(result.commands / result.seconds);
    ratios.push(result.commands / result.seconds / (writes / seconds));
  }
  say(`fidelity: ${FIDELITY_COMMANDS} commands to both etcds, three servers, beside bare writes one by one`);
  say(
    `  ${Math.round(median(perSecond))} commands/s, ${median(ratios).toFixed(2)} times as many as bare writes (${spreadOf(ratios)})`,
  );
}
