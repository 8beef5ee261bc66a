/** The process dies at once and says nothing more (SIGKILL). Without `restartAfterMs` nobody starts it again. */
import { drawRestart } from "./drawing.ts";
import { coordinatorField, restartAfter } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const crash = faultKind(
  "crash",
  { on: coordinatorField("who dies at once"), restartAfterMs: restartAfter("its supervisor's pause") },
  {
    strikes: "coordinator",
    names: "on",
    span: "restartAfterMs",
    needsProcess: true,
    whileItLasts: () => ({ staysDown: true }),
    begin: ({ on }, ports) => ports.kill(on),
    disturbs: "at once",
    words: {
      begins: () => "KILLED",
      vain: () => "killed, but it is down already",
      ends: () => "restarted",
    },
    weight: 18,
    draw: (draw) => ({ on: draw.on, ...drawRestart(draw) }),
    button: { label: "Kill", key: "k" },
    offers: ({ on }) => [
      { label: "crash, for ever", fault: { on } },
      { label: "crash and restart", fault: { on, restartAfterMs: 10_000 } },
    ],
  },
);
