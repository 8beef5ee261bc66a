/** The names of every series that a coordinator's page has. */
import { timingFor } from "../../models/timing.ts";
import { Metrics } from "../../src/coordinator/metrics.ts";
import { PhaseTime } from "../../src/coordinator/phase-time.ts";

export async function metricNames(): Promise<Set<string>> {
  const timing = timingFor(20);
  const metrics = new Metrics({
    role: "rootcoord",
    claimMs: timing.claimMs,
    status: () => ({
      phase: "standby",
      serverId: 1,
      leaseId: "1",
      token: 0,
      claimLeftMs: 1,
      holder: undefined,
    }),
    phaseTime: new PhaseTime(timing),
    member: () => "http://127.0.0.1:2379",
  });
  const { text } = await metrics.page();
  const families = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gmu)];
  return new Set(
    families.flatMap(([, name = "", kind]) =>
      kind === "histogram" ? ["bucket", "count", "sum"].map((part) => `${name}_${part}`) : [name],
    ),
  );
}
