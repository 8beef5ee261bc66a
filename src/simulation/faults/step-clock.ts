/** The coordinator's clock jumps, forward or back. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { durationText } from "./words.ts";

export const stepClock = faultKind(
  "stepClock",
  {
    on: coordinatorField("whose clock jumps"),
    byMs: { type: "shift", meaning: "how far, forward or back", label: "by (− is back)", usualMs: -30_000 },
  },
  {
    strikes: "coordinator",
    names: "on",
    clockJumpMs: ({ byMs }) => byMs,
    begin: ({ byMs, on }, ports) => ports.stepClock(on, byMs),
    disturbs: "at once",
    words: { begins: ({ byMs }) => `its clock jumps by ${durationText(byMs)}` },
    weight: 3,
    // Half a TTL to either side.
    draw: ({ on, size, ttlMs }) => ({ on, byMs: Math.round((size - 0.5) * ttlMs) }),
    button: { label: "Clock jumps", key: "j" },
    offers: ({ on }) => [{ label: "clock jumps back", fault: { on, byMs: -30_000 } }],
  },
);
