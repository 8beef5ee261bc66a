/**
 * What a client is told when the leader dies, and when the quorum does: the same facts of three real members and of served ones. Each
 * was measured on etcd 3.4.23.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { startEtcd } from "../../src/serve/serve.ts";
import { startCluster } from "../helpers/etcd-cluster.ts";
import { describeWith } from "../helpers/require.ts";
import { realDriver, servedDriver, type ClusterDriver, type Told } from "./cluster-driver.ts";

const put: KvRequest = { type: "put", key: "k", value: "v" };
const grant: KvRequest = { type: "leaseGrant", ttlSeconds: 10 };
const get: KvRequest = { type: "range", key: "k" };

/** One run of it: each call by what it is called below. */
interface Course {
  readonly told: Readonly<Record<string, Told>>;
  /** Streams that had not ended when all others had. */
  readonly silent: readonly string[];
}

async function courseOf(cluster: ClusterDriver): Promise<Course> {
  const told: Record<string, Told> = {};
  const silent = new Set<string>();
  const under: Promise<unknown>[] = [];
  const hear = (name: string, call: Promise<Told>): void => {
    silent.add(name);
    void call.then((found) => {
      told[name] = found;
      silent.delete(name);
    });
    if (!name.startsWith("silent")) under.push(call);
  };
  const first = await cluster.leader();
  const followers = [0, 1, 2].filter((member) => member !== first);
  await Promise.all([0, 1, 2].map((member) => cluster.ask(member, get)));
  await cluster.kill(first);
  await cluster.pass(100);
  // Which of them will lead is not known yet.
  for (const member of followers) {
    hear(`put ${member}`, cluster.ask(member, put));
    hear(`grant ${member}`, cluster.ask(member, grant));
    hear(`read ${member}`, cluster.ask(member, get));
  }
  await cluster.pass(300);
  for (const member of followers) hear(`later read ${member}`, cluster.ask(member, get));
  await cluster.pass(6900);
  const second = await cluster.leader();
  const last = followers.find((member) => member !== second) ?? 0;
  for (const name of ["put", "grant", "read", "later read"]) {
    const members = { leader: second, follower: last };
    for (const [who, member] of Object.entries(members)) {
      const found = (): Told | undefined => told[`${name} ${member}`];
      under.push(
        waited(found, under).then((one) => {
          told[`${name} at the ${who}`] = one;
        }),
      );
    }
  }
  hear("put again", cluster.ask(last, put));
  hear("watch", cluster.watch(last, true));
  hear("silent watch", cluster.watch(last, false));
  await cluster.pass(200);
  await cluster.kill(second);
  await cluster.pass(2500);
  hear("idle read", cluster.ask(last, get));
  await cluster.pass(1500);
  hear("busy read", cluster.ask(last, get));
  hear("put without a leader", cluster.ask(last, put));
  hear("late watch", cluster.watch(last, true));
  await cluster.pass(13_000);
  await Promise.all(under);
  return { told, silent: [...silent] };
}

/** The answer to a call of that name, when all that were made before are over. */
async function waited(found: () => Told | undefined, under: readonly Promise<unknown>[]): Promise<Told> {
  await Promise.all(under);
  return found() ?? { says: "nothing", afterMs: 0 };
}

const TIMED_OUT = "14 etcdserver: request timed out";
const BLAMED = `${TIMED_OUT}, possibly due to previous leader failure`;
const SLACK_MS = 600;

/** A member blames the leader before it for what was asked within two election time-outs before it was elected, of a second each. */
const BLAMES_WITHIN_MS = 2000;
/** A read is told of the change of leader so much later, at most, than it comes about. */
const UNCERTAIN_MS = 150;

/** What may be said to a write that was lost with the leader, by how long after it another was elected. */
function saidOfLost(electedMs: number): readonly string[] {
  if (electedMs < BLAMES_WITHIN_MS) return [BLAMED];
  return electedMs > BLAMES_WITHIN_MS + UNCERTAIN_MS ? [TIMED_OUT] : [BLAMED, TIMED_OUT];
}

function facts(name: string, open: () => Promise<ClusterDriver>): void {
  describe(name, () => {
    let cluster: ClusterDriver;
    let course: Course;
    beforeAll(async () => {
      cluster = await open();
      course = await courseOf(cluster);
    }, 90_000);
    afterAll(() => cluster.close());

    it.each<[string, string, number, number]>([
      // What was passed on to the dead leader is lost; the member that is elected knows why.
      ["put at the leader", BLAMED, 7000, 7000],
      ["grant at the leader", BLAMED, 7000, 7000],
      ["put at the follower", TIMED_OUT, 7000, 7000],
      ["grant at the follower", TIMED_OUT, 7000, 7000],
      // The read that is under way fails with the change; those behind it are answered then.
      ["read at the leader", "14 etcdserver: leader changed", 500, 2500],
      ["read at the follower", "14 etcdserver: leader changed", 500, 2500],
      ["later read at the leader", "ok", 200, 2200],
      ["later read at the follower", "ok", 200, 2200],
      ["put again", "ok", 0, 0],
      // Reads without a leader go in rounds of 7 s.
      ["idle read", TIMED_OUT, 7000, 7000],
      ["busy read", TIMED_OUT, 12_500, 12_500],
      ["put without a leader", "2 context deadline exceeded", 7000, 7000],
      ["watch", "created, 14 etcdserver: no leader", 3200, 4400],
      ["late watch", "14 etcdserver: no leader", 0, 0],
    ])("%s: %s", (call, says, leastMs, mostMs) => {
      const found = course.told[call];
      // The read was asked with it, and fails when another is elected: when that is, chance says.
      const electedMs = course.told["read at the leader"]?.afterMs ?? Number.NaN;
      expect(says === BLAMED ? saidOfLost(electedMs) : [says]).toContain(found?.says);
      expect(found?.afterMs).toBeGreaterThanOrEqual(leastMs - 100);
      expect(found?.afterMs).toBeLessThanOrEqual(mostMs + SLACK_MS);
    });

    it("leaves a watch silent that did not ask for a leader", () => {
      expect(course.silent).toEqual(["silent watch"]);
    });
  });
}

describeWith("etcd", "when the leader dies, and then the quorum", (executable) => {
  facts("three real members", async () => realDriver(await startCluster(executable)));
});

describe("when the leader dies, and then the quorum", () => {
  facts("three served members", async () => servedDriver(await startEtcd({ time: "manual", members: 3 })));
});
