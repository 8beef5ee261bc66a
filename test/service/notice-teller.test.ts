/** What a service hears of its election, in which order, and what its own faults cost. */
import { describe, expect, it } from "vitest";
import type { KvReply } from "../../models/etcd-api.ts";
import type { ElectionNotice } from "../../src/service/notice.ts";
import { NoticeTeller } from "../../src/service/notice-teller.ts";

const UNKNOWN: KvReply = { type: "unknown", code: "DeadlineExceeded", message: "no answer in time" };

function teller(listener: (notice: ElectionNotice) => void = () => undefined) {
  const told: ElectionNotice[] = [];
  const thrown: unknown[] = [];
  let member = "http://a:1";
  return {
    told,
    thrown,
    move: (to: string) => {
      member = to;
    },
    teller: new NoticeTeller(
      (notice) => {
        told.push(notice);
        listener(notice);
      },
      (error) => thrown.push(error),
      () => member,
    ),
  };
}

describe("the notices of an election", () => {
  it("come in order, when the step that they are of is over", async () => {
    const { teller: audience, told } = teller();
    audience.written("applied");
    audience.settled("standby");
    audience.settled("standby");
    expect(told).toEqual([]);
    await Promise.resolve();
    expect(told).toEqual([
      { type: "write", outcome: "applied" },
      { type: "phase", phase: "standby", before: "joining" },
    ]);
  });

  it("tell of a request when it has ended: how, why, and the member it was sent to, whichever is in use now", async () => {
    const { move, teller: audience, told } = teller();
    audience.sent("renew", 1);
    audience.sent("watch", 2);
    move("http://b:2");
    audience.arrived({ type: "reply", id: 1, purpose: "renew", reply: UNKNOWN });
    audience.settled("joining");
    await Promise.resolve();
    expect(told).toEqual([
      {
        type: "request",
        kind: "renew",
        result: "unknown",
        reason: "no answer in time (DeadlineExceeded)",
        tookMs: expect.any(Number),
        member: "http://a:1",
      },
    ]);
  });

  it("tell of the request first, then of what it brought about", async () => {
    const { teller: audience, told } = teller();
    audience.sent("mint", 1);
    const reply: KvReply = { type: "ok", response: { type: "put", header: { revision: 1 } } } as never;
    audience.arrived({ type: "reply", id: 1, purpose: "mint", reply });
    audience.stepped("id.failed");
    audience.announced("lost", undefined, { serverId: 0, leaseId: "0", token: 0 } as never);
    audience.settled("away");
    await Promise.resolve();
    expect(told.map(({ type }) => type)).toEqual(["request", "milestone", "phase"]);
    expect(told[0]).toMatchObject({ kind: "mint", result: "unusable" });
  });

  it("tell of a watch that breaks", async () => {
    const { teller: audience, told } = teller();
    audience.arrived({ type: "watchBroken", id: 2, why: "the connection was reset" });
    audience.settled("standby");
    await Promise.resolve();
    expect(told[0]).toEqual({
      type: "request",
      kind: "watch",
      result: "unknown",
      reason: "the connection was reset",
      tookMs: undefined,
      member: "http://a:1",
    });
  });

  it("go on after a listener that throws", async () => {
    const {
      teller: audience,
      thrown,
      told,
    } = teller(({ type }) => {
      if (type === "write") throw new Error("the disk of the log is full");
    });
    audience.written("refused");
    audience.settled("ended");
    await Promise.resolve();
    expect(told.map(({ type }) => type)).toEqual(["write", "phase"]);
    expect(thrown).toEqual([new Error("the disk of the log is full")]);
  });
});
