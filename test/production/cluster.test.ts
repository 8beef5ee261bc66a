/**
 * Coordinators on a cluster of three members, while a client writes all the time: the member that leads, or the one that a
 * coordinator uses, is killed, frozen or cut off, or leadership is moved; afterwards the active coordinator is killed as
 * well. Or quorum is lost, which no active one outlasts. The bounds are those of `models/timing`, which give every lease its
 * full TTL and an election timeout again after a change of leader; the allowance is the stage's.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startCluster, type EtcdCluster } from "../helpers/etcd-cluster.ts";
import { listen } from "../helpers/listen.ts";
import { describeWith } from "../helpers/require.ts";
import { expectLawful, expectNothingLost } from "./lawful.ts";
import { Stage } from "./stage.ts";
import { Writer } from "./writer.ts";

/** Longer than an election, so that an active one can outlast the end of a leader. */
const TTL_SECONDS = 3;

describeWith("etcd", "coordinators on a cluster of three members", (executable) => {
  let cluster: EtcdCluster;
  let stage: Stage;
  let writer: Writer | undefined;
  let leader: number;
  beforeAll(async () => {
    cluster = await startCluster(executable);
  }, 60_000);
  beforeEach(async () => {
    stage = new Stage(cluster.endpoints, TTL_SECONDS);
    leader = await cluster.leader();
  });
  afterEach(async () => {
    await writer?.stop();
    await stage.close();
    await cluster.mend();
  }, 60_000);
  afterAll(() => cluster.stop());

  const follower = (which = 1) => (leader + which) % cluster.endpoints.length;
  /** All members, this one first: a coordinator keeps to it as long as it answers. */
  const from = (at: number) => [...cluster.endpoints.slice(at), ...cluster.endpoints.slice(0, at)];

  /** An active one in place 0 and a standby in place 1, each at a member; and the client. */
  async function pair(activeAt: number, standbyAt: number): Promise<Writer> {
    const flags = ["--after-loss", "stand-by", "--log-level", "info"];
    stage.start(0, flags, from(activeAt));
    expect(await stage.active()).toBe(0);
    stage.start(1, flags, from(standbyAt));
    await stage.standby(1);
    writer = new Writer(() => [stage.at(0), stage.at(1)]);
    await writer.progress("the start");
    return writer;
  }

  /** Something happens to etcd, and is over when a sound majority has one leader. */
  async function disturbed(how: () => Promise<void> | void): Promise<void> {
    stage.fault("changeLeader", "begins", -1);
    await how();
    await cluster.leader();
    stage.fault("changeLeader", "ends", -1);
  }

  /** The active one dies in the midst of it, and what was acknowledged lives on with the other. */
  async function expectTakeover(client: Writer): Promise<void> {
    const active = await stage.active();
    await stage.kill(active);
    expect(await stage.active(active)).toBe(1 - active);
    await client.progress("the takeover");
    await expectNothingLost(stage, client);
    expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
  }

  it("the leader is killed, and the active one used it", async () => {
    const client = await pair(leader, follower());
    await disturbed(() => cluster.kill(leader));
    await client.progress("the leader's end");
    await expectTakeover(client);
  }, 60_000);

  // A follower that hands a renewal to the frozen leader holds it for 7 s (hazard H7): the client must not wait for it.
  it("the leader stands still, and the active one uses a follower", async () => {
    const client = await pair(follower(), leader);
    await disturbed(() => cluster.freeze(leader));
    await client.progress("the leader's freeze");
    await expectTakeover(client);
  }, 60_000);

  it("the leader is cut off from its followers, and the active one uses it", async () => {
    const client = await pair(leader, follower());
    await disturbed(() => cluster.cutOff(leader));
    await client.progress("the leader's isolation");
    await expectTakeover(client);
  }, 60_000);

  it("the follower that the standby uses stands still", async () => {
    const client = await pair(leader, follower());
    cluster.freeze(follower());
    await expectTakeover(client);
  }, 60_000);

  it("the follower that the standby uses is cut off from the others", async () => {
    const client = await pair(leader, follower());
    cluster.cutOff(follower());
    await expectTakeover(client);
  }, 60_000);

  // Nobody asks anything here, so nothing goes unanswered: the watch must have asked for a member with a leader (hazard H9).
  it("a watch leaves a follower that is cut off from the others", async () => {
    const client = new EtcdClient({ endpoints: from(follower()) });
    const watch = listen(client, "lonely", 1);
    expect(await watch.next()).toMatchObject({ created: true });
    await disturbed(() => cluster.cutOff(follower()));
    const other = new EtcdClient({ endpoints: from(leader) });
    expect(await other.submit({ type: "put", key: "lonely", value: "" }, 5000)).toMatchObject({ type: "ok" });
    expect((await watch.next()).events[0]?.kv.key).toBe("lonely");
    for (const one of [client, other]) one.close();
  }, 60_000);

  it("leadership moves round the cluster", async () => {
    const client = await pair(leader, follower());
    for (const which of [1, 2, 0]) {
      await disturbed(() => cluster.moveLeader(follower(which)));
      await client.progress("a move");
    }
    await expectTakeover(client);
  }, 60_000);

  it("quorum is lost for longer than the lease lives, and comes back", async () => {
    const client = await pair(leader, follower());
    stage.fault("stall", "begins", -1);
    await cluster.kill(follower(1));
    await cluster.kill(follower(2));
    await stage.at(0).says("no longer ACTIVE, stopped serving");
    expect((await stage.at(0).ask("/collections"))?.code).toBe(503);
    await cluster.mend();
    stage.fault("stall", "ends", -1);
    await client.progress("the return of quorum");
    await expectNothingLost(stage, client);
    expectLawful(stage, "single-active", "metadata-complete", "bounded-takeover");
  }, 60_000);
});
