/** The operator stops the process in the ordinary way (SIGTERM). Without `restartAfterMs` nobody starts it again. */
import { drawRestart } from "./drawing.ts";
import { coordinatorField, restartAfter } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const stop = faultKind(
  "stop",
  {
    on: coordinatorField("who is stopped cleanly"),
    // Whoever stops cleanly is usually replaced.
    restartAfterMs: restartAfter("pause before it starts again", 10_000),
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "restartAfterMs",
    needsProcess: true,
    asksToStop: true,
    whileItLasts: () => ({ staysDown: true }),
    begin: ({ on }, ports) => ports.stop(on),
    disturbs: "at once",
    words: {
      begins: () => "asked to stop",
      vain: () => "asked to stop, but it is down already",
      ends: () => "restarted",
    },
    weight: 8,
    draw: (draw) => ({ on: draw.on, ...drawRestart(draw) }),
    button: { label: "Stop cleanly", key: "s" },
    offers: ({ on }) => [{ label: "stop cleanly", fault: { on } }],
  },
);
