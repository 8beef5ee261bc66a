import { transition } from "xstate";
import { describe, expect, test } from "vitest";
import { createCoordinator } from "../../models/coordinator.ts";
import { createStepper, type Effect } from "../../models/step.ts";
import { timingFor } from "../../models/timing.ts";

const timing = timingFor(60);
const settings = { activeStandby: true, afterLoss: "registerAnew" } as const;

function walk(
  stepper: ReturnType<typeof createStepper>,
  events: readonly (string | readonly [string, number])[],
) {
  let state = stepper.start.next;
  let effects: readonly Effect[] = stepper.start.effects;
  for (const event of events) {
    const [type, elapsedMs] = typeof event === "string" ? [event, 0] : event;
    const step = stepper.step(state, type, elapsedMs);
    state = step.next;
    effects = step.effects;
  }
  return { state, effects, ...stepper.facts(state) };
}

const toStandby = ["id.read", "id.claimed", ["lease.granted", 4], "session.registered", "role.held"] as const;
const toActive = [...toStandby, "role.deleted", "role.won", "metadata.loaded", "prepared"] as const;

describe("the coordinator's chart", () => {
  test("begins by reading the server id counter", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    expect(stepper.start.effects).toContainEqual({ type: "request", kind: "readId" });
    expect(stepper.facts(stepper.start.next).phase).toBe("joining");
  });

  test("waits as standby when the role is held, and serves after it was deleted, won and loaded", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    expect(walk(stepper, toStandby).phase).toBe("standby");
    const active = walk(stepper, toActive);
    expect(active.phase).toBe("active");
    expect(active.effects).toContainEqual({ type: "announce", milestone: "active" });
  });

  test("counts renewal and claim from the sending of the request", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    const { effects } = walk(stepper, ["id.read", "id.claimed", ["lease.granted", 300]]);
    const delays = Object.fromEntries(
      effects.flatMap((effect) => (effect.type === "startTimer" ? [[effect.delay, effect.delayMs]] : [])),
    );
    expect(delays).toEqual({ claimEnds: timing.claimMs - 300, renewDue: timing.renewEveryMs - 300 });
  });

  test("a renewal starts the deadline again without leaving the role", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    const renewed = walk(stepper, [
      ...toActive,
      "xstate.after.renewDue.election.member.lease.held.resting",
      ["lease.renewed", 5],
    ]);
    expect(renewed.phase).toBe("active");
    expect(renewed.effects.filter(({ type }) => type === "announce")).toEqual([]);
    expect(renewed.effects).toContainEqual(
      expect.objectContaining({ type: "startTimer", delay: "claimEnds", delayMs: timing.claimMs - 5 }),
    );
  });

  test.each([
    ["claim ended", "xstate.after.claimEnds.election.member.lease.held"],
    ["lease gone", "lease.gone"],
    ["session key deleted", "session.deleted"],
    ["active key lost", "role.deleted"],
    ["write refused", "fenced"],
  ])("an active coordinator stops serving before it tells that it lost: %s", (reason, event) => {
    const stepper = createStepper(createCoordinator(timing, settings));
    const lost = walk(stepper, [...toActive, event]);
    const told = lost.effects.flatMap((effect) => (effect.type === "announce" ? [effect] : []));
    expect(told).toEqual([
      { type: "announce", milestone: "deposed" },
      { type: "announce", milestone: "lost", reason },
    ]);
    expect(lost.effects).toContainEqual({ type: "request", kind: "revoke" });
    expect(lost.phase).toBe("leaving");
  });

  test("every state of the role gives up when the lease is gone", () => {
    for (const length of toActive.keys()) {
      if (length < 3) continue;
      const stepper = createStepper(createCoordinator(timing, settings));
      expect(walk(stepper, [...toActive.slice(0, length), "lease.gone"]).phase).toBe("leaving");
    }
  });

  test.each([
    ["thirty times, in 81 s,", {}, 30, 81_000],
    ["as often as it is told", { retryTimes: 4 }, 4, 3000],
  ])("with HA off it tries %s and then gives up", (_, told, times, spanMs) => {
    const given = { ...settings, ...told, activeStandby: false };
    const stepper = createStepper(createCoordinator(timing, given));
    let state = walk(stepper, ["id.read", "id.claimed", ["lease.granted", 4]]).state;
    const pauses: number[] = [];
    let gaveUp = false;
    for (let attempt = 0; attempt < 40 && !gaveUp; attempt++) {
      const held = stepper.step(state, "role.held");
      const pause = held.effects.find((effect) => effect.type === "startTimer");
      if (pause?.type !== "startTimer") throw new Error("no pause");
      pauses.push(pause.delayMs);
      const next = stepper.step(held.next, pause.timer);
      gaveUp = next.effects.some((effect) => effect.type === "announce" && effect.milestone === "gaveUp");
      state = next.next;
    }
    expect(gaveUp).toBe(true);
    expect(pauses.slice(0, 6)).toEqual([200, 400, 800, 1600, 3000, 3000].slice(0, times));
    expect(pauses).toHaveLength(times);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(spanMs);
  });

  test("a stopped coordinator reacts to nothing", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    const stopped = walk(stepper, [...toActive, "stop", "lease.released"]);
    expect(stopped.phase).toBe("ended");
    expect(stepper.step(stopped.state, "stop")).toEqual({ next: stopped.state, effects: [] });
  });
});

describe("remembered steps", () => {
  test("are what xstate's transition says, pair by pair", () => {
    const machine = createCoordinator(timing, settings);
    const stepper = createStepper(machine);
    for (const last of ["lease.gone", "stop", "role.unwatched", "session.unwatched", "fenced"])
      walk(stepper, [...toActive, last]);
    let compared = 0;
    for (const { state, type, elapsedMs, step } of stepper.pairs()) {
      const { value, context } = JSON.parse(stepper.encode(state)) as never;
      const [next, actions] = transition(machine, machine.resolveState({ value, context }), {
        type,
        elapsedMs,
      } as never);
      expect(stepper.facts(step.next).value).toEqual(next.value);
      expect(stepper.facts(step.next).context).toEqual(next.context);
      const asked = actions.flatMap((action) => (action.type === "request" ? [action.params] : []));
      expect(
        step.effects.flatMap((effect) => (effect.type === "request" ? [{ kind: effect.kind }] : [])),
      ).toEqual(asked);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  test("survive being written down", () => {
    const stepper = createStepper(createCoordinator(timing, settings));
    const { state } = walk(stepper, toActive);
    const elsewhere = createStepper(createCoordinator(timing, settings));
    expect(elsewhere.facts(elsewhere.decode(stepper.encode(state))).paths).toEqual(
      stepper.facts(state).paths,
    );
  });
});
