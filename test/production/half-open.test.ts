/**
 * Lines that carry one direction alone: TCP stays up, nobody is told, and what is sent the other way does not arrive. Who
 * has another way takes it; who has none gives way in time. The bounds are in docs/production.md.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { listen } from "../helpers/listen.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { expectLawful, expectNothingLost } from "./lawful.ts";
import { ONE_WAY_MS, Stage } from "./stage.ts";
import { Writer } from "./writer.ts";

const DIRECTIONS = ["toEtcd", "fromEtcd"] as const;
const TTL_SECONDS = 3;
const FLAGS = ["--after-loss", "stand-by"];

describeWith("etcd", "half-open lines", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());

  /** Tests wait much and compute little, so they run side by side; each has a stage and a line of its own. */
  async function withLine(run: (stage: Stage, line: Proxy) => Promise<void>): Promise<void> {
    const line = await openProxy(etcd.endpoint);
    const stage = new Stage([etcd.endpoint], TTL_SECONDS);
    try {
      await run(stage, line);
    } finally {
      await stage.close();
      await line.close();
    }
  }

  describe.concurrent.each(DIRECTIONS)("that carry nothing %s", { timeout: 60_000 }, (direction) => {
    it("an active one with no other way gives way in time, and stands by when the line is whole", () =>
      withLine(async (stage, line) => {
        stage.start(0, FLAGS, [line.endpoint]);
        expect(await stage.active()).toBe(0);
        stage.start(1, FLAGS);
        await stage.standby(1);
        const client = new Writer(() => [stage.at(0), stage.at(1)]);
        await client.progress("the start");
        stage.fault("partition", "begins", 0);
        line.silence(direction);
        expect(await stage.active(0)).toBe(1);
        await client.progress("the takeover");
        line.resume();
        stage.fault("partition", "ends", 0);
        await stage.at(0).says("start to watch ACTIVE key", false);
        await expectNothingLost(stage, client);
        expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
      }));

    it("an active one with another way stays active for longer than the lease it had", () =>
      withLine(async (stage, line) => {
        stage.start(0, FLAGS, [line.endpoint, etcd.endpoint]);
        expect(await stage.active()).toBe(0);
        const { token } = (await stage.at(0).ask("/readyz"))?.body ?? {};
        stage.fault("partition", "begins", 0);
        line.silence(direction);
        await sleep(stage.ttlSeconds * 1000);
        expect(await stage.at(0).ask("/readyz")).toMatchObject({ code: 200, body: { token } });
        const created = await stage.at(0).ask("/collections", "POST", { name: "films" });
        expect(created).toMatchObject({ code: 201 });
        expectLawful(stage, "single-active", "metadata-complete");
      }));

    it("a standby with another way takes over in time from an active one that dies meanwhile", () =>
      withLine(async (stage, line) => {
        stage.start(0, FLAGS);
        expect(await stage.active()).toBe(0);
        stage.start(1, FLAGS, [line.endpoint, etcd.endpoint]);
        await stage.standby(1);
        // No fault for the judges: another way must make up for the line.
        line.silence(direction);
        await stage.kill(0);
        expect(await stage.active(0)).toBe(1);
        expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
      }));

    // Nobody asks anything on this line, so nothing goes unanswered but the probes.
    it("a watch with another way hears what happens within the time that every bound allows a stream", () =>
      withLine(async (stage, line) => {
        const client = new EtcdClient({ endpoints: [line.endpoint, etcd.endpoint] });
        const other = new EtcdClient({ endpoints: [etcd.endpoint] });
        const watch = listen(client, direction, 1);
        expect(await watch.next()).toMatchObject({ created: true });
        line.silence(direction);
        const silentSince = performance.now();
        await other.submit({ type: "put", key: direction, value: "" }, 5000);
        expect((await watch.next()).events[0]?.kv.key).toBe(direction);
        const { streamTimeoutMs } = stage.scenario().network;
        expect(performance.now() - silentSince).toBeLessThan(streamTimeoutMs + 2 * ONE_WAY_MS);
        for (const one of [client, other]) one.close();
      }));
  });
});
