import { describe, expect, test } from "vitest";
import {
  CALM_NETWORK,
  coordinator,
  coordinators,
  scenario,
  type CoordinatorSetup,
} from "../../src/simulation/scenario.ts";
import { shipped } from "../../models/variant.ts";
import { recordCase } from "../../src/run/record.ts";
import { servingsOf } from "../../src/reading/takeovers.ts";
import { milestones, observe, outcomes, pair, reigns } from "./helpers.ts";
import { timingFor } from "../../models/timing.ts";
import {
  HANDOVER_MS,
  renewedBefore,
  SERVES_AT,
  servesAfterCrash,
  servesAfterStop,
} from "../helpers/instants.ts";

describe("a calm world", () => {
  test("elects the first comer and nobody else", () => {
    const seen = observe(pair([]));
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`]);
    expect(milestones(seen, 1)).toEqual([
      "starting",
      "identified",
      "registered",
      "standby",
      "campaigning",
      "watching",
    ]);
  });

  test("elects each role on its own", () => {
    const roles = ["rootcoord", "datacoord", "querycoord"].flatMap((role) => coordinators(role, 2));
    expect(reigns(observe(scenario({ coordinators: roles, horizonMs: 60_000 })))).toEqual([
      `0@${SERVES_AT}`,
      "2@82",
      "4@90",
    ]);
  });
});

describe("a coordinator that is asked to hand over", () => {
  const asked = (after: Partial<CoordinatorSetup> = {}) =>
    scenario({
      coordinators: coordinators("rootcoord", 2).map((setup) => ({ ...setup, ...after })),
      faults: [{ type: "handOver", atMs: 100_000, on: "rootcoord-a" }],
    });

  test.each(["registerAnew", "exit"] as const)(
    "stops, another serves, and it comes back (%s)",
    (afterLoss) => {
      const seen = observe(asked({ afterLoss }));
      // The watch tells it, then it is as with a clean stop.
      const told = 100_000 + CALM_NETWORK.delayMs;
      expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterStop(told)}`]);
      const left = seen.find((one) => one.type === "claimEnded");
      expect(left?.at).toBe(told);
      const { setbackPauseMs } = timingFor(60);
      const [, again] = seen.filter(
        (one) => one.type === "milestone" && one.milestone === "starting" && one.node === 0,
      );
      expect(again?.at).toBeGreaterThanOrEqual(told + 2 * CALM_NETWORK.delayMs + setbackPauseMs);
      expect(milestones(seen, 0).at(-1)).toBe("watching");
    },
  );

  test("is asked alone: one that has no session key yet leaves the key after its own as it is", () => {
    const seen = observe(
      scenario({
        coordinators: [
          coordinator("rootcoord-a", "rootcoord"),
          coordinator("querycoord-a", "querycoord", { startAtMs: 50_000 }),
        ],
        faults: [{ type: "handOver", atMs: 30_000, on: "querycoord-a" }],
        horizonMs: 60_000,
      }),
    );
    expect(seen.filter((one) => one.type === "change" && one.node < 0)).toEqual([]);
    expect(reigns(seen).map((one) => one.split("@")[0])).toEqual(["0", "1"]);
  });

  test("goes on standing by if it is not active, and one that is alone gets the role again", () => {
    const standby = { ...asked(), faults: [{ type: "handOver", atMs: 100_000, on: "rootcoord-b" } as const] };
    expect(reigns(observe(standby))).toEqual([`0@${SERVES_AT}`]);
    const alone = { ...asked(), coordinators: coordinators("rootcoord", 1) };
    expect(reigns(observe(alone)).map((one) => one.split("@")[0])).toEqual(["0", "0"]);
  });
});

