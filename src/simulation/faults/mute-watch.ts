/**
 * The coordinator's watches bring nothing, and their connection lives: a member that is cut off from its leader, an event that
 * was compacted away (etcd issues 18089, 19179). What they should have brought does not come later either.
 */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const muteWatch = faultKind(
  "muteWatch",
  { on: coordinatorField("whose watches bring nothing"), forMs: spanField("how long it lasts", 90_000) },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    whileItLasts: () => ({ mutesWatches: true }),
    // Whoever waits on a watch alone is held up: the bound of a takeover counts that.
    disturbs: "nobody",
    words: {
      begins: () => "its watches bring nothing, though their connection lives",
      ends: () => "its watches bring what happens from now on",
    },
    weight: 4,
    draw: ({ on, ttlMs, within }) => ({ on, forMs: within(LONG_TTLS * ttlMs) }),
    button: { label: "Mute watches" },
    offers: ({ longMs, on }) => [{ label: "mute its watches", fault: { on, forMs: longMs } }],
  },
);
