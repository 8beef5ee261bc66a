/** A protocol that watches from the very revision that it read sees the change made there; one that watches from the next does not. */
import { describe, expect, it } from "vitest";
import { defineVariant } from "../../models/define-variant.ts";
import { shippedDialect, type Ledger } from "../../models/dialect.ts";
import { after, edited, on, speaking, stateAt, variantWith, type ChartConfig } from "../../models/edits.ts";
import type { Variant } from "../../models/variant.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { conclude } from "../../src/search/outcome.ts";
import { STATE_PROMISES } from "../../src/search/promises.ts";
import { besideOne, runBeside } from "../../src/search/run-beside.ts";
import type { Space } from "../../src/search/space.ts";
import { spaceOf } from "./spaces.ts";

const { readings, requests, watchReadings, watches } = shippedDialect;
const asks = (kind: string) => ({ type: "request", params: { kind } });
const isNoted = (ledger: Ledger) => (ledger as { noted?: boolean }).noted === true;
const note = (ledger: Ledger, is: boolean) => void ((ledger as { noted?: boolean }).noted = is);

/**
 * After a campaign that stayed without an answer, and a second that was lost, it changes something else in etcd, and then watches its own
 * session from the revision of its own put. Seeing that put it serves.
 */
const LATE_WATCHER: Variant = variantWith("late-watcher", "watches from what it read, a moment later", {
  chart: edited((chart) => {
    const standby = stateAt(chart, "member.role.standby")["states"] as ChartConfig;
    on(stateAt(chart, "member.role.standby.campaigning"), "role.unknown", "unsure");
    standby["unsure"] = { after: { askAgain: "again" } };
    standby["again"] = {
      entry: asks("campaign"),
      on: {
        "role.won": "#election.member.role.holding",
        "role.held": "touching",
        "role.unknown": "unsure",
        "role.refused": "pausing",
      },
    };
    standby["touching"] = {
      entry: asks("confirm"),
      on: { "role.confirmed": "late", "role.unconfirmed": "pausing" },
    };
    standby["late"] = {
      entry: { type: "watch", params: { kind: "role" } },
      exit: { type: "unwatch", params: { kind: "role" } },
      on: {
        "role.lost": "#election.member.role.holding",
        "role.deleted": "campaigning",
        "role.unwatched": "pausing",
      },
      after: { recheck: "campaigning" },
    };
  }),
  dialect: speaking({
    requests: {
      ...requests,
      confirm(candidate, ledger) {
        if (ledger.token > 0) return requests.confirm(candidate, ledger);
        const put = { type: "put", key: `${candidate.keys.id}-note`, value: "x" } as const;
        return { type: "txn", compare: [], success: [put], failure: [] };
      },
    },
    readings: {
      ...readings,
      campaign(reply, candidate, ledger) {
        note(ledger, false);
        return readings.campaign(reply, candidate, ledger);
      },
      confirm(reply, candidate, ledger) {
        if (ledger.token > 0) return readings.confirm(reply, candidate, ledger);
        note(ledger, reply.type === "ok");
        return reply.type === "ok" ? "role.confirmed" : "role.unconfirmed";
      },
    },
    watchReadings: {
      ...watchReadings,
      role(event, ledger) {
        if (!isNoted(ledger)) return watchReadings.role(event, ledger);
        note(ledger, false);
        return "role.lost";
      },
    },
    watches: {
      ...watches,
      role: (candidate, ledger) =>
        isNoted(ledger)
          ? {
              key: candidate.keys.sessionPrefix + String(ledger.serverId),
              startRevision: ledger.sessionRevision,
            }
          : watches.role(candidate, ledger),
    },
  }),
});

