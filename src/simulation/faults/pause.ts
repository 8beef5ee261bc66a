/**
 * The process stands still (SIGSTOP, a long collection, a starved CPU). `clockStops`: its clock too, as on a suspended
 * machine.
 */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** One in so many is a machine that is suspended. */
const SUSPENDED = 12;

export const pause = faultKind(
  "pause",
  {
    on: coordinatorField("who stands still"),
    forMs: spanField("how long it lasts", 70_000),
    clockStops: {
      type: "flag",
      meaning: "its clock stands still too",
      label: "its clock stops too (a suspended machine)",
      optional: true,
    },
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    needsProcess: true,
    whileItLasts: ({ clockStops }) => ({
      standsStill: true,
      ...(clockStops === true ? { clockRate: 0 } : {}),
    }),
    disturbs: "while it lasts",
    words: {
      begins: ({ clockStops }) => `stands still${clockStops === true ? ", its clock too" : ""}`,
      vain: ({ clockStops }) =>
        clockStops === true
          ? "its clock stands still; the process is down already"
          : "paused, but it is down already",
      ends({ clockStops }, vain) {
        if (!vain) return "wakes up";
        return clockStops === true ? "its clock runs again" : undefined;
      },
    },
    weight: 12,
    draw: ({ on, spice, ttlMs, within }) => ({
      on,
      forMs: within(LONG_TTLS * ttlMs),
      ...(spice % SUSPENDED === 0 ? { clockStops: true } : {}),
    }),
    button: { label: "Pause", key: "p" },
    offers: ({ longMs, on }) => [
      { label: "stand still", fault: { on, forMs: longMs } },
      { label: "stand still, clock too", fault: { on, forMs: longMs, clockStops: true } },
    ],
  },
);
