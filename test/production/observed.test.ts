/** What a stage makes of what it heard and what coordinators recorded. */
import { describe, expect, it } from "vitest";
import type { StoreEvent } from "../../models/etcd-api.ts";
import type { Cause, TraceEvent, TraceObservation, TraceStep } from "../../src/trace/format.ts";
import { eventsOf, heardOf, placed, starvedIn, type Life } from "./observed.ts";

const BEGAN_MS = 1000;

function life(
  ...lines: readonly (readonly [at: number, cause: Cause, seen?: TraceObservation[], steps?: TraceStep[]])[]
): Life {
  const events = lines.map(([at, cause, seen = [], steps = []], n): TraceEvent => {
    return { type: "event", n: n + 1, at, own: at + BEGAN_MS, node: "a", cause, seen, steps };
  });
  return { slot: 0, events: eventsOf(events, BEGAN_MS) };
}

const key = (type: StoreEvent["type"], revision: number, lease = "7"): StoreEvent => ({
  type,
  kv: { key: "role", value: "", createRevision: 1, modRevision: revision, version: 1, lease },
});
const told = (revision: number): Cause => ({
  type: "watchMessage",
  response: {
    watchId: 1,
    header: { revision, raftTerm: 2 },
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: "",
    fragment: false,
    events: [],
  },
});

describe("a change", () => {
  const heard = [heardOf(key("PUT", 5), 10), heardOf(key("DELETE", 9, "0"), 500)];

  it("was there before anybody knew of it, however late the stage was told", () => {
    const [, deletion] = placed(heard, [life([420, told(8)], [430, told(9)], [440, told(12)])], false);
    expect(deletion).toMatchObject({ at: 430 });
  });

  it("that ends a lease is an expiry, unless its owner had asked for it before", () => {
    const asks = (at: number) =>
      life(
        [1, { type: "start" }, [{ type: "milestone", leaseId: "7" }]],
        [at, { type: "stop" }, [{ type: "request", purpose: "revoke" }]],
      );
    expect(placed(heard, [asks(499)], false)[1]).toMatchObject({ cause: "revoke" });
    expect(placed(heard, [asks(501)], false)[1]).toMatchObject({ cause: "expiry" });
    expect(placed(heard, [asks(501)], true)[1]).toMatchObject({ cause: "request" });
  });
});

describe("a process that had no turn", () => {
  const timer = "renewRetry@held";
  const arms: TraceStep = {
    event: "lease.unanswered",
    effects: [{ type: "startTimer", timer, delayMs: 50 }],
    state: [],
  };
  const renews: TraceObservation[] = [{ type: "request", purpose: "renew" }];
  const unanswered: Cause = {
    type: "reply",
    id: 1,
    purpose: "renew",
    reply: { type: "unknown", code: "DeadlineExceeded", message: "no answer in time" },
  };

  it.each([
    [{ firesAt: 360, repliesAt: 600 }, []],
    [{ firesAt: 410, repliesAt: 660 }, [{ slot: 0, from: 350, to: 410 }]],
    [{ firesAt: 360, repliesAt: 670 }, [{ slot: 0, from: 610, to: 670 }]],
  ])("stood still from when a timer of it was due: %o", ({ firesAt, repliesAt }, stood) => {
    const lines = life(
      [300, unanswered, [], [arms]],
      [firesAt, { type: "timer", timer }, renews],
      [repliesAt, unanswered, [], [arms]],
    );
    expect(starvedIn(lines, 250, 50)).toEqual(stood);
  });
});
