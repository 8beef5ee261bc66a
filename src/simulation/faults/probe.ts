/**
 * A supervisor takes whoever is still activating for dead: it looks every `everyMs`, kills a process that has won and does not serve
 * yet, and starts it again. So an activation that takes longer never ends.
 */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, restartAfter, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { durationText } from "./words.ts";

/** Longest pause before it is started again that is drawn, in TTLs. */
const LONGEST_RESTART_TTLS = 0.2;

export const probeActivation = faultKind(
  "probe",
  {
    on: coordinatorField("whom the supervisor watches"),
    forMs: spanField("how long it lasts", 120_000),
    everyMs: { type: "period", meaning: "pause between two looks", label: "looks every", usualMs: 10_000 },
    restartAfterMs: restartAfter("its pause before it starts the process again", 5000),
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    begin: (_, ports) => ports.goOnAt(ports.now),
    goOn({ atMs, everyMs, forMs, on, restartAfterMs }, ports) {
      if (ports.phaseOf(on) === "activating") {
        ports.kill(on);
        if (restartAfterMs !== undefined) ports.startLater(on, restartAfterMs);
      }
      const nextMs = ports.now + everyMs;
      if (nextMs < atMs + forMs) ports.goOnAt(nextMs);
    },
    disturbs: "while it lasts",
    words: {
      begins: ({ everyMs }) =>
        `its supervisor kills it if it still activates, and looks every ${durationText(everyMs)}`,
      ends: () => "its supervisor lets it activate",
    },
    workOf: ({ everyMs, forMs }) => forMs / everyMs,
    weight: 3,
    draw: ({ on, spice, ttlMs, within }) => ({
      on,
      forMs: within(LONG_TTLS * ttlMs),
      everyMs: Math.round((ttlMs / 200) * (1 + (spice % 20))),
      restartAfterMs: within(LONGEST_RESTART_TTLS * ttlMs),
    }),
    button: { label: "Probe" },
    offers: ({ on }) => [
      { label: "killed while activating", fault: { on, forMs: 120_000, everyMs: 50, restartAfterMs: 5000 } },
    ],
  },
);