describe("a clock that jumps forward", () => {
  test("ends the claim there and then, not before it began", () => {
    const given = scenario({
      ttlSeconds: 10,
      horizonMs: 120_000,
      coordinators: coordinators("rootcoord", 1),
      faults: [{ type: "stepClock", atMs: 60_000, on: "rootcoord-a", byMs: 600_000 }],
    });
    const seen = observe(given);
    for (const one of seen) if (one.type === "claim") expect(one.until).toBeGreaterThanOrEqual(one.at);
    const [first, second] = servingsOf({
      scenario: given,
      seen: seen.map((observation) => ({ n: 0, observation })),
      untilMs: given.horizonMs,
    });
    expect(first).toMatchObject({ from: SERVES_AT, to: 60_000 });
    expect(second?.from).toBeGreaterThan(60_000);
  });
});

describe("a request that comes later than its time-out", () => {
  test("has timed out by then, and not only when it comes", () => {
    const given = pair([
      { type: "delay", atMs: 1, on: "rootcoord-a", leg: "request", purpose: "grant", count: 1, byMs: 60_000 },
    ]);
    const grants = observe(given).flatMap((one) =>
      one.type === "request" && one.node === 0 && one.purpose === "grant" ? [one.at] : [],
    );
    const { backOffJitterMs, backOffMs, requestTimeoutMs } = timingFor(60);
    expect(grants.length).toBeGreaterThanOrEqual(2);
    expect((grants[1] ?? 0) - (grants[0] ?? 0)).toBeLessThanOrEqual(
      requestTimeoutMs + backOffMs + backOffJitterMs,
    );
  });
});

describe("a connection that breaks", () => {
  test("carries nothing more: not etcd's answer to the watches that end with it", () => {
    const canceled: unknown[] = [];
    const given = pair([
      { type: "lose", atMs: 50_000, on: "rootcoord-b", leg: "watch", count: 1 },
      { type: "crash", atMs: 61_000, on: "rootcoord-a" },
    ]);
    recordCase({ scenario: given, variant: shipped }, (_, line) => {
      if (line.type === "event" && line.cause.type === "watchMessage" && line.cause.response.canceled)
        canceled.push(line);
    });
    expect(canceled).toEqual([]);
    // The watch was open, and broke.
    expect(observe(given)).toContainEqual(
      expect.objectContaining({ type: "message", leg: "watch", fate: "lost" }),
    );
  });
});

describe("a crash", () => {
  test("is taken over when the lease has run out, at the next scan", () => {
    const seen = observe(pair([{ type: "crash", atMs: 100_000, on: "rootcoord-a" }]));
    // Last renewed at 80.010 s, so the lease ends at 140.010 s; the lessor looks every half second.
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
    const gone = seen.flatMap((one) => (one.type === "change" && one.event.type === "DELETE" ? [one] : []));
    expect(gone.map(({ cause, event }) => [event.kv.key, cause])).toEqual([
      ["by-dev/meta/session/rootcoord", "expiry"],
      ["by-dev/meta/session/rootcoord-1", "expiry"],
    ]);
    expect(new Set(gone.map(({ event }) => event.kv.modRevision)).size).toBe(1);
  });

  test("with a restart brings the process back as a standby under a new id", () => {
    const seen = observe(pair([{ type: "crash", atMs: 100_000, on: "rootcoord-a", restartAfterMs: 5000 }]));
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
    const ids = seen.flatMap((one) =>
      one.type === "milestone" && one.milestone === "identified" ? [one.serverId] : [],
    );
    expect(ids).toEqual([1, 2, 3]);
  });
});

