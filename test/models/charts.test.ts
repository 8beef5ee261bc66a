/** The two charts of the simulated etcd: their remembered steps are xstate's own, and they say what is meant. */
import { describe, expect, it } from "vitest";
import { transition, type AnyStateMachine } from "xstate";
import { MODE_EVENTS, MODE_TABLE, modeChart, MODES } from "../../models/etcd/modes.ts";
import { leaf } from "../../models/etcd/table.ts";
import { LEASE_EVENTS, LEASE_STATES, LEASE_TABLE, leaseChart } from "../../models/lease.ts";

type Rows = Record<string, Record<string, { next: string; actions: readonly string[] }>>;

describe.each<[string, AnyStateMachine, Readonly<Record<string, unknown>>, readonly string[], Rows]>([
  ["lease", leaseChart, LEASE_STATES, LEASE_EVENTS, LEASE_TABLE],
  ["mode", modeChart, MODES, MODE_EVENTS, MODE_TABLE],
])("the %s chart", (_, chart, states, events, table) => {
  const pairs = Object.keys(states).flatMap((state) => events.map((event) => [state, event] as const));

  it.each(pairs)("in %s, on %s, does what xstate says", (state, event) => {
    const before = chart.resolveState({ value: states[state] as never, context: {} });
    const [after, actions] =
      before.status === "done" ? [before, []] : transition(chart, before, { type: event });
    expect(table[state]?.[event]).toEqual({
      next: leaf(after.value),
      actions: actions.map(({ type }) => type),
    });
  });

  it("reaches every state from its first one", () => {
    const reached = new Set([Object.keys(states)[0] as string]);
    for (const state of reached)
      for (const event of events) reached.add(table[state]?.[event]?.next as string);
    expect([...reached].sort()).toEqual(Object.keys(states).sort());
  });

  it("is frozen", () => {
    expect(Object.isFrozen(table) && Object.values(table).every((row) => Object.isFrozen(row))).toBe(true);
  });
});

describe("a lease", () => {
  it("can not be revived once its time has ended, except by a new leader", () => {
    expect(LEASE_TABLE.expired.renew).toEqual({ next: "expired", actions: ["answerWhenRevoked"] });
    expect(LEASE_TABLE.expired.promote.next).toBe("expired");
    expect(LEASE_TABLE[LEASE_TABLE.expired.demote.next].promote).toEqual({
      next: "alive",
      actions: ["extendByElection"],
    });
  });
});
