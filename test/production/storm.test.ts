/**
 * Three real coordinators, killed, paused and stopped in an order that nobody chose, under a client that writes all the time.
 * What was acknowledged is there; what a superseded coordinator wrote is not.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { expectLawful, expectNothingLost } from "./lawful.ts";
import { Stage } from "./stage.ts";
import { Writer } from "./writer.ts";

const BLOWS = 6;
const SEED = Number(process.env["LEASEHOLD_STORM_SEED"] ?? 20_261_124);

describeWith("etcd", "a storm over real coordinators", (executable) => {
  let etcd: RealEtcd;
  let stage: Stage;
  beforeEach(async () => {
    etcd = await startEtcd(executable);
    stage = new Stage([etcd.endpoint]);
  }, 60_000);
  afterEach(async () => {
    await stage.close();
    await etcd.stop();
  }, 30_000);

  it(`loses no acknowledged write and applies no superseded one (seed ${SEED})`, async () => {
    const flags = ["--after-loss", "stand-by", "--log-level", "info"];
    const slots = [0, 1, 2];
    for (const slot of slots) stage.start(slot, flags);
    await stage.active();
    const writer = new Writer(() => slots.map((slot) => stage.at(slot)));
    await writer.progress("the start");
    const blow = fc.record({
      kind: fc.constantFrom("kill", "kill", "pause", "stop"),
      // Mostly the active one; whom else to hit is drawn.
      active: fc.integer({ min: 0, max: 3 }).map((draw) => draw > 0),
      other: fc.constantFrom(...slots),
    });
    for (const { active, kind, other } of fc.sample(blow, { numRuns: BLOWS, seed: SEED })) {
      const slot = active ? await stage.active() : other;
      if (kind === "kill") {
        await stage.kill(slot);
        await writer.progress("a kill");
        stage.start(slot, flags);
      } else if (kind === "stop") {
        stage.fault("stop", "begins", slot);
        stage.at(slot).signal("SIGTERM");
        expect(await stage.at(slot).ended).toBe(0);
        await writer.progress("a stop");
        stage.start(slot, flags);
      } else {
        stage.fault("pause", "begins", slot);
        stage.at(slot).signal("SIGSTOP");
        // Until another one serves: the pause outlasts the lease.
        await stage.active(slot);
        stage.at(slot).signal("SIGCONT");
        stage.fault("pause", "ends", slot);
        await writer.progress("a pause");
      }
    }
    await expectNothingLost(stage, writer);
    expect(new Set(writer.acknowledged.map(({ token }) => token)).size).toBeGreaterThan(1);
    expectLawful(stage, "single-active", "metadata-complete");
  }, 120_000);
});
