import { transition } from "xstate";
import { describe, expect, test } from "vitest";
import { createElectionChart } from "../../models/election.ts";
import { compileChart, type ChartEffect } from "../../models/compile-chart.ts";
import { timingFor } from "../../models/timing.ts";

const timing = timingFor(60);
const settings = { activeStandby: true, afterLoss: "registerAnew" } as const;

function walk(
  chart: ReturnType<typeof compileChart>,
  events: readonly (string | readonly [string, number])[],
) {
  let state = chart.start.next;
  let effects: readonly ChartEffect[] = chart.start.effects;
  for (const event of events) {
    const [type, elapsedMs] = typeof event === "string" ? [event, 0] : event;
    const step = chart.step(state, type, elapsedMs);
    state = step.next;
    effects = step.effects;
  }
  return { state, effects, ...chart.facts(state) };
}

const toStandby = ["id.read", "id.claimed", ["lease.granted", 4], "session.registered", "role.held"] as const;
const toActive = [...toStandby, "role.deleted", "role.won", "metadata.loaded", "prepared"] as const;

describe("the coordinator's chart", () => {
  test("begins by reading the server id counter", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    expect(chart.start.effects).toContainEqual({ type: "request", kind: "readId" });
    expect(chart.facts(chart.start.next).phase).toBe("joining");
  });

  test("waits as standby when the role is held, and serves after it was deleted, won and loaded", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    expect(walk(chart, toStandby).phase).toBe("standby");
    const active = walk(chart, toActive);
    expect(active.phase).toBe("active");
    expect(active.effects).toContainEqual({ type: "announce", milestone: "active" });
  });

  test("counts renewal and claim from the sending of the request", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    const { effects } = walk(chart, ["id.read", "id.claimed", ["lease.granted", 300]]);
    const delays = Object.fromEntries(
      effects.flatMap((effect) =>
        effect.type === "startTimer" ? [[effect.timer.split(".")[2], effect.delayMs]] : [],
      ),
    );
    expect(delays).toEqual({ claimEnds: timing.claimMs - 300, renewDue: timing.renewEveryMs - 300 });
  });

  test("a renewal starts the deadline again without leaving the role", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    const renewed = walk(chart, [
      ...toActive,
      "xstate.after.renewDue.election.member.lease.held.resting",
      ["lease.renewed", 5],
    ]);
    expect(renewed.phase).toBe("active");
    expect(renewed.effects.filter(({ type }) => type === "announce")).toEqual([]);
    expect(renewed.effects).toContainEqual(
      expect.objectContaining({ type: "startTimer", endsClaim: true, delayMs: timing.claimMs - 5 }),
    );
  });

  test("says to the driver which timers end the claim, and which are longer by chance, and which by refusals", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    const { effects } = walk(chart, ["id.read", "id.claimed", ["lease.granted", 0], "session.failed"]);
    const meant = effects.flatMap((effect) => (effect.type === "startTimer" ? [effect] : []));
    expect(meant).toEqual([
      {
        type: "startTimer",
        timer: expect.stringContaining("askAgain") as string,
        delayMs: timing.backOffMs,
        jittered: true,
        grows: true,
      },
    ]);
    const lost = walk(chart, ["id.read", "id.claimed", ["lease.granted", 0], "lease.gone", "lease.kept"]);
    expect(lost.effects.filter(({ type }) => type === "startTimer")).toEqual([
      expect.not.objectContaining({ grows: true }),
    ]);
    const granted = walk(chart, ["id.read", "id.claimed", ["lease.granted", 0]]).effects;
    expect(
      granted.filter((effect) => effect.type === "startTimer" && effect.endsClaim === true),
    ).toHaveLength(1);
  });

  test.each([
    ["claim ended", "xstate.after.claimEnds.election.member.lease.held"],
    ["lease gone", "lease.gone"],
    ["session key deleted", "session.deleted"],
    ["active key lost", "role.deleted"],
    ["write refused", "fenced"],
  ])("an active coordinator stops serving before it tells that it lost: %s", (reason, event) => {
    const chart = compileChart(createElectionChart(timing, settings));
    const lost = walk(chart, [...toActive, event]);
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
      const chart = compileChart(createElectionChart(timing, settings));
      expect(walk(chart, [...toActive.slice(0, length), "lease.gone"]).phase).toBe("leaving");
    }
  });

  test.each([
    ["thirty times, in 81 s,", {}, 30, 81_000],
    ["as often as it is told", { retryTimes: 4 }, 4, 3000],
  ])("with HA off it tries %s and then gives up", (_, told, times, spanMs) => {
    const given = { ...settings, ...told, activeStandby: false };
    const chart = compileChart(createElectionChart(timing, given));
    let state = walk(chart, ["id.read", "id.claimed", ["lease.granted", 4]]).state;
    const pauses: number[] = [];
    let gaveUp = false;
    for (let attempt = 0; attempt < 40 && !gaveUp; attempt++) {
      const held = chart.step(state, "role.held");
      const pause = held.effects.find((effect) => effect.type === "startTimer");
      if (pause?.type !== "startTimer") throw new Error("no pause");
      pauses.push(pause.delayMs);
      const next = chart.step(held.next, pause.timer);
      gaveUp = next.effects.some((effect) => effect.type === "announce" && effect.milestone === "gaveUp");
      state = next.next;
    }
    expect(gaveUp).toBe(true);
    expect(pauses.slice(0, 6)).toEqual([200, 400, 800, 1600, 3000, 3000].slice(0, times));
    expect(pauses).toHaveLength(times);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(spanMs);
  });

  test("a stopped coordinator reacts to nothing", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    const stopped = walk(chart, [...toActive, "stop", "lease.released"]);
    expect(stopped.phase).toBe("ended");
    expect(chart.step(stopped.state, "stop")).toEqual({ next: stopped.state, effects: [] });
  });
});

describe("remembered steps", () => {
  test("are what xstate's transition says, pair by pair", () => {
    const machine = createElectionChart(timing, settings);
    const chart = compileChart(machine);
    for (const last of ["lease.gone", "stop", "role.unwatched", "session.unwatched", "fenced"])
      walk(chart, [...toActive, last]);
    let compared = 0;
    for (const { state, type, elapsedMs, step } of chart.pairs()) {
      const { value, context } = JSON.parse(chart.encode(state)) as never;
      const [next, actions] = transition(machine, machine.resolveState({ value, context }), {
        type,
        elapsedMs,
      } as never);
      expect(chart.facts(step.next).value).toEqual(next.value);
      expect(chart.facts(step.next).context).toEqual(next.context);
      const asked = actions.flatMap((action) => (action.type === "request" ? [action.params] : []));
      expect(
        step.effects.flatMap((effect) => (effect.type === "request" ? [{ kind: effect.kind }] : [])),
      ).toEqual(asked);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });

  test("survive being written down", () => {
    const chart = compileChart(createElectionChart(timing, settings));
    const { state } = walk(chart, toActive);
    const elsewhere = compileChart(createElectionChart(timing, settings));
    expect(elsewhere.facts(elsewhere.decode(chart.encode(state))).paths).toEqual(chart.facts(state).paths);
  });
});
