/** What a change of leader costs, where the model is told to do as members do: lost requests, and reads in rounds. */
import { describe, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { drive, type Driver } from "./etcd-driver.ts";

const put: KvRequest = { type: "put", key: "k", value: "1" };
const get: KvRequest = { type: "range", key: "k" };

describe("without a leader", () => {
  const lossy = () => drive({ losesWithLeader: true });
  const says = (etcd: Driver, id: number): string | undefined => {
    const reply = etcd.replyTo(id);
    return reply?.type === "error" ? reply.message : reply?.type;
  };

  it("a put is lost as long as nobody knows, then waits for the next leader", () => {
    const etcd = lossy();
    etcd.step({ type: "leaderChange", electionMs: 1500 });
    etcd.advance(999);
    const lost = etcd.send(put);
    etcd.advance(1);
    const waits = etcd.send(put);
    etcd.advance(500);
    expect([says(etcd, lost), says(etcd, waits)]).toEqual([undefined, "ok"]);
    etcd.advance(6498);
    expect(says(etcd, lost)).toBeUndefined();
    etcd.advance(1);
    expect(says(etcd, lost)).toBe("etcdserver: request timed out, possibly due to previous leader failure");
    expect(etcd.ok(get).kvs).toMatchObject([{ version: 1 }]);
  });

  it("the leader before is not blamed for what was asked long before the next one", () => {
    const etcd = lossy();
    etcd.step({ type: "leaderChange", electionMs: 2500 });
    const lost = etcd.send(put);
    etcd.advance(7000);
    expect(says(etcd, lost)).toBe("etcdserver: request timed out");
  });

  it("the read under way fails with the change, and those behind it are answered", () => {
    const etcd = lossy();
    etcd.step({ type: "leaderChange", electionMs: 1500 });
    const [first, second] = [etcd.send(get), etcd.send(get)];
    etcd.advance(1500);
    expect([says(etcd, first), says(etcd, second)]).toEqual(["etcdserver: leader changed", "ok"]);
  });

  it("reads go in rounds of 7 s, each with those that came in the one before", () => {
    const etcd = lossy();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    const asked = [0, 3000, 3000, 3000].map((afterMs) => {
      etcd.advance(afterMs);
      return etcd.send(get);
    });
    const failed = (): number =>
      asked.filter((id) => says(etcd, id) === "etcdserver: request timed out").length;
    // At 9 s the first round is over, and the fourth read came in the second.
    expect(failed()).toBe(1);
    etcd.advance(4999);
    expect(failed()).toBe(1);
    etcd.advance(1);
    expect(failed()).toBe(3);
    etcd.advance(7000);
    expect(failed()).toBe(4);
  });

  it("a watch that wants a leader ends after four election time-outs, and another is refused", () => {
    const etcd = lossy();
    const watch = { type: "watch", client: 1, watchId: 0, request: { key: "k" } } as const;
    etcd.step({ ...watch, hasLeader: true });
    etcd.step({ ...watch, client: 2 });
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    etcd.advance(3999);
    const broken = () => etcd.outputs.filter(({ type }) => type === "watchesBroken");
    expect(broken()).toEqual([]);
    etcd.advance(1);
    expect(broken()).toMatchObject([{ client: 1, message: "etcdserver: no leader" }]);
    etcd.step({ ...watch, client: 3, hasLeader: true });
    expect(broken()).toHaveLength(2);
  });

  it("all of it waits where the model is not told so", () => {
    const etcd = drive();
    etcd.step({ type: "leaderChange", electionMs: 1500 });
    const asked = [etcd.send(put), etcd.send(get)];
    etcd.advance(1500);
    expect(asked.map((id) => says(etcd, id))).toEqual(["ok", "ok"]);
  });
});
