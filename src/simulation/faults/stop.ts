/**
 * The operator stops the process in the ordinary way (SIGTERM), and kills it where it has not ended within the grace. Without
 * `restartAfterMs` nobody starts it again.
 */
import { drawRestart } from "./drawing.ts";
import { coordinatorField, restartAfter } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { durationText } from "./words.ts";

/** One in so many has a grace, which is short: a stop is quick. */
const GRACED = 5;
const GRACES_IN_A_TTL = 6000;

export const stop = faultKind(
  "stop",
  {
    on: coordinatorField("who is stopped cleanly"),
    // Whoever stops cleanly is usually replaced.
    restartAfterMs: restartAfter("pause before it starts again", 10_000),
    graceMs: {
      type: "span",
      meaning: "killed if it has not ended by then; for ever if not given",
      label: "killed after (empty: never)",
      optional: true,
    },
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "restartAfterMs",
    needsProcess: true,
    asksToStop: true,
    whileItLasts: () => ({ staysDown: true }),
    begin({ graceMs, on }, ports) {
      ports.stop(on);
      if (graceMs !== undefined) ports.goOnAt(ports.now + graceMs);
    },
    goOn({ on }, ports) {
      if (ports.isSame(on)) ports.kill(on);
    },
    disturbs: "at once",
    words: {
      begins: ({ graceMs }) =>
        `asked to stop${graceMs === undefined ? "" : `, or be killed in ${durationText(graceMs)}`}`,
      vain: () => "asked to stop, but it is down already",
      ends: () => "restarted",
    },
    weight: 8,
    draw: (draw) => ({
      on: draw.on,
      ...drawRestart(draw),
      ...(draw.spice % GRACED === 0 ? { graceMs: draw.within(draw.ttlMs / GRACES_IN_A_TTL) } : {}),
    }),
    button: { label: "Stop cleanly", key: "s" },
    offers: ({ on }) => [{ label: "stop cleanly", fault: { on } }],
  },
);
