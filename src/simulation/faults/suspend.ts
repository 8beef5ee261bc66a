/**
 * The machine that everything runs on sleeps: every coordinator and etcd stand still, and so do their clocks, unless `clocksGoOn`: then all
 * that was due meanwhile is due when it wakes. Of one coordinator's machine alone, `pause` with `clockStops` says it.
 */
import { LONG_TTLS } from "./drawing.ts";
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** In one draw of so many clocks go on. */
const GO_ON = 4;

export const suspend = faultKind(
  "suspend",
  {
    forMs: spanField("how long it lasts", 90_000),
    clocksGoOn: {
      type: "flag",
      meaning: "clocks count the sleep, as where a machine is stunned and its clock is set right",
      label: "clocks count the sleep",
      optional: true,
    },
  },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    outage: "whole",
    outageMs: ({ forMs }) => forMs,
    whileItLasts: ({ clocksGoOn }) => ({
      everybody: true,
      standsStill: true,
      ...(clocksGoOn === true ? {} : { clockRate: 0, etcdClockRate: 0 }),
    }),
    begin({ clocksGoOn, forMs }, ports) {
      // By a clock that stands, a stall of no time is over as soon as the clock goes on.
      ports.tellEtcd({ type: "stall", forMs: clocksGoOn === true ? forMs : 0 });
    },
    disturbs: "while it lasts",
    words: {
      begins: ({ clocksGoOn }) =>
        `the machine sleeps, with all that runs on it${clocksGoOn === true ? "; clocks go on" : ""}`,
      ends: () => "the machine wakes",
    },
    weight: 6,
    draw: ({ spice, ttlMs, within }) => ({
      forMs: within(LONG_TTLS * ttlMs),
      ...(spice % GO_ON === 0 ? { clocksGoOn: true } : {}),
    }),
    button: { label: "Suspend all" },
    offers: ({ longMs }) => [{ label: "the whole machine sleeps", fault: { forMs: longMs } }],
  },
);
