import { describe, expect, it } from "vitest";
import type { KvReply, KvRequest, ResponseHeader } from "../../models/etcd-api.ts";
import {
  cloneCoordinator,
  createCoordinatorState,
  finishPreparing,
  mayServe,
  onReply,
  onTimer,
  onWatch,
  onWatchBroken,
  phaseOf,
  start,
  stop,
  writeFenced,
  type Ports,
} from "../../src/election/driver.ts";
import { createElectionConfig } from "../../src/election/config.ts";

const config = createElectionConfig({
  activeStandby: true,
  afterLoss: "registerAnew",
  ttlSeconds: 60,
  identity: { role: "rootcoord", address: "a:53100", hostName: "a", exclusive: false, version: "2.4.0" },
});
const header = (revision: number): ResponseHeader => ({ revision, raftTerm: 2 });
const LEASE = "7587869999999999999";

/** A coordinator whose surroundings are this test: it answers by hand, or not at all. */
class Hand {
  now = 0;
  /** How long the process stands still after each look at its clock. */
  standsStillMs = 0;
  readonly coordinator = createCoordinatorState(config);
  readonly sent: { id: number; purpose: string; request: KvRequest }[] = [];
  readonly watches = new Map<number, string>();
  readonly timers = new Map<string, number>();
  readonly said: string[] = [];
  readonly ports: Ports = {
    now: () => {
      const now = this.now;
      this.now += this.standsStillMs;
      return now;
    },
    send: (id, request, _timeoutMs, purpose) => void this.sent.push({ id, purpose, request }),
    watch: (id, { key }) => void this.watches.set(id, key),
    unwatch: (id) => void this.watches.delete(id),
    startTimer: (timer, delayMs) => void this.timers.set(timer, this.now + delayMs),
    cancelTimer: (timer) => void this.timers.delete(timer),
    announce: (_, milestone, reason) =>
      void this.said.push(reason === undefined ? milestone : `${milestone}: ${reason}`),
    written: (_, id, outcome) => void this.said.push(`write ${id} ${outcome}`),
  };

  last(purpose: string) {
    const found = this.sent.findLast((one) => one.purpose === purpose);
    if (found === undefined) throw new Error(`no ${purpose} was sent`);
    return found;
  }

  reply(purpose: string, reply: KvReply, id = this.last(purpose).id): void {
    onReply(config, this.coordinator, this.ports, id, reply);
  }

  fire(name: string): void {
    const timer = [...this.timers.keys()].find((one) => one.includes(`.${name}.`));
    if (timer === undefined) throw new Error(`${name} is not armed`);
    this.timers.delete(timer);
    onTimer(config, this.coordinator, this.ports, timer);
  }

  /** Registered, alone, elected and serving. */
  serve(): this {
    start(config, this.coordinator, this.ports);
    return this.enter(4);
  }

  /** From the first request of a membership to serving under `token`. */
  enter(token: number): this {
    this.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
    this.reply("claimId", txn(2, true));
    this.now = 10;
    this.reply("grant", ok({ type: "leaseGrant", header: header(2), id: LEASE, ttlSeconds: 60 }));
    this.reply("enroll", txn(3, true));
    this.reply("campaign", txn(token, true));
    this.reply("reload", ok({ type: "range", header: header(token), kvs: [], more: false, count: 0 }));
    finishPreparing(config, this.coordinator, this.ports, true);
    return this;
  }
}

function ok(response: Extract<KvReply, { type: "ok" }>["response"]): KvReply {
  return { type: "ok", response };
}

function txn(revision: number, succeeded: boolean): KvReply {
  return ok({ type: "txn", header: header(revision), succeeded, responses: [] });
}

const FULL: KvReply = {
  type: "refused",
  code: "ResourceExhausted",
  message: "etcdserver: mvcc: database space exceeded",
};
const UNKNOWN: KvReply = { type: "unknown", code: "DeadlineExceeded", message: "no reply in time" };

