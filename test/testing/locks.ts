/** Programs that take a lock under a lease: each with one mistake, or with none. */
import { absent, createdAt, put, type ProcessContext } from "../../src/testing/index.ts";

const TTL_SECONDS = 10;
const RENEW_MS = 3000;

/** Resolves with a lease and the token of the lock. */
async function acquire({
  kv,
  name,
  sleep,
}: ProcessContext): Promise<{ lease: string; token: number; sinceMs?: number }> {
  const { id: lease } = await kv.grant(TTL_SECONDS);
  for (;;) {
    const { revision, succeeded } = await kv.txn({
      compare: [absent("lock")],
      success: [put("lock", name, { lease })],
    });
    if (succeeded) return { lease, token: revision };
    if ((await kv.keepAlive(lease)) === 0) throw new Error("the lease is gone");
    await sleep(1000);
  }
}

/** Holds the lock for as long as renewals are answered: and forgets that it may have stood still meanwhile. */
export async function forgetful(ctx: ProcessContext): Promise<void> {
  const { lease, token } = await acquire(ctx);
  ctx.claim("lock", { token });
  while ((await ctx.kv.keepAlive(lease)) > 0) await ctx.sleep(RENEW_MS);
}

/** Says until when it may hold the lock by its own clock. */
export async function careful(ctx: ProcessContext): Promise<void> {
  const { kv, now, sleep } = ctx;
  const { lease, token } = await acquire(ctx);
  for (;;) {
    const askedAt = now();
    if ((await kv.keepAlive(lease, { timeoutMs: 1000 })) === 0) return;
    ctx.claim("lock", { token, until: askedAt + TTL_SECONDS * 980 });
    await sleep(RENEW_MS);
  }
}

/** Writes a counter under its lock, guarded by the token or not. */
export function counting(guarded: boolean) {
  return async (ctx: ProcessContext): Promise<void> => {
    const { kv, sleep } = ctx;
    const { lease, token } = await acquire(ctx);
    for (;;) {
      if ((await kv.keepAlive(lease)) === 0) return;
      const guard = guarded ? [createdAt("lock", token)] : [];
      await kv.txn({ compare: guard, success: [put("last", String(token))] });
      await sleep(RENEW_MS);
    }
  };
}
