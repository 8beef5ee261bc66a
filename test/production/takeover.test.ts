/**
 * Real etcd, real processes: killed, paused, stopped, cut off. What the simulation promises is seen to hold of the command
 * that users run, judged by the same properties.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { RangeResponse } from "../../models/etcd-api.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy } from "../helpers/tcp-proxy.ts";
import { COMMAND, until, within } from "./coordinator.ts";
import { expectLawful, expectNothingLost } from "./lawful.ts";
import { META, ROLE, Stage } from "./stage.ts";
import { Writer } from "./writer.ts";

const now = () => performance.now();

describeWith("etcd", "coordinators on a real etcd", (executable) => {
  let etcd: RealEtcd;
  let stage: Stage;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  beforeEach(() => {
    stage = new Stage([etcd.endpoint]);
  });
  afterEach(() => stage.close());
  afterAll(() => etcd.stop());

  const create = (slot: number, name: string) => stage.at(slot).ask("/collections", "POST", { name });
  const collections = async (slot: number) =>
    ((await stage.at(slot).ask("/collections"))?.body["collections"] ?? []) as string[];

  /** An active one in place 0, a standby in place 1. */
  async function pair(flags: readonly string[] = []): Promise<void> {
    stage.start(0, flags);
    expect(await stage.active()).toBe(0);
    stage.start(1, flags);
    await stage.standby(1);
  }

  it("walks as the page does: two start, one is active, it is killed, the other has its metadata", async () => {
    await pair();
    expect(await create(0, "films")).toMatchObject({ code: 201 });
    const [active, session] = [
      await stage.get(`${META}/session/${ROLE}`),
      await stage.get(`${META}/session/${ROLE}-2`),
    ];
    expect(JSON.parse(active?.value ?? "")).toMatchObject({
      ServerID: 1,
      ServerName: ROLE,
      TriggerKill: true,
    });
    expect(session?.lease).not.toBe(active?.lease);
    const address = (await stage.at(0).url()).slice("http://".length);
    expect(await create(1, "books")).toMatchObject({ code: 503, body: { active: { serverId: 1, address } } });
    expect(await stage.at(1).ask("/healthz")).toMatchObject({ code: 200, body: { state: "standby" } });
    expect(await stage.at(1).ask("/readyz")).toMatchObject({ code: 503 });

    await stage.kill(0);
    const killedAt = now();
    expect(await stage.active(0)).toBe(1);
    expect(now() - killedAt).toBeLessThan(stage.crashBoundMs());
    expect(await collections(1)).toEqual(["films"]);
    const told = [
      "enter STANDBY mode",
      "start to watch ACTIVE key",
      "watch the ACTIVE key",
      "stop watching ACTIVE key",
    ];
    const log = stage.at(1).log();
    const places = [
      ...told,
      "register ACTIVE service successfully",
      "quit STANDBY mode",
      "RootCoord successfully started",
    ].map((text) => log.indexOf(text));
    expect(places.every((place, at) => place > (places[at - 1] ?? -1))).toBe(true);
    expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
    // The killed one's recording too, which has no end.
    for (const file of stage.recordings()) {
      const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, "replay", file]);
      expect(stdout).toMatch(/^rootcoord@\S+: the chart steps as recorded, \d+ steps in 1 life\n$/u);
    }
  }, 60_000);

  it("refuses everything from a process that wakes up after its lease was given away", async () => {
    await pair(["--after-loss", "stand-by"]);
    await create(0, "before");
    stage.at(0).signal("SIGSTOP");
    stage.fault("pause", "begins", 0);
    expect(await stage.active(0)).toBe(1);
    expect(await create(1, "meanwhile")).toMatchObject({ code: 201 });
    // The kernel takes these for the sleeping process; it finds them the moment it wakes.
    const late = [create(0, "late"), stage.at(0).ask("/collections")];
    stage.at(0).signal("SIGCONT");
    stage.fault("pause", "ends", 0);
    expect((await Promise.all(late)).map((answer) => answer?.code)).toEqual([503, 503]);
    await stage.at(0).says("membership lost");
    await until(
      () => stage.at(0).ask("/healthz"),
      (answer) => answer?.body["state"] === "standby",
      "no standby again",
    );
    expect(await collections(1)).toEqual(["before", "meanwhile"]);
    expectLawful(stage, "single-active", "metadata-complete");
  }, 60_000);

  it("hands over at once on SIGTERM, and leaves nothing behind", async () => {
    await pair();
    await create(0, "films");
    stage.fault("stop", "begins", 0);
    stage.at(0).signal("SIGTERM");
    expect(await stage.active(0)).toBe(1);
    expect(await stage.at(0).ended).toBe(0);
    expect(await collections(1)).toEqual(["films"]);
    expect(await stage.get(`${META}/session/${ROLE}-1`)).toBeUndefined();
    // The bound on a clean stop, not the one on a crash, is what `bounded-takeover` judges here.
    expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
  }, 60_000);

  it("leaves a standby on SIGTERM, and leaves at once when asked twice", async () => {
    await pair();
    stage.at(1).signal("SIGTERM");
    expect(await within(stage.at(1).ended, () => "still there")).toBe(0);
    await etcd.kill(); // the revoke cannot be answered
    stage.at(0).signal("SIGTERM");
    await stage.at(0).says("start to revoke session");
    stage.at(0).signal("SIGTERM");
    expect(await within(stage.at(0).ended, () => "still there")).toBe(143);
    await etcd.restart();
  }, 60_000);

  // The usual thirty tries take 81 s: test/models/compile-chart.test.ts counts them, here the setting makes them few.
  it("gives up the second of two without high availability, and leaves nothing behind", async () => {
    stage.start(0, ["--no-active-standby"]);
    expect(await stage.active()).toBe(0);
    stage.start(1, ["--no-active-standby"], undefined, { COMMON_SESSION_RETRYTIMES: "4" });
    expect(await within(stage.at(1).ended, () => "still there")).toBe(4);
    const log = stage.at(1).log();
    expect(log.split("the ACTIVE key is taken and active-standby is off, retrying")).toHaveLength(4 + 1);
    expect(log).toContain("another rootcoord is active and active-standby is off");
    const range = { key: `${META}/session/`, rangeEnd: `${META}/session0` } as const;
    const left = (await stage.ask({ type: "range", ...range, keysOnly: true })) as RangeResponse;
    expect(left.kvs.map(({ key }) => key)).toEqual([`${META}/session/id`, `${META}/session/${ROLE}`]);
    expect((await stage.at(0).ask("/readyz"))?.code).toBe(200);
    expectLawful(stage, "single-active");
  }, 60_000);

  it("stops serving while etcd is away for longer than the lease, and comes back with everything", async () => {
    await pair(["--after-loss", "stand-by"]);
    const writer = new Writer(() => [stage.at(0), stage.at(1)]);
    await writer.progress("the start");
    stage.fault("restart", "begins", -1);
    await etcd.kill();
    await stage.at(0).says("no longer ACTIVE, stopped serving");
    expect((await stage.at(0).ask("/collections"))?.code).toBe(503);
    await etcd.restart();
    stage.fault("restart", "ends", -1);
    await writer.progress("the outage");
    await expectNothingLost(stage, writer);
    expectLawful(stage, "single-active", "metadata-complete");
  }, 60_000);

  it("rides out a short cut and a slow line, and gives way when the line stays silent", async () => {
    const proxy = await openProxy(etcd.endpoint);
    stage.start(0, ["--after-loss", "stand-by"], [proxy.endpoint]);
    expect(await stage.active()).toBe(0);
    stage.start(1, ["--after-loss", "stand-by"]);
    await stage.standby(1);
    const token = (await stage.at(0).ask("/readyz"))?.body["token"];
    proxy.cut();
    proxy.resume();
    proxy.delay(30);
    expect(
      await until(
        () => create(0, "slow"),
        (answer) => answer?.code === 201,
        "no write went through",
      ),
    ).toBeDefined();
    expect((await stage.at(0).ask("/readyz"))?.body["token"]).toBe(token);
    proxy.delay(0);
    stage.fault("partition", "begins", 0);
    proxy.silence();
    // A write into the silence, which arrives when the line comes back: the fence must refuse it.
    const lost = create(0, "lost");
    expect(await stage.active(0)).toBe(1);
    expect(await create(1, "kept")).toMatchObject({ code: 201 });
    proxy.resume();
    stage.fault("partition", "ends", 0);
    expect((await lost)?.code).not.toBe(201);
    await until(
      () => stage.at(0).ask("/healthz"),
      (answer) => answer?.body["state"] === "standby",
      "no standby again",
    );
    expect(await collections(1)).toEqual(["kept", "slow"]);
    expectLawful(stage, "single-active", "metadata-complete");
    await proxy.close();
  }, 60_000);

  it.each([
    [
      "the active key is deleted",
      async () => {
        await stage.ask({ type: "deleteRange", key: `${META}/session/${ROLE}` });
      },
    ],
    [
      "the active one's session key is deleted",
      async () => {
        await stage.ask({ type: "deleteRange", key: `${META}/session/${ROLE}-1` });
      },
    ],
    [
      "its lease is revoked",
      async () => {
        await stage.ask({
          type: "leaseRevoke",
          id: (await stage.get(`${META}/session/${ROLE}`))?.lease ?? "",
        });
      },
    ],
  ])(
    "changes hands when %s by hand, and the former active one exits",
    async (_, meddle) => {
      await pair();
      await create(0, "films");
      stage.meddled(0);
      await meddle();
      expect(await stage.active(0)).toBe(1);
      expect(await within(stage.at(0).ended, () => "still there")).toBe(4);
      expect(stage.at(0).log()).toContain("the lease or the role was lost");
      expect(await collections(1)).toEqual(["films"]);
      expectLawful(stage, "metadata-complete");
    },
    60_000,
  );
});
