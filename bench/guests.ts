/** What other people's code costs in virtual time, beside the synchronous coordinator. */
import fc from "fast-check";
import { shipped } from "../models/variant.ts";
import { execute } from "../src/simulation/execute.ts";
import { coordinators, scenario } from "../src/simulation/scenario.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { adversity, type Adversity, type ProcessContext } from "../src/testing/index.ts";
import { judgePrograms } from "../src/testing/run.ts";
import { inOneTurn } from "../src/testing/turn.ts";
import { median, ROUNDS, say, spreadOf } from "./measure.ts";

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

/** Prints the figures; takes some ten seconds. */
export async function guests(): Promise<void> {
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
