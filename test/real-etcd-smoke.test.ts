/** A real etcd starts, answers and stops on this machine: what every test against etcd stands on. */
import { expect, it } from "vitest";
import { startEtcd } from "./helpers/real-etcd.ts";
import { describeWith } from "./helpers/require.ts";

describeWith("etcd", "a real etcd", (executable) => {
  it("tells its version over HTTP, and is gone after it was stopped", async () => {
    const etcd = await startEtcd(executable);
    try {
      const reply = await fetch(`${etcd.endpoint}/version`, { signal: AbortSignal.timeout(5_000) });
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ etcdserver: expect.stringMatching(/^3\.\d+\.\d+/u) });
    } finally {
      await etcd.stop();
    }
    await expect(fetch(`${etcd.endpoint}/version`)).rejects.toThrow();
  });
});
