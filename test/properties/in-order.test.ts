/** The order of a life, by observations made by hand: just within what it allows, and just beyond. */
import { describe, expect, test } from "vitest";
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Observation } from "../../models/observation.ts";
import { shippedDialect } from "../../models/dialect.ts";
import { delayed, edited, speaking, stateAt, variantWith } from "../../models/edits.ts";
import { REVOKE_ATTEMPTS, refusedPauseMs, timingFor } from "../../models/timing.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { livesInOrder, OrderJudge } from "../../properties/in-order.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import {
  coordinator,
  environmentOf,
  scenario,
  type CoordinatorSetup,
} from "../../src/simulation/scenario.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { seconds } from "../../src/words/seconds.ts";
import { pair } from "../simulation/helpers.ts";

const { backOffJitterMs, backOffMs, claimMs, renewEveryMs, requestTimeoutMs } = timingFor(60);
const LEASE = "7";

type Seen = readonly [
  at: number,
  what: string,
  more?: { readonly reason?: LossReason; readonly until?: number },
];

const MILESTONES: ReadonlySet<string> = new Set<Milestone>([
  ..."starting identified registered standby campaigning outrun watching vacancy won prepare active deposed".split(
    " ",
  ),
  ..."lost stopping stopped exited gaveUp leaseKept".split(" "),
] as Milestone[]);

/** `started`, `ended`, a milestone, a claim, a request, or what became of one. */
function observationOf([at, what, more = {}]: Seen): Observation {
  const node = 0;
  const role = "rootcoord";
  if (what === "started") return { type: what, at, node, role };
  const [purpose = "", fate] = what.split(" is ");
  if (fate === "refused" || fate === "lost" || fate === "late")
    return {
      type: "message",
      at,
      node,
      leg: fate === "late" ? "reply" : "request",
      purpose,
      fate,
      until: at,
    };
  if (what === "ended") return { type: what, at, node, cause: "exit" };
  if (what === "claim") return { type: what, at, node, role, token: 5, until: more.until ?? at };
  if (!MILESTONES.has(what)) return { type: "request", at, node, purpose: what };
  const leaseId = ["starting", "identified"].includes(what) ? "0" : LEASE;
  const facts = { serverId: 1, leaseId, token: 5, loadedRevision: 0, roleRevision: 0 };
  return { type: "milestone", at, node, role, milestone: what as Milestone, reason: more.reason, ...facts };
}

function judged(seen: readonly Seen[], setup: Partial<CoordinatorSetup> = {}, faults: readonly Fault[] = []) {
  const given = scenario({ coordinators: [coordinator("rootcoord-a", "rootcoord", setup)], faults });
  const judge = new OrderJudge(given);
  for (const one of [...seen.map(observationOf), { type: "end", at: 1e9 } as const]) {
    const found = judge.observe(one);
    if (found === undefined) continue;
    return tellViolation(named({ property: "in-order", ...found }, given));
  }
  return undefined;
}

const joined: readonly Seen[] = [
  [0, "started"],
  [0, "starting"],
  [0, "readId"],
  [4, "claimId"],
  [8, "identified"],
  [8, "grant"],
  [12, "enroll"],
  [16, "registered"],
  [16, "watch"],
  [16, "standby"],
  [16, "campaigning"],
  [16, "campaign"],
];
const serving: readonly Seen[] = [
  ...joined,
  [20, "won"],
  [20, "watch"],
  [20, "reload"],
  [24, "prepare"],
  [74, "active"],
  [74, "claim", { until: 8 + claimMs }],
];
const lost: readonly Seen[] = [
  ...serving,
  [9000, "deposed"],
  [9000, "lost", { reason: "claim ended" }],
  [9000, "revoke"],
];
const again: readonly Seen[] = [[1e9, "readId"]];
const stopping: readonly Seen[] = [...serving, [9000, "deposed"], [9000, "stopping"], [9000, "revoke"]];
const exclusive = { activeStandby: false, retryTimes: 2 };
const outrun: readonly Seen[] = [
  ...joined.filter(([, what]) => !["enroll", "registered", "watch"].includes(what)),
  [20, "outrun"],
  [220, "campaigning"],
  [220, "campaign"],
  [224, "outrun"],
];
const latestMs = (requestTimeoutMs + backOffMs + backOffJitterMs) / 0.98;

