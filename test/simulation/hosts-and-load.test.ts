/** Faults of whole machines, of etcd's own clock, of what it has stored, of load, and of those who supervise a process. */
import { describe, expect, test } from "vitest";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import type { Observation } from "../../models/observation.ts";
import { MOST_SETBACKS, setbackPauseMs, timingFor } from "../../models/timing.ts";
import { SERVES_AT, servesAfterStop } from "../helpers/instants.ts";
import { milestones, observe, pair, reigns } from "./helpers.ts";

const changesOf = (seen: readonly Observation[], cause: string) =>
  seen.flatMap((one) => (one.type === "change" && one.cause === cause ? [one] : []));
const requestsFor = (seen: readonly Observation[], purpose: string, node: number) =>
  seen.flatMap((one) =>
    one.type === "request" && one.purpose === purpose && one.node === node ? [one.at] : [],
  );

describe("a machine that sleeps with all that runs on it", () => {
  const sleeps = (more: { clocksGoOn?: true } = {}) =>
    observe(pair([{ type: "suspend", atMs: 100_000, forMs: 150_000, ...more }]));

  test("loses nothing where clocks sleep too: who served serves on, and renews when it would have", () => {
    const seen = sleeps();
    expect(reigns(seen)).toEqual(reigns(observe(pair([]))));
    const calm = requestsFor(observe(pair([])), "renew", 0).filter((at) => at > 100_000);
    const renewed = requestsFor(seen, "renew", 0).filter((at) => at > 100_000);
    expect(renewed[0]).toBe((calm[0] ?? 0) + 150_000);
    expect(milestones(seen, 0)).not.toContain("deposed");
  });

  test("loses its leases where clocks count the sleep, and elects anew", () => {
    const seen = sleeps({ clocksGoOn: true });
    expect(milestones(seen, 0)).toContain("lost: claim ended");
    expect(reigns(seen).length).toBeGreaterThan(1);
  });

  test("starts nobody meanwhile", () => {
    const seen = observe(
      pair([
        { type: "crash", atMs: 99_000, on: "rootcoord-b", restartAfterMs: 5000 },
        { type: "suspend", atMs: 100_000, forMs: 50_000 },
      ]),
    );
    const started = seen.flatMap((one) => (one.type === "started" && one.node === 1 ? [one.at] : []));
    expect(started[1]).toBe(150_000);
  });
});

describe("etcd's own clock", () => {
  const died = { type: "crash", atMs: 100_000, on: "rootcoord-a" } as const;
  const calm = () => changesOf(observe(pair([died])), "expiry")[0]?.at ?? 0;

  test("that runs at half its rate lets a lease live on for as long again", () => {
    const seen = observe(pair([{ type: "driftEtcd", atMs: 100_000, rate: 0.5, forMs: 200_000 }, died]));
    const ran = changesOf(seen, "expiry")[0]?.at ?? 0;
    // It looks for leases that have run out twice a second, by that clock.
    expect(Math.abs(ran - 100_000 - 2 * (calm() - 100_000))).toBeLessThanOrEqual(1000);
  });

  test("that stands still lets none run out until it goes on", () => {
    const seen = observe(pair([{ type: "driftEtcd", atMs: 100_000, rate: 0, forMs: 90_000 }, died]));
    expect(changesOf(seen, "expiry")[0]?.at).toBe(calm() + 90_000);
  });

  test("that jumps lets one run out before its time", () => {
    const seen = observe(pair([died, { type: "stepEtcd", atMs: 110_000, byMs: 30_000 }]));
    expect(Math.abs((changesOf(seen, "expiry")[0]?.at ?? 0) - calm() + 30_000)).toBeLessThanOrEqual(500);
  });
});

describe("an etcd that is restored from an older snapshot", () => {
  const back = { type: "goBack", atMs: 100_000, forMs: 5000 } as const;

  test("gives revisions twice, and who stood under a key that was not yet there begins anew", () => {
    const seen = observe(pair([{ ...back, by: 1000 }]));
    const restored = changesOf(seen, "restore");
    expect(restored.every(({ event }) => event.type === "DELETE")).toBe(true);
    const revisions = seen.flatMap((one) =>
      one.type === "change" && one.cause === "request" ? [one.event.kv.modRevision] : [],
    );
    expect(new Set(revisions).size).toBeLessThan(revisions.length);
    const after = reigns(seen).map((one) => Number(one.split("@")[1]));
    expect(after.at(-1)).toBeGreaterThan(100_000);
  });

  test("leaves who holds a role that stood in the snapshot where it is", () => {
    const seen = observe(pair([{ ...back, by: 1 }]));
    expect(reigns(seen)).toHaveLength(1);
  });

  test("brings keys of the dead back for another TTL, and the standby serves when they have run out", () => {
    const seen = observe(
      pair([
        { type: "stop", atMs: 80_000, on: "rootcoord-a" },
        { ...back, by: 8 },
      ]),
    );
    const brought = changesOf(seen, "restore").filter(({ event }) => event.type === "PUT");
    expect(brought.length).toBeGreaterThan(0);
    const [, second, third] = reigns(seen);
    expect(second).toMatch(/^1@80/u);
    expect(third).toMatch(/^1@/u);
  });
});

