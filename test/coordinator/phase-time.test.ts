/** What a supervisor is told: a phase that lasts longer than it should is no health, to wait and to serve are. */
import { describe, expect, it } from "vitest";
import type { Phase } from "../../models/compiled-chart.ts";
import { timingFor } from "../../models/timing.ts";
import { openDoor } from "../../src/coordinator/http-server.ts";
import { probeRoutes } from "../../src/coordinator/probes.ts";
import { PhaseTime, phaseLimitMs } from "../../src/coordinator/phase-time.ts";

const timing = timingFor(10);

/** What /healthz says of somebody who is in `phase` for so long. */
async function healthAfter(phase: Phase, forMs: number): Promise<{ code: number; body: unknown }> {
  let now = 1000;
  const time = new PhaseTime(timing, () => now);
  time.settled(phase);
  now += forMs;
  // The same phase told again is no new one.
  time.settled(phase);
  const status = () => ({
    phase,
    serverId: 1,
    leaseId: "1",
    token: 0,
    claimLeftMs: 0,
    holder: undefined,
  });
  const routes = probeRoutes({
    role: "rootcoord",
    status,
    ready: () => phase === "active",
    overdue: () => time.overdue,
    metrics: () => Promise.resolve({ type: "", text: "" }),
  });
  const gate = { hosts: ["127.0.0.1"], token: "" };
  const onFault = (error: unknown) => expect.fail(String(error));
  const door = await openDoor({ host: "127.0.0.1", port: 0, flag: "--port", gate, routes, onFault });
  try {
    const answer = await fetch(`http://127.0.0.1:${door.port}/healthz`);
    return { code: answer.status, body: await answer.json() };
  } finally {
    door.close();
  }
}

describe("/healthz", () => {
  it.each<Phase>(["joining", "activating", "away"])(
    "turns 503 when %s lasts longer than its limit",
    async (phase) => {
      const limitMs = phaseLimitMs(phase, timing);
      expect(limitMs).toBeGreaterThan(timing.ttlMs);
      expect(await healthAfter(phase, limitMs)).toMatchObject({ code: 200 });
      expect(await healthAfter(phase, limitMs + 1)).toMatchObject({
        code: 503,
        body: { state: phase, overdue: true },
      });
    },
  );

  it.each<Phase>(["standby", "active"])("is 200 however long it is %s", async (phase) => {
    expect(await healthAfter(phase, 1e12)).toMatchObject({ code: 200 });
  });
});