/** Watches the role from what its campaign read, ten seconds later. */
const PATIENT: Variant = variantWith("patient", "begins its watch after a pause", {
  chart: edited((chart) => {
    const standby = stateAt(chart, "member.role.standby")["states"] as ChartConfig;
    standby["idle"] = {};
    after(standby["idle"] as ChartConfig, "10000", "watching");
    on(stateAt(chart, "member.role.standby.campaigning"), "role.held", "idle");
  }),
  dialect: speaking({
    watches: {
      ...watches,
      role: ({ keys }, { roleRevision }) => ({ key: keys.role, startRevision: roleRevision }),
    },
  }),
});

function explored(space: Space, names: readonly string[]): Exploration {
  const exploration = new Exploration(
    space,
    STATE_PROMISES.filter(({ name }) => names.includes(name)),
  );
  while (exploration.advance(1000));
  return exploration;
}

describe("a protocol that watches from the revision that it read", () => {
  it("is told of the change made there, however much else was changed since", () => {
    const space = { ...spaceOf({ faults: ["loss"] }), variant: LATE_WATCHER };
    const exploration = explored(space, ["single-active"]);
    // The ordinary simulation repeats it.
    expect(conclude(exploration, space, ["single-active"])).toMatchObject({
      type: "violated",
      violation: { property: "single-active" },
    });
  });

  it("has all of history in its states where it goes back to what it knew long before", () => {
    const goingBack = defineVariant({
      name: "goes-back",
      summary: "watches from when it registered, once it has found the role taken",
      dialect: speaking({
        readings: {
          ...readings,
          campaign(reply, candidate, ledger) {
            const meaning = readings.campaign(reply, candidate, ledger);
            if (meaning === "role.held") ledger.roleRevision = ledger.sessionRevision;
            return meaning;
          },
        },
      }),
    });
    const wholeOf = (variant: Variant) => {
      const exploration = new Exploration({ ...spaceOf({ faults: ["crash"] }), variant }, []);
      while (exploration.reached.states < 2000 && exploration.advance(500));
      return exploration.compiled.ground.wholeHistory;
    };
    expect(wholeOf(goingBack)).toBe(true);
    // Other readings alone do not need it.
    expect(
      wholeOf(
        defineVariant({
          name: "reads",
          summary: "reads as shipped",
          dialect: speaking({ readings: { ...readings } }),
        }),
      ),
    ).toBe(false);
  });

  it("is not taken for one that remembers more than it does", () => {
    const space = { ...spaceOf({ coordinators: 3 }), variant: PATIENT };
    const exploration = explored(space, []);
    expect(exploration.breach).toBeUndefined();
    expect(exploration.reached.frontier).toBe(0);
    expect(() => runBeside(exploration.compiled)).not.toThrow();
  });
});

describe("a run that forgets nothing goes on like its states", () => {
  it("to where all is at rest, and no further", () => {
    const given = { coordinators: 1, faults: ["delete-key"], budget: 2, variant: "never-joins-again" };
    const { compiled } = new Exploration(spaceOf(given), []);
    let compared = 0;
    for (let seed = 1; seed <= 40; seed++) compared += besideOne(compiled, seed, 400);
    expect(compared).toBeGreaterThan(1000);
  });

  it.each([
    [
      "by clocks that run fast or slow, whose instants are fractions",
      { faults: ["drift"], ttlSeconds: 30, gridMs: 1000 },
    ],
    [
      "by clocks that jump besides",
      { faults: ["clock-step", "drift"], budget: 2, ttlSeconds: 30, gridMs: 1000 },
    ],
    [
      "of Milvus, which looks back",
      { faults: ["restart", "loss", "compaction"], budget: 2, variant: "milvus-2.4" },
    ],
    [
      "while history is compacted",
      { coordinators: 3, faults: ["compaction", "delay", "restart"], budget: 3 },
    ],
  ])("%s", (_, given) => {
    const promises = STATE_PROMISES.filter(({ needsWrites }) => needsWrites !== true);
    const { compiled } = new Exploration(spaceOf(given), promises);
    let compared = 0;
    for (let seed = 1; seed <= 10; seed++) compared += besideOne(compiled, seed, 400);
    expect(compared).toBeGreaterThan(1000);
  });
});
