/**
 * What other people's code costs: `leasehold serve` beside a real etcd, asked by the same client; and programs in virtual time, beside
 * the synchronous coordinator.
 */
import fc from "fast-check";
import type { KvRequest } from "../models/etcd-api.ts";
import { shipped } from "../models/variant.ts";
import { startEtcd as startRealEtcd } from "../src/cli/fidelity/etcd-process.ts";
import { findExecutable } from "../src/cli/base/executable.ts";
import { EtcdClient } from "../src/kv/etcd/client.ts";
import { startEtcd } from "../src/serve/serve.ts";
import { execute } from "../src/simulation/execute.ts";
import { coordinators, scenario } from "../src/simulation/scenario.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { adversity, type Adversity, type ProcessContext } from "../src/testing/index.ts";
import { judgePrograms } from "../src/testing/run.ts";
import { inOneTurn } from "../src/testing/turn.ts";
import { median, ROUNDS, say, spreadOf } from "./measure.ts";

const CALL_MS = 5000;
const CALLS = 512;
const IN_FLIGHT = [1, 64];

/** Prints the figures; takes some ten seconds. */
export async function guests(): Promise<void> {
  await served();
  await programs();
}

async function served(): Promise<void> {
  const executable = findExecutable(["etcd"]);
  if (executable === undefined) {
    say("serve: skipped, it needs etcd to be compared with (apt-get install etcd-server)");
    return;
  }
  const [real, own] = [await startRealEtcd(executable), await startEtcd()];
  const clients = [own.endpoint, real.endpoint].map((endpoint) => new EtcdClient({ endpoints: [endpoint] }));
  try {
    say("serve: requests per second of one client, the served etcd beside a real one, in turn");
    for (const type of ["put", "range"] as const)
      for (const inFlight of IN_FLIGHT) {
        const [owns = [], others = []] = await inTurn(clients, type, inFlight);
        const ratios = owns.map((one, at) => one / (others[at] ?? one));
        say(
          `  ${type}, ${inFlight} in flight: ${median(ratios).toFixed(2)} times as many (${spreadOf(ratios)}; ${Math.round(median(owns))} a second)`,
        );
      }
  } finally {
    for (const client of clients) client.close();
    own.close();
    await real.stop();
  }
}

/** Rates of each client, round by round; the first round warms up. */
async function inTurn(
  clients: readonly EtcdClient[],
  type: "put" | "range",
  inFlight: number,
): Promise<number[][]> {
  const rates: number[][] = clients.map(() => []);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [at, client] of clients.entries()) {
      const rate = await rateOf(client, type, inFlight);
      if (round > 0) rates[at]?.push(rate);
    }
  return rates;
}

async function rateOf(client: EtcdClient, type: "put" | "range", inFlight: number): Promise<number> {
  let left = CALLS;
  const before = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const key = `key-${left % 16}`;
      const request: KvRequest = type === "put" ? { type, key, value: "value" } : { type, key };
      await client.submit(request, CALL_MS);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (CALLS * 1000) / (performance.now() - before);
}

const HORIZON_MS = 600_000;

/** A worker that holds a lock under a lease as the coordinator holds its role: as many requests, written with `await`. */
async function worker({ kv, name, sleep }: ProcessContext): Promise<void> {
  const { id: lease } = await kv.grant(60);
  await kv.put(`workers/${name}`, "", { lease });
  for (;;) {
    await kv.keepAlive(lease);
    await sleep(20_000);
    await kv.put("written", name);
  }
}

async function programs(): Promise<void> {
  const [given] = fc.sample(adversity({ processes: 3, faults: [], horizonMs: HORIZON_MS }), 1) as [Adversity];
  const calm = createSetup(
    scenario({ coordinators: coordinators("rootcoord", 3), horizonMs: HORIZON_MS }),
    shipped,
  );
  const observed = { own: 0, other: 0 };
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [own, other] = await inOneTurn(() => {
      const began = performance.now();
      observed.own = 0;
      for (let run = 0; run < 20; run++) judgePrograms(given, worker, [], () => void observed.own++);
      const middle = performance.now();
      observed.other = 0;
      for (let run = 0; run < 20; run++)
        execute(calm, { listeners: [{ observe: () => void observed.other++ }] });
      return [observed.own / (middle - began), observed.other / (performance.now() - middle)] as const;
    });
    if (round === 0) continue;
    rates.push(own * 1000);
    ratios.push(own / other);
  }
  say(
    "programs: what is seen a second of async code, 3 processes for 10 calm minutes, beside 3 coordinators",
  );
  say(
    `  ${median(ratios).toFixed(2)} times as much (${spreadOf(ratios)}; ${Math.round(median(rates))} observations a second)`,
  );
}
