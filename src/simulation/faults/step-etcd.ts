/** etcd's own clock jumps forward, as after its machine was moved or restored: leases end too soon. */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { durationText } from "./words.ts";

export const stepEtcdClock = faultKind(
  "stepEtcd",
  { byMs: spanField("how far, forward: etcd counts by a clock that never goes back", 30_000, "forward by") },
  {
    strikes: "etcd",
    names: "etcd",
    clockJumpMs: ({ byMs }) => byMs,
    begin: ({ byMs }, ports) => ports.stepEtcdClock(byMs),
    disturbs: "at once",
    words: { begins: ({ byMs }) => `its clock jumps forward by ${durationText(byMs)}` },
    weight: 5,
    draw: ({ ttlMs, within }) => ({ byMs: within(ttlMs) }),
    button: { label: "etcd's clock jumps" },
    offers: ({ longMs }) => [{ label: "etcd: its clock jumps", fault: { byMs: Math.round(longMs / 2) } }],
  },
);