describe("load", () => {
  test("a crowd of leases that run out with a dead one's makes it wait in the row", () => {
    const crowd = { type: "crowd", atMs: 100_000 - 20_000, leases: 3000, forMs: 60_000 } as const;
    const died = { type: "crash", atMs: 100_000, on: "rootcoord-a" } as const;
    const seen = observe(pair([crowd, died]));
    const gone = changesOf(seen, "expiry").find(({ event }) => event.kv.key === "crowd")?.at ?? 0;
    // Five scans have to come before the one that takes the last.
    expect(gone - crowd.atMs).toBeGreaterThanOrEqual(60_000 + 2500);
    expect(gone - crowd.atMs).toBeLessThanOrEqual(60_000 + 3000);
  });

  test("more metadata are loaded page by page", () => {
    const pages = (entries: number) =>
      requestsFor(
        observe(
          pair([
            { type: "hoard", atMs: 90_000, on: "rootcoord-a", entries },
            { type: "stop", atMs: 100_000, on: "rootcoord-a" },
          ]),
        ),
        "reload",
        1,
      ).length;
    expect(pages(500)).toBe(1);
    expect(pages(5000)).toBe(2);
  });
});

describe("a supervisor", () => {
  test("whose probe is too eager kills whoever activates, again and again, until it lets it", () => {
    const seen = observe(
      scenario({
        coordinators: coordinators("rootcoord", 1),
        service: { activationMs: 5000, writeEveryMs: 0 },
        horizonMs: 400_000,
        faults: [
          { type: "probe", atMs: 0, on: "rootcoord-a", forMs: 200_000, everyMs: 1000, restartAfterMs: 2000 },
        ],
      }),
    );
    const killed = seen.flatMap((one) => (one.type === "ended" && one.cause === "crash" ? [one.at] : []));
    expect(killed.length).toBeGreaterThan(2);
    expect(Math.max(...killed)).toBeLessThan(200_000);
    expect(reigns(seen)).toHaveLength(1);
  });

  test("without a pause of its own starts nobody again", () => {
    const probe = { type: "probe", atMs: 0, on: "rootcoord-a", forMs: 100_000, everyMs: 10 } as const;
    const seen = observe(pair([probe]));
    expect(seen.filter((one) => one.type === "started" && one.node === 0)).toHaveLength(1);
  });

  const stop = { type: "stop", atMs: 100_000, on: "rootcoord-a", graceMs: 3000 } as const;
  const unanswered = {
    type: "lose",
    atMs: 90_000,
    on: "rootcoord-a",
    leg: "reply",
    purpose: "revoke",
    count: 3,
  } as const;

  test.each([
    ["kills whoever has not stopped in its grace", [unanswered, stop], "crash@103000"],
    ["leaves alone whoever has", [stop], "exit@100004"],
  ])("%s", (_, faults, expected) => {
    const ends = observe(pair(faults)).flatMap((one) =>
      one.type === "ended" ? [`${one.cause}@${one.at}`] : [],
    );
    expect(ends).toEqual([expected]);
  });

  test("does not kill the successor of one that stopped in time", () => {
    const seen = observe(pair([{ ...stop, restartAfterMs: 1000 }]));
    expect(seen.filter((one) => one.type === "ended").map(({ at }) => at)).toEqual([100_004]);
  });
});

test("whose service is of no use lets another serve, and stays away longest", () => {
  const sicken = (on: string) => observe(pair([{ type: "sicken", atMs: 30_000, on }]));
  const seen = sicken("rootcoord-a");
  expect(milestones(seen, 0)).toContain("lost: unhealthy");
  expect(reigns(seen)).toEqual([`0@${SERVES_AT}`, `1@${servesAfterStop(30_000)}`]);
  const [, again] = seen.filter(
    (one) => one.type === "milestone" && one.milestone === "starting" && one.node === 0,
  );
  expect(again?.at).toBeGreaterThanOrEqual(30_000 + setbackPauseMs(timingFor(60), MOST_SETBACKS));
  // Whoever holds no role is not asked.
  expect(reigns(sicken("rootcoord-b"))).toEqual([`0@${SERVES_AT}`]);
});

test("whose server id somebody else has taken lets go and registers under another", () => {
  const seen = observe(pair([{ type: "takeId", atMs: 100_000, on: "rootcoord-a" }]));
  expect(milestones(seen, 0)).toContain("lost: server id taken");
  const ids = seen.flatMap((one) =>
    one.type === "milestone" && one.milestone === "registered" && one.node === 0 ? [one.serverId] : [],
  );
  expect(new Set(ids).size).toBe(2);
  expect(reigns(seen).map((one) => one.split("@")[0])).toEqual(["0", "1"]);
});