describe("a clean stop", () => {
  test("hands over at once", () => {
    const seen = observe(pair([{ type: "stop", atMs: 100_000, on: "rootcoord-a" }]));
    // Revoke, DELETE, campaign, reload: six trips of 2 ms, and 50 ms of preparation.
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterStop(100_000)}`]);
    expect(milestones(seen, 0).slice(-3)).toEqual(["deposed", "stopping", "stopped"]);
  });

  test("waits for the lease when the revoke gets lost for good", () => {
    const lost = {
      type: "lose",
      atMs: 99_000,
      on: "rootcoord-a",
      leg: "request",
      purpose: "revoke",
      count: 3,
    } as const;
    const seen = observe(pair([lost, { type: "stop", atMs: 100_000, on: "rootcoord-a" }]));
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
  });
});

describe("a pause", () => {
  test("that outlasts the lease finds the process out when it wakes", () => {
    const seen = observe(pair([{ type: "pause", atMs: 85_000, on: "rootcoord-a", forMs: 80_000 }]));
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
    expect(milestones(seen, 0)).toContain("lost: claim ended");
    expect(milestones(seen, 0).at(-1)).toBe("watching");
  });

  test("that is short changes nothing", () => {
    expect(
      reigns(observe(pair([{ type: "pause", atMs: 85_000, on: "rootcoord-a", forMs: 30_000 }]))),
    ).toEqual([`0@${SERVES_AT}`]);
  });
});

describe("a write that arrives after the role changed hands", () => {
  test("is refused by the token, however long it was under way", () => {
    const seen = observe(
      pair([
        // Sent at 80.074 s, it arrives at 150.076 s; its sender stands still meanwhile and loses the role.
        {
          type: "delay",
          atMs: 79_000,
          on: "rootcoord-a",
          leg: "request",
          purpose: "write",
          count: 1,
          byMs: 70_000,
        },
        { type: "pause", atMs: 81_000, on: "rootcoord-a", forMs: 80_000 },
      ]),
    );
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
    const writes = seen.flatMap((one) =>
      one.type === "change" && one.event.kv.key.includes("collection") ? [one] : [],
    );
    expect(writes.filter(({ at, node }) => node === 0 && at > 80_074)).toEqual([]);
    expect(writes.filter(({ node }) => node === 1).length).toBeGreaterThan(3);
  });
});

describe("a lost campaign reply", () => {
  test("is resolved by asking again", () => {
    const seen = observe(
      pair([
        { type: "lose", atMs: 0, on: "rootcoord-a", leg: "reply", purpose: "campaign", count: 1 },
        { type: "crash", atMs: 200_000, on: "rootcoord-b" },
      ]),
    );
    expect(reigns(seen)).toEqual(["0@6074"]);
    expect(milestones(seen, 1)).toContain("watching");
  });
});

describe("a partition", () => {
  test("that swallows a watch on its way is noticed, however short, as where it was sent within it", () => {
    const watchedAt = (atMs: number) => {
      const cut = { type: "partition", atMs, on: "rootcoord-b", forMs: 5000, direction: "toEtcd" } as const;
      const seen = observe(pair([cut, { type: "crash", atMs: 100_000, on: "rootcoord-a" }]));
      // Its recheck alone would be too late for that.
      expect(reigns(seen)).toContain(`1@${servesAfterCrash(100_000)}`);
      return seen.flatMap((one) =>
        one.type === "request" && one.purpose === "watch" && one.node === 1 ? [Math.round(one.at)] : [],
      );
    };
    const [session = 0, role = 0, again] = watchedAt(69);
    expect(role - session).toBe(4);
    expect(again).toBeGreaterThan(10_000);
    // It has been on its way for a millisecond, and is missed when it would have come.
    expect(watchedAt(71)[2]).toBe((again ?? 0) + 2);
  });

  test("of the active ends its claim before the successor's begins", () => {
    const seen = observe(
      pair([{ type: "partition", atMs: 85_000, on: "rootcoord-a", forMs: 120_000, direction: "both" }]),
    );
    const ended = seen.find((one) => one.type === "claimEnded");
    expect(ended?.at).toBe(renewedBefore(85_000) + timingFor(60).claimMs);
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterCrash(100_000)}`]);
  });

  test("shorter than the stream's patience only delays what the watch has to tell", () => {
    const seen = observe(
      pair([
        { type: "partition", atMs: 99_000, on: "rootcoord-b", forMs: 5000, direction: "fromEtcd" },
        { type: "stop", atMs: 100_000, on: "rootcoord-a" },
      ]),
    );
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${99_000 + 5000 + HANDOVER_MS}`]);
  });
});

describe("etcd", () => {
  test("that changes its leader lets the dead live a full TTL longer", () => {
    const seen = observe(
      pair([
        { type: "crash", atMs: 100_000, on: "rootcoord-a" },
        { type: "changeLeader", atMs: 139_000, forMs: 1000 },
      ]),
    );
    const [, second] = reigns(seen);
    expect(Number(second?.split("@")[1])).toBeGreaterThan(200_000);
  });

  test.each([
    ["3.4.23", "still serves"],
    ["3.5.16", "has stopped"],
  ] as const)("%s: who was stranded on a stale leader %s when another begins", (version, then) => {
    const faults = [{ type: "strand", atMs: 100_000, on: "rootcoord-a", forMs: 100_000 }] as const;
    const seen = observe(pair(faults, { etcd: { version, clockRate: 1 } }));
    const begins = seen.findIndex((one) => one.type === "claim" && one.node === 1);
    const ends = seen.findIndex((one) => one.type === "claimEnded" && one.node === 0);
    expect(begins).toBeGreaterThan(0);
    expect(ends < begins ? "has stopped" : "still serves").toBe(then);
    // What it wrote meanwhile reaches the others when the old leader is back, and its token is outdated then.
    expect(outcomes(seen, 0)).toContain("unknown");
    const late = seen.filter((one) => one.type === "change" && one.node === 0 && one.at > 100_000);
    expect(late.filter((one) => one.type === "change" && one.event.kv.key.includes("-meta/"))).toEqual([]);
  });

  test("that is down for less than a claim costs nobody the role", () => {
    expect(reigns(observe(pair([{ type: "restart", atMs: 90_000, forMs: 30_000 }])))).toEqual([
      `0@${SERVES_AT}`,
    ]);
  });

  test("whose active key somebody deletes by hand elects again", () => {
    const seen = observe(pair([{ type: "deleteKey", atMs: 100_000, key: "active", on: "rootcoord-a" }]));
    expect(milestones(seen, 0)).toContain("lost: active key lost");
    expect(reigns(seen).map((reign) => reign.split("@")[0])).toEqual(["0", "1"]);
  });
});

describe("a standby whose watches bring nothing", () => {
  const { ttlMs } = timingFor(60);
  // From the first answer that the role is held, and again after each.
  const asksAfter = (instantMs: number) => Math.floor(instantMs / ttlMs + 1) * ttlMs;

  test("asks for itself, and takes over all the same", () => {
    const goneAtMs = servesAfterCrash(100_000);
    const muted = { type: "muteWatch", atMs: 90_000, on: "rootcoord-b", forMs: 60_000 } as const;
    const seen = observe(pair([muted, { type: "crash", atMs: 100_000, on: "rootcoord-a" }]));
    const [, next] = reigns(seen);
    const servesAtMs = Number(next?.split("@")[1]);
    expect(servesAtMs).toBeGreaterThan(goneAtMs);
    expect(servesAtMs).toBeGreaterThan(asksAfter(goneAtMs));
    expect(servesAtMs - asksAfter(goneAtMs)).toBeLessThan(1000);
  });

  test("asks again after a pause where its question is refused, not a TTL later", () => {
    const goneAtMs = servesAfterCrash(100_000);
    const seen = observe(
      pair([
        { type: "muteWatch", atMs: 90_000, on: "rootcoord-b", forMs: 60_000 },
        { type: "crash", atMs: 100_000, on: "rootcoord-a" },
        {
          type: "refuse",
          atMs: goneAtMs,
          on: "rootcoord-b",
          purpose: "campaign",
          says: "too many requests",
          count: 2,
        },
      ]),
    );
    expect(seen.filter((one) => one.type === "message" && one.fate === "refused")).toHaveLength(2);
    const [, next] = reigns(seen);
    // Two pauses, the second twice as long, each with its jitter, and the takeover.
    const asks = asksAfter(goneAtMs);
    expect(Number(next?.split("@")[1]) - asks).toBeLessThan(3 * 1500 + 1000);
  });

  test("hears again what happens after the last of two such faults", () => {
    const mute = (atMs: number, forMs: number) =>
      ({ type: "muteWatch", atMs, on: "rootcoord-b", forMs }) as const;
    const crash = { type: "crash", atMs: 100_000, on: "rootcoord-a" } as const;
    const again = `1@${servesAfterCrash(100_000)}`;
    expect(reigns(observe(pair([mute(50_000, 10_000), crash])))).toContain(again);
    // The end of the first does not end the second.
    expect(reigns(observe(pair([mute(50_000, 10_000), mute(55_000, 150_000), crash])))).not.toContain(again);
  });
});

describe("a request that is refused", () => {
  const refuse = (purpose: "renew" | "campaign" | "grant" | "write" | "revoke", count: number, atMs = 0) =>
    ({ type: "refuse", atMs, on: "rootcoord-a", purpose, says: "permission denied", count }) as const;

  test("is not carried out, and asked for again after the pause", () => {
    const seen = observe(pair([refuse("campaign", 1)]));
    const messages = seen.filter((one) => one.type === "message");
    expect(messages).toEqual([
      expect.objectContaining({ fate: "refused", purpose: "campaign", leg: "request" }),
    ]);
    // The other one was quicker.
    expect(reigns(seen)[0]).toMatch(/^1@/u);
  });

  test("loses nothing: a renewal is tried again, a write is told refused", () => {
    const seen = observe(pair([refuse("renew", 2, 10_000), refuse("write", 1, 10_000)]));
    expect(reigns(seen)).toEqual([`0@${SERVES_AT}`]);
    const written = seen.filter((one) => one.type === "written");
    expect(written.filter(({ outcome }) => outcome === "refused")).toHaveLength(1);
  });

  test("of a stop that gives back its lease is sent again", () => {
    const seen = observe(
      pair([refuse("revoke", 2, 90_000), { type: "stop", atMs: 100_000, on: "rootcoord-a" }]),
    );
    const revokes = seen.filter((one) => one.type === "request" && one.purpose === "revoke");
    expect(revokes).toHaveLength(3);
    expect(reigns(seen)).toHaveLength(2);
  });
});

describe("an etcd whose space is used up", () => {
  const full = (atMs: number, forMs: number) => ({ type: "fillUp", atMs, forMs }) as const;
  const crash = { type: "crash", atMs: 100_000, on: "rootcoord-a" } as const;

  test("keeps whoever serves, and lets nobody follow until there is room again", () => {
    expect(reigns(observe(pair([full(50_000, 400_000)])))).toEqual([`0@${SERVES_AT}`]);
    const [, next] = reigns(observe(pair([full(50_000, 200_000), crash])));
    const servesAtMs = Number(next?.split("@")[1]);
    expect(servesAtMs).toBeGreaterThan(250_000);
    // The longest pause between two refusals, with its jitter, and the takeover.
    expect(servesAtMs).toBeLessThan(250_000 + 16_000 + 1000 + 1000);
  });

  test("has room when the last of two alarms is disarmed", () => {
    const [, next] = reigns(observe(pair([full(50_000, 100_000), full(60_000, 190_000), crash])));
    expect(Number(next?.split("@")[1])).toBeGreaterThan(250_000);
  });
});

describe("with HA off", () => {
  test("the second comer tries thirty times, says so and leaves", () => {
    const exclusive = ["a", "b"].map((name, at) =>
      coordinator(`rootcoord-${name}`, "rootcoord", { activeStandby: false, startAtMs: at * 50 }),
    );
    const seen = observe(scenario({ coordinators: exclusive, horizonMs: 300_000 }));
    expect(reigns(seen)).toEqual(["0@70"]);
    expect(milestones(seen, 1).filter((one) => one === "outrun")).toHaveLength(30);
    expect(milestones(seen, 1)).toContain("gaveUp");
    expect(seen.some((one) => one.type === "ended" && one.node === 1 && one.cause === "exit")).toBe(true);
  });
});

describe("a duplicated write", () => {
  test("is applied twice by the same active, and by it alone", () => {
    const seen = observe(
      pair([{ type: "duplicate", atMs: 90_000, on: "rootcoord-a", purpose: "write", count: 1 }]),
    );
    expect(outcomes(seen, 0).every((outcome) => outcome === "applied")).toBe(true);
    expect(seen.filter((one) => one.type === "message" && one.fate === "doubled")).toHaveLength(1);
  });
});