describe("a life in the protocol's order", () => {
  test.each<[string, readonly Seen[], Partial<CoordinatorSetup>?]>([
    ["to service", [...serving]],
    ["through a loss", [...lost, [9000 + latestMs, "starting"], [9000 + latestMs, "readId"]]],
    ["to its supervisor", [...lost, [9004, "exited"], [9004, "ended"]], { afterLoss: "exit" }],
    ["to a clean stop", [...stopping, [9004, "stopped"], [9004, "ended"]]],
    ["with active-standby off", [...outrun, [424, "gaveUp"], [424, "stopping"], [424, "revoke"]], exclusive],
    ["with renewals as due", [...serving, [20_008, "renew"], [20_012, "claim", { until: 20_008 + claimMs }]]],
  ])("holds %s", (_, seen, setup) => {
    expect(judged(seen.at(-1)?.[1] === "starting" ? [...seen, ...again] : seen, setup)).toBeUndefined();
  });

  test.each<[string, readonly Seen[], string, Partial<CoordinatorSetup>?]>([
    ["a registration left out", joined.filter(([, what]) => what !== "registered"), 'comes to "standby"'],
    ["a request put off", joined.filter(([, what]) => what !== "campaign"), 'has not come to "campaign"'],
    ["a service that is not told to be over", [...serving, [9000, "lost"]], 'follow on "active"'],
    ["a loss without giving the lease back", lost.slice(0, -1), 'has not come to "revoke"'],
    [
      "a pause that is too long",
      [...lost, [9001 + latestMs, "starting"]],
      'has not come to "starting" or "exited"',
    ],
    ["a supervisor that nobody asked for", [...lost, [9004, "exited"]], 'comes to "exited"'],
    ["an end without a word", [...stopping, [9004, "ended"]], 'comes to "ended"'],
    [
      "a lease kept too early",
      [...stopping, [14_000, "leaseKept"]],
      `after 1 tries, where it must try ${REVOKE_ATTEMPTS} times`,
    ],
    ["giving up too early", [...outrun.slice(0, -3), [220, "gaveUp"]], "it must try 2 times", exclusive],
    ["never giving up", [...outrun, [424, "campaigning"]], "2 are all", exclusive],
    ["a renewal before its time", [...serving, [9000, "renew"], [9004, "claim"], [9100, "renew"]], '"renew"'],
    ["a claim from the reply", [...joined, [74, "claim", { until: 12 + claimMs }]], "58.800 s are all"],
  ])("does not hold with %s", (_, seen, says, setup) => {
    expect(judged(seen, setup)).toContain(says);
  });

  test("a lease of before is not carried over", () => {
    const given = scenario({ coordinators: [coordinator("rootcoord-a", "rootcoord")] });
    const judge = new OrderJudge(given);
    const [begun, starting] = joined.map(observationOf);
    judge.observe(begun as Observation);
    const found = judge.observe({ ...starting, leaseId: LEASE } as Observation);
    expect(found).toMatchObject({ kind: "carried-over", facts: { leaseId: LEASE } });
    expect(tellViolation(named({ property: "in-order", ...found } as never, given))).toContain("the lease 7");
  });

  test("whoever sleeps is late by as much", () => {
    const faults = [{ type: "pause", atMs: 9002, on: "rootcoord-a", forMs: 60_000 } as const];
    const given = scenario({ coordinators: [coordinator("rootcoord-a", "rootcoord")], faults });
    const judge = new OrderJudge(given);
    const asleep = { type: "fault", node: 0, index: 0, kind: "pause" } as const;
    for (const one of [
      ...lost.map(observationOf),
      { ...asleep, at: 9002, phase: "begins" } as const,
      { ...asleep, at: 69_002, phase: "ends" } as const,
      observationOf([69_002 + latestMs, "starting"]),
    ])
      expect(judge.observe(one)).toBeUndefined();
  });

  const inOrder = (faults: readonly Fault[], of: Variant = shipped) =>
    livesInOrder.rerun({ scenario: pair(faults), decisions: [] }, of).type;
  const deletion: Fault = { type: "deleteKey", atMs: 10_000, on: "rootcoord-a", key: "active" };
  const deaf = variantNamed("deaf-to-own-key");

  test("who is told of a deletion heeds it", () => {
    expect(inOrder([deletion])).toBe("holds");
    expect(inOrder([deletion], deaf)).toBe("violated");
  });

  test.each<[string, Fault]>([
    [
      "is late",
      { type: "delay", atMs: 0, on: "rootcoord-a", leg: "watch", purpose: "watch", count: 1, byMs: 60_000 },
    ],
    [
      "is cut off on its way",
      { type: "partition", atMs: 10_001, on: "rootcoord-a", forMs: 5000, direction: "both" },
    ],
  ])("nobody heeds news that %s", (_, heldUp) => {
    expect(inOrder([deletion, heldUp])).toBe("holds");
    expect(inOrder([deletion, heldUp], deaf)).toBe("holds");
  });

  const unheard: readonly Fault[] = [
    { type: "lose", atMs: 101_000, on: "rootcoord-a", leg: "watch", purpose: "watch", count: 1 },
    { type: "handOver", atMs: 101_000, on: "rootcoord-a" },
  ];
  const cutOff: readonly Fault[] = [
    { type: "partition", atMs: 100_000, on: "rootcoord-a", forMs: 15_000, direction: "both" },
    { type: "handOver", atMs: 112_000, on: "rootcoord-a" },
  ];

  test.each([
    ["lost with its message", unheard],
    ["asked while nobody hears", cutOff],
  ])("a question to hand over that is %s is found when it registers again", (_, faults) => {
    const { readings } = shippedDialect;
    const blind = variantWith("blind-to-a-mark", "takes a marked session key for an ordinary one", {
      dialect: speaking({
        readings: {
          ...readings,
          enroll(...all) {
            const meaning = readings.enroll(...all);
            return meaning === "handover.asked" ? "session.registered" : meaning;
          },
        },
      }),
    });
    const given = { scenario: pair(faults, { horizonMs: 300_000 }), decisions: [] };
    const { observations } = observeRun(given.scenario, shipped);
    const handed = observations.find((one) => one.type === "milestone" && one.reason === "handed over");
    expect(handed?.at).toBeLessThan(faults === unheard ? 103_000 : 130_000);
    expect(livesInOrder.rerun(given, shipped).type).toBe("holds");
    expect(livesInOrder.rerun(given, blind)).toMatchObject({
      violation: { kind: "put-off", facts: { after: "a registration that shows the question to hand over" } },
    });
  });

  test("nobody gives a role up for its service that the service did not give up", () => {
    const hasty = variantWith("gives-up-loading", "gives the role back when a page of the metadata is lost", {
      chart: edited((chart) => {
        const reloading = stateAt(chart, "member.role.holding.service.activating.reloading");
        const { unprepared } = stateAt(chart, "member.role.holding.service.activating.preparing")["on"] as {
          unprepared: object;
        };
        Object.assign(reloading["on"] as object, { "metadata.failed": unprepared });
      }),
    });
    const lost: Fault = {
      type: "lose",
      atMs: 0,
      on: "rootcoord-a",
      leg: "reply",
      purpose: "reload",
      count: 1,
    };
    expect(inOrder([lost])).toBe("holds");
    expect(inOrder([lost], hasty)).toBe("violated");
  });

  test("whoever stayed away once pauses after another loss as anybody", () => {
    const faults: readonly Fault[] = [
      { type: "sicken", atMs: 10_000, on: "rootcoord-a" },
      { type: "lose", atMs: 260_000, on: "rootcoord-a", leg: "request", purpose: "renew", count: 12 },
    ];
    const given = { scenario: pair(faults, { horizonMs: 600_000 }), decisions: [] };
    expect(livesInOrder.rerun(given, shipped).type).toBe("holds");
    expect(livesInOrder.rerun(given, variantNamed("stays-away-again") as Variant)).toMatchObject({
      violation: { kind: "put-off", facts: { after: "lost" } },
    });
  });

  const leastMs = (refusals: number) => refusedPauseMs(backOffMs, refusals) / 1.02;
  const refusedAt = 8 + leastMs(1);
  const refused: readonly Seen[] = [
    ...joined.slice(0, 6),
    [8, "grant is refused"],
    [refusedAt, "grant"],
    [refusedAt, "grant is refused"],
  ];
  test.each<[string, readonly Seen[]]>([
    ["once", refused.slice(0, -2)],
    ["twice in a row", refused],
  ])("whoever was refused %s waits for its pause, which grows", (_, seen) => {
    const [at] = seen.at(-1) as Seen;
    const pauseMs = leastMs(seen === refused ? 2 : 1);
    expect(judged([...seen, [at + pauseMs, "grant"]])).toBeUndefined();
    expect(judged([...seen, [at + pauseMs - 2, "grant"]])).toContain(`it must wait ${seconds(pauseMs)}`);
  });

  const { oneWayMs, watchCatchUpMs } = environmentOf(scenario({ coordinators: [] }));
  /** From the request that is refused to the next one. */
  const mostMs = (refusals: number) =>
    (2 * oneWayMs + refusedPauseMs(backOffMs, refusals) + backOffJitterMs) / 0.98 + oneWayMs + watchCatchUpMs;

  test.each<[string, readonly Seen[], number]>([
    ["once", refused.slice(0, -2), 1],
    ["twice in a row", refused, 2],
    [
      "again, once it was answered",
      [...refused, [5000, "grant"], [9000, "grant"], [9000, "grant is refused"]],
      1,
    ],
    [
      "again, once it was not answered",
      [...refused, [5000, "grant"], [5000, "grant is lost"], [11_000, "grant"], [11_000, "grant is refused"]],
      1,
    ],
  ])("whoever was refused %s waits no longer than for its pause", (_, seen, refusals) => {
    const [at] = seen.at(-1) as Seen;
    const latest = at + mostMs(refusals);
    expect(judged([...seen, [latest, "grant"]])).toBeUndefined();
    expect(judged([...seen, [latest + 1, "grant"]])).toContain(
      `has not come to "grant" by ${seconds(latest)}`,
    );
  });

  test("a refusal that is late counts all the same", () => {
    const at = 9000;
    const seen: readonly Seen[] = [
      ...refused,
      [refusedAt + 1, "grant is late"],
      [at, "grant"],
      [at, "grant is refused"],
    ];
    expect(judged([...seen, [at + mostMs(3), "grant"]])).toBeUndefined();
    expect(judged([...seen, [at + mostMs(3) + 1, "grant"]])).toContain('has not come to "grant"');
    // Too late, perhaps.
    expect(judged([...seen, [at + leastMs(1), "grant"]])).toBeUndefined();
  });

  test("whoever was refused beside its watch asks again after a pause", () => {
    const asks: readonly Seen[] = [
      ...joined,
      [20, "watching"],
      [20, "watch"],
      [60_020, "campaign"],
      [60_020, "campaign is refused"],
    ];
    const latest = 60_020 + mostMs(1);
    expect(judged([...asks, [latest, "campaigning"], [latest, "campaign"]])).toBeUndefined();
    expect(judged([...asks, [latest + 1, "campaigning"], [latest + 1, "campaign"]])).toContain(
      'has not come to "campaigning"',
    );
    // It did not wait for the answer, for the key was gone.
    const vacant: readonly Seen[] = [
      [60_022, "vacancy"],
      [60_022, "campaigning"],
      [60_022, "campaign"],
    ];
    expect(judged([...asks, ...vacant])).toBeUndefined();
  });

  test.each(["campaign", "grant", "enroll", "readId"] as const)(
    "a %s that arrives twice may be answered though an answer is lost",
    (purpose) => {
      const befalls = { atMs: 0, on: "rootcoord-a", purpose, count: 1 } as const;
      const lost: Fault = { type: "lose", leg: "reply", ...befalls };
      const late = variantWith("waits-a-minute", "asks again after a minute where it was not answered", {
        chart: delayed(() => ({ askAgain: 60_000 })),
      });
      expect(inOrder([{ type: "duplicate", ...befalls }, lost])).toBe("holds");
      expect(inOrder([lost])).toBe("holds");
      expect(inOrder([lost], late)).toBe("violated");
    },
  );

  test("what was not answered in between is none in a row", () => {
    const lostAt = refusedAt + leastMs(2);
    const after: readonly Seen[] = [...refused, [lostAt, "grant"], [lostAt, "grant is lost"]];
    expect(judged([...after, [lostAt + 5100, "grant"]])).toBeUndefined();
  });

  test("whoever holds the role watches its key anew only where the watch can have ended", () => {
    const confirmed: readonly Seen[] = [...serving, [9000, "confirm"], [9004, "watch"]];
    expect(judged(confirmed)).toContain("watches by-dev/meta/session/rootcoord anew at 9.004 s");
    expect(judged([...serving, [8000, "watch is lost"], ...confirmed.slice(-2)])).toBeUndefined();
  });

  test("whoever goes on watching from what a compaction took has to ask for ever", () => {
    const faults: readonly Fault[] = [
      {
        type: "delay",
        atMs: 100_000,
        on: "rootcoord-a",
        leg: "request",
        purpose: "watch",
        count: 2,
        byMs: 40_000,
      },
      { type: "restart", atMs: 100_001, forMs: 20 },
      { type: "compact", atMs: 120_000, keep: 0 },
    ];
    expect(inOrder(faults)).toBe("holds");
    expect(inOrder(faults, variantNamed("watches-as-before"))).toBe("violated");
  });

  test("the pace is that of the renewals", () => {
    const soon = 9000 + renewEveryMs / 1.02;
    const renewed: readonly Seen[] = [
      ...serving,
      [9000, "renew"],
      [9004, "claim", { until: 9000 + claimMs }],
    ];
    expect(judged([...renewed, [soon - 2, "renew"]])).toContain("19.606 s after the last one");
    expect(judged([...renewed, [soon, "renew"]])).toBeUndefined();
  });
});
