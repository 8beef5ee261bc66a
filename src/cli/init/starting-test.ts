/** The test that `leasehold init` writes: it passes, and says how to see it fail. */
import type { Runner } from "./flags.ts";

export function startingTest(runner: Runner): string {
  const typed = runner === "vitest";
  const title = "one worker at a time holds the lock, and some worker does";
  return `${typed ? 'import { test } from "vitest";' : 'import { test } from "node:test";'}
import { absent, adversity, assertHolds, eventually, neverTwo, put${typed ? ", type ProcessContext" : ""} } from "leasehold/testing";

// The code under test: replace it by your own. It reaches etcd, the clock and chance by its context alone.
async function worker({ claim, kv, name, now, release, signal, sleep }${typed ? ": ProcessContext): Promise<void>" : ")"} {
  const ttlMs = 10_000;
  while (!signal.aborted) {
    let sentAt = now();
    const { id: lease } = await kv.grant(ttlMs / 1000);
    while (!(await kv.txn({ compare: [absent("lock")], success: [put("lock", name, { lease })] })).succeeded) {
      await sleep(1000);
      sentAt = now();
      if ((await kv.keepAlive(lease)) === 0) return;
    }
    // It says until when it holds the lock by its own clock, counted from when it last asked for its lease.
    // Leave the option out, claim("lock"), and see which story the test tells.
    claim("lock", { until: sentAt + ttlMs - 1000 });
    for (;;) {
      await sleep(2000);
      sentAt = now();
      if ((await kv.keepAlive(lease)) === 0) break;
      claim("lock", { until: sentAt + ttlMs - 1000 });
    }
    release("lock");
  }
}

test("${title}", ${typed ? "{ timeout: 120_000 }, " : ""}async () => {
  await assertHolds(
    adversity({ processes: 2, faults: ["crash", "pause", "partition"], horizonMs: 300_000 }),
    worker,
    { properties: [neverTwo("lock"), eventually("lock", { withinMs: 40_000 })], runs: 200 },
  );
});
`;
}
