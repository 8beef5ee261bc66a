/**
 * Three real coordinators, killed, paused and stopped in an order that nobody chose, under a client that writes all the time.
 * What was acknowledged is there; what a superseded coordinator wrote is not.
 */
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { describeWith } from "../helpers/require.ts";
import { endAll, until } from "./coordinator.ts";
import { Stage, TTL_SECONDS } from "./stage.ts";
import { Writer } from "./writer.ts";

const BLOWS = 6;
const SEED = Number(process.env["LEASEHOLD_STORM_SEED"] ?? 20_261_124);

describeWith("etcd", "a storm over real coordinators", (executable) => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await endAll();
    await stage?.close();
  }, 30_000);

  it(`loses no acknowledged write and applies no superseded one (seed ${SEED})`, async () => {
    const open = await Stage.open(executable);
    stage = open;
    const flags = ["--after-loss", "stand-by", "--log-level", "info"];
    const slots = [0, 1, 2];
    for (const slot of slots) open.start(slot, flags);
    await open.active();
    const writer = new Writer(() => slots.map((slot) => open.at(slot)));
    const progress = async (what: string) => {
      const before = writer.acknowledged.length;
      await until(
        () => Promise.resolve(writer.acknowledged.length),
        (count) => count > before + 3,
        `no write after ${what}`,
      );
    };
    await progress("the start");
    const blow = fc.record({
      kind: fc.constantFrom("kill", "kill", "pause", "stop"),
      // Mostly the active one; whom else to hit is drawn.
      active: fc.integer({ min: 0, max: 3 }).map((draw) => draw > 0),
      other: fc.constantFrom(...slots),
    });
    for (const { active, kind, other } of fc.sample(blow, { numRuns: BLOWS, seed: SEED })) {
      const slot = active ? await open.active() : other;
      if (kind === "kill") {
        await open.kill(slot);
        await progress("a kill");
        open.start(slot, flags);
      } else if (kind === "stop") {
        open.fault("stop", "begins", slot);
        open.at(slot).signal("SIGTERM");
        expect(await open.at(slot).ended).toBe(0);
        await progress("a stop");
        open.start(slot, flags);
      } else {
        open.fault("pause", "begins", slot);
        open.at(slot).signal("SIGSTOP");
        // Until another one serves: the pause outlasts the lease.
        await open.active(slot);
        open.at(slot).signal("SIGCONT");
        open.fault("pause", "ends", slot);
        await progress("a pause");
      }
    }
    await writer.stop();
    const last = await open.active();
    const listed = (await open.at(last).ask("/collections"))?.body["collections"] as string[];
    const missing = writer.acknowledged.filter(({ name }) => !listed.includes(name));
    expect(missing).toEqual([]);
    expect(new Set(writer.acknowledged.map(({ token }) => token)).size).toBeGreaterThan(1);
    const { faults, judged, steps } = open.judge();
    expect(faults).toEqual([]);
    expect(judged).toEqual(
      expect.arrayContaining([
        "single-active",
        "fencing",
        "one-key-holder",
        "metadata-complete",
        "unique-ids",
      ]),
    );
    expect(steps).toBeGreaterThan(TTL_SECONDS * BLOWS);
  }, 120_000);
});