describe("the driver", () => {
  it("takes a coordinator from its first request to serving, with the token of the key it created", () => {
    const hand = new Hand().serve();
    expect(phaseOf(config, hand.coordinator)).toBe("active");
    expect(hand.coordinator.ledger).toMatchObject({ leaseId: LEASE, serverId: 1, token: 4 });
    expect(hand.said).toContain("active");
    expect([...hand.watches.values()]).toHaveLength(2);
  });

  it("counts the claim from the sending of the grant, by the own clock", () => {
    const hand = new Hand().serve();
    const endsAt = hand.coordinator.claimEndsAt;
    expect(endsAt).toBe(config.timing.claimMs);
    expect(mayServe(config, hand.coordinator, endsAt - 1)).toBe(true);
    // No event is needed for the claim to be over: a process that wakes late is already out.
    expect(mayServe(config, hand.coordinator, endsAt)).toBe(false);
  });

  it("counts it from there too when the process stands still while it takes the answer", () => {
    const hand = new Hand().serve();
    hand.now = 20_000;
    hand.fire("renewDue");
    hand.now += 5;
    hand.standsStillMs = 100_000;
    hand.reply("renew", ok({ type: "leaseKeepAlive", header: header(4), id: LEASE, ttlSeconds: 60 }));
    expect(hand.coordinator.claimEndsAt).toBe(20_000 + config.timing.claimMs);
    expect(mayServe(config, hand.coordinator, hand.now)).toBe(false);
  });

  it("sends a write under the token, and nothing once the claim has ended", () => {
    const hand = new Hand().serve();
    const put = { type: "put", key: "by-dev/meta/rootcoord-meta/c", value: "1" } as const;
    const id = writeFenced(config, hand.coordinator, hand.ports, [put]);
    expect(hand.last("write")).toMatchObject({
      id,
      request: { type: "txn", compare: [{ target: "create", createRevision: 4 }], success: [put] },
    });
    hand.now = hand.coordinator.claimEndsAt;
    expect(writeFenced(config, hand.coordinator, hand.ports, [put])).toBeUndefined();
  });

  it.each<[string, KvReply, string]>([
    ["applied", txn(5, true), "active"],
    ["superseded", txn(5, false), "leaving"],
    ["unknown", UNKNOWN, "active"],
  ])("tells of a write that it was %s", (outcome, reply, phase) => {
    const hand = new Hand().serve();
    const id = writeFenced(config, hand.coordinator, hand.ports, [{ type: "put", key: "k", value: "v" }]);
    hand.reply("write", reply);
    expect(hand.said).toContain(`write ${id} ${outcome}`);
    expect(phaseOf(config, hand.coordinator)).toBe(phase);
  });

  it("is not put out of its next term by the late refusal of a write of the last one", () => {
    const hand = new Hand().serve();
    const id = writeFenced(config, hand.coordinator, hand.ports, [{ type: "put", key: "k", value: "v" }]);
    hand.now = hand.coordinator.claimEndsAt;
    hand.fire("claimEnds");
    hand.reply("revoke", UNKNOWN);
    hand.fire("backOff");
    hand.enter(106);
    hand.reply("write", txn(107, false), id);
    expect(hand.said.at(-1)).toBe(`write ${id} superseded`);
    expect([phaseOf(config, hand.coordinator), hand.coordinator.ledger.token]).toEqual(["active", 106]);
  });

  it("asks again when the campaign's reply is lost, and knows its own key", () => {
    const hand = new Hand();
    const campaigns = () => hand.sent.filter(({ purpose }) => purpose === "campaign").length;
    start(config, hand.coordinator, hand.ports);
    hand.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
    hand.reply("claimId", txn(2, true));
    hand.reply("grant", ok({ type: "leaseGrant", header: header(2), id: LEASE, ttlSeconds: 60 }));
    hand.reply("enroll", txn(3, true));
    hand.reply("campaign", UNKNOWN);
    hand.fire("askAgain");
    expect(campaigns()).toBe(2);
    const { request } = hand.last("campaign");
    const value =
      request.type === "txn" && request.success[0]?.type === "put" ? request.success[0].value : "";
    const kv = {
      key: "by-dev/meta/session/rootcoord",
      value: value ?? "",
      createRevision: 4,
      modRevision: 4,
      version: 1,
      lease: LEASE,
    };
    const found = { type: "range", header: header(4), kvs: [kv], more: false, count: 1 } as const;
    hand.reply("campaign", ok({ type: "txn", header: header(4), succeeded: false, responses: [found] }));
    expect(hand.coordinator.ledger.token).toBe(4);
  });

  it("pauses twice as long for each refusal in a row, up to sixteen times, and as ever after anything else", () => {
    const hand = new Hand();
    start(config, hand.coordinator, hand.ports);
    hand.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
    const pauses = (answers: readonly KvReply[], purpose: string) =>
      answers.map((answer) => {
        hand.reply(purpose, answer);
        const [, due] = [...hand.timers].find(([name]) => name.includes(".askAgain.")) ?? ["", Number.NaN];
        hand.fire("askAgain");
        // The counter is read again before it is claimed: an answer to another question ends no row.
        if (purpose === "claimId")
          hand.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
        return due - hand.now;
      });
    const sevenTimes = Array.from({ length: 7 }, () => FULL);
    const doubling = [1000, 2000, 4000, 8000, 16_000, 16_000, 16_000];
    expect(pauses(sevenTimes, "claimId")).toEqual(doubling);
    hand.reply("claimId", txn(2, true));
    expect(pauses(sevenTimes, "grant")).toEqual(doubling);
    hand.reply("grant", ok({ type: "leaseGrant", header: header(2), id: LEASE, ttlSeconds: 60 }));
    expect(pauses(sevenTimes, "enroll")).toEqual(doubling);
    hand.reply("enroll", txn(3, true));
    expect(pauses([FULL, FULL, UNKNOWN, FULL, FULL], "campaign")).toEqual([1000, 2000, 1000, 1000, 2000]);
    // A renewal that is granted meanwhile says nothing about room for a key.
    hand.fire("renewDue");
    hand.reply("renew", ok({ type: "leaseKeepAlive", header: header(4), id: LEASE, ttlSeconds: 60 }));
    expect(pauses([FULL], "campaign")).toEqual([4000]);
  });

  it("drops a reply to a request that was asked anew since", () => {
    const hand = new Hand().serve();
    hand.fire("renewDue");
    const first = hand.last("renew").id;
    hand.reply("renew", UNKNOWN);
    hand.fire("renewRetry");
    expect(hand.last("renew").id).not.toBe(first);
    const before = hand.coordinator.claimEndsAt;
    hand.now = 30_000;
    hand.reply("renew", ok({ type: "leaseKeepAlive", header: header(4), id: LEASE, ttlSeconds: 60 }), first);
    expect(hand.coordinator.claimEndsAt).toBe(before);
  });

  it("rounds the age of a lease up", () => {
    const hand = new Hand().serve();
    hand.now = 20_000.25;
    hand.fire("renewDue");
    hand.now = 20_001;
    hand.reply("renew", ok({ type: "leaseKeepAlive", header: header(4), id: LEASE, ttlSeconds: 60 }));
    expect(hand.coordinator.claimEndsAt).toBe(20_001 - 1 + config.timing.claimMs);
  });

  it("leaves when its watch tells that the active key is gone, and hears nothing of a watch that it closed", () => {
    const hand = new Hand().serve();
    const [role] = [...hand.watches].find(([, key]) => key.endsWith("/rootcoord")) ?? [0];
    const gone = {
      key: "by-dev/meta/session/rootcoord",
      value: "",
      createRevision: 0,
      modRevision: 9,
      version: 0,
      lease: "0",
    };
    const deletion = {
      watchId: role,
      header: header(9),
      created: false,
      canceled: false,
      events: [{ type: "DELETE", kv: gone }],
    } as const;
    onWatch(config, hand.coordinator, hand.ports, role, deletion as never);
    expect(phaseOf(config, hand.coordinator)).toBe("leaving");
    const { said } = hand;
    const before = said.length;
    onWatch(config, hand.coordinator, hand.ports, role, deletion as never);
    onWatchBroken(config, hand.coordinator, hand.ports, role);
    expect(said).toHaveLength(before);
  });

  it("gives its lease back on a clean stop, and ends though nobody answers", () => {
    const hand = new Hand().serve();
    stop(config, hand.coordinator, hand.ports);
    expect(hand.last("revoke").request).toMatchObject({ type: "leaseRevoke", id: LEASE });
    expect(mayServe(config, hand.coordinator, hand.now)).toBe(false);
    const tries = () => hand.sent.filter(({ purpose }) => purpose === "revoke").length;
    hand.reply("revoke", UNKNOWN);
    while (phaseOf(config, hand.coordinator) !== "ended" && tries() < 10) {
      hand.fire("backOff");
      hand.reply("revoke", UNKNOWN);
    }
    expect(phaseOf(config, hand.coordinator)).toBe("ended");
    expect(tries()).toBeGreaterThan(1);
    // Nothing was given back, and nobody is told so.
    expect(hand.said.at(-1)).toBe("leaseKept");
  });

  it("has nothing to give back before it has a lease", () => {
    const hand = new Hand();
    start(config, hand.coordinator, hand.ports);
    stop(config, hand.coordinator, hand.ports);
    expect(hand.sent.map(({ purpose }) => purpose)).not.toContain("revoke");
    expect(phaseOf(config, hand.coordinator)).toBe("ended");
  });

  describe("asked to stop while a lease is being granted", () => {
    const stopped = () => {
      const hand = new Hand();
      start(config, hand.coordinator, hand.ports);
      hand.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
      hand.reply("claimId", txn(2, true));
      stop(config, hand.coordinator, hand.ports);
      expect(phaseOf(config, hand.coordinator)).toBe("leaving");
      return hand;
    };

    it("waits for the answer, and gives back what was granted", () => {
      const hand = stopped();
      hand.reply("grant", ok({ type: "leaseGrant", header: header(2), id: LEASE, ttlSeconds: 60 }));
      expect(hand.last("revoke").request).toMatchObject({ type: "leaseRevoke", id: LEASE });
      hand.reply("revoke", ok({ type: "leaseRevoke", header: header(2) }));
      expect(hand.said.at(-1)).toBe("stopped");
    });

    it("says that a lease may be left when there is no answer", () => {
      const hand = stopped();
      hand.reply("grant", UNKNOWN);
      expect(hand.said.at(-1)).toBe("leaseKept");
      expect(phaseOf(config, hand.coordinator)).toBe("ended");
    });

    it("has nothing to give back when it was refused", () => {
      const hand = stopped();
      hand.reply("grant", { type: "refused", code: "FailedPrecondition", message: "no" });
      expect(hand.said.at(-1)).toBe("stopped");
    });
  });

  it("loads metadata of many pages before it prepares, all at the revision of the first", () => {
    const hand = new Hand();
    start(config, hand.coordinator, hand.ports);
    hand.reply("readId", ok({ type: "range", header: header(1), kvs: [], more: false, count: 0 }));
    hand.reply("claimId", txn(2, true));
    hand.reply("grant", ok({ type: "leaseGrant", header: header(2), id: LEASE, ttlSeconds: 60 }));
    hand.reply("enroll", txn(3, true));
    hand.reply("campaign", txn(4, true));
    const page = (revision: number, key: string, more: boolean) => {
      const kv = { key, value: "v", createRevision: 2, modRevision: 2, version: 1, lease: "0" };
      hand.reply("reload", ok({ type: "range", header: header(revision), kvs: [kv], more, count: 2 }));
    };
    page(7, "a", true);
    expect(hand.said).not.toContain("prepare");
    expect(hand.last("reload").request).toMatchObject({ key: "a\0", revision: 7 });
    // An unanswered page is asked for again, not the whole.
    hand.reply("reload", UNKNOWN);
    hand.fire("backOff");
    expect(hand.last("reload").request).toMatchObject({ key: "a\0", revision: 7 });
    page(9, "b", false);
    expect(hand.said.at(-1)).toBe("prepare");
    expect(hand.coordinator.ledger.loadedRevision).toBe(2);
  });

  it("copies a coordinator so that the copy goes its own way", () => {
    const hand = new Hand().serve();
    const copy = cloneCoordinator(hand.coordinator);
    const before = JSON.stringify(copy);
    stop(config, hand.coordinator, hand.ports);
    expect(JSON.stringify(copy)).toBe(before);
  });
});
