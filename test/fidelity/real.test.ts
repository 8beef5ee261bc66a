/** The simulated etcd held to the one on this machine. Longer: `leasehold fidelity --commands 1000000`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { searchDifferences } from "../../properties/fidelity/search.ts";
import { measureExpiry } from "../../src/cli/fidelity/expiry.ts";
import { startServers, useServer, type Servers } from "../../src/cli/fidelity/servers.ts";
import { userErrorOf } from "../cli/helpers.ts";
import { startEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { mutants } from "./mutants.ts";

const COMMANDS = 12_000;
const SEED = 20261124;

describeWith("etcd", "the simulated etcd beside a real one", (executable) => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers(executable, 3);
  }, 60_000);
  afterAll(() => servers.close());

  it(`answers ${COMMANDS} generated commands alike, and tells their watches the same`, async () => {
    const pairs = servers.open.map((real) => ({ real, version: servers.version }));
    const { counts, found } = await searchDifferences(pairs, { seed: SEED, commands: COMMANDS });
    expect(found).toBeUndefined();
    expect(counts.commands).toBeGreaterThanOrEqual(COMMANDS);
    // Looked at something: answers and refusals of every kind of request, and watches that were told much.
    expect(counts.answers.size).toBeGreaterThan(30);
    expect(counts.events).toBeGreaterThan(COMMANDS / 10);
    expect(counts.excluded.get("panic")).toBeGreaterThan(0);
  }, 180_000);

  it.each(["wrong mod revision", "lost event", "wrong error text"])(
    "shows the difference of a simulated etcd with: %s",
    async (name) => {
      const [real] = servers.open;
      const step = mutants[name];
      if (real === undefined || step === undefined) throw new Error("nothing to compare");
      const pair = { real, version: servers.version, step };
      const { found } = await searchDifferences([pair], { seed: SEED, commands: 5000 });
      expect(found).toBeDefined();
      expect(found?.commands.length).toBeLessThan(8);
    },
    120_000,
  );

  it("ends leases within the scan that the simulated one has, and never early", async () => {
    const [real] = servers.open;
    if (real === undefined) throw new Error("no server");
    const delays = await measureExpiry(real, servers.version, 40);
    expect(delays.missing).toBe(0);
    expect(delays.real[0]).toBeGreaterThanOrEqual(0);
    expect(delays.simulated[0]).toBeGreaterThanOrEqual(0);
    expect(delays.simulated.at(-1)).toBeLessThanOrEqual(500);
    // A busy machine may be late; half of them are not that late.
    expect(delays.real[20]).toBeLessThan(1000);
  }, 30_000);

  it("refuses an etcd that holds something", async () => {
    const etcd = await startEtcd(executable);
    try {
      const body = JSON.stringify({ key: "YQ==", value: "YQ==" });
      await fetch(`${etcd.endpoint}/v3/kv/put`, { method: "POST", body });
      const { exitCode, message } = await userErrorOf(() => useServer(etcd.endpoint));
      expect(message).toContain("holds 1 keys and 0 leases; comparing would delete them");
      expect(exitCode).toBe(2);
    } finally {
      await etcd.stop();
    }
  }, 30_000);
});
