/** Messages between the coordinator and etcd do not pass. */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** As often as they stand here. */
const DIRECTIONS = ["both", "both", "toEtcd", "fromEtcd"] as const;

export const partition = faultKind(
  "partition",
  {
    on: coordinatorField("who is cut off from etcd"),
    forMs: spanField("how long it lasts", 70_000),
    direction: {
      type: "choice",
      what: "direction",
      meaning: "which way nothing passes, both if not given",
      label: "what is cut",
      words: { both: "both ways", toEtcd: "its requests", fromEtcd: "what etcd says" },
      ifAbsent: "both",
    },
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    whileItLasts: ({ direction }) => ({
      cut: { toEtcd: direction !== "fromEtcd", fromEtcd: direction !== "toEtcd" },
    }),
    disturbs: "while it lasts",
    words: {
      begins: ({ direction }) =>
        ({
          both: "cut off from etcd",
          toEtcd: "nothing it sends reaches etcd",
          fromEtcd: "hears nothing from etcd",
        })[direction],
      ends: () => "connected again",
    },
    weight: 19,
    draw: ({ on, spice, ttlMs, within }) => ({
      on,
      forMs: within(LONG_TTLS * ttlMs),
      direction: DIRECTIONS[spice % DIRECTIONS.length] ?? "both",
    }),
    button: { label: "Partition", key: "c" },
    offers: ({ longMs, on }) => [
      { label: "cut off from etcd", fault: { on, forMs: longMs, direction: "both" } },
      { label: "hear nothing of etcd", fault: { on, forMs: longMs, direction: "fromEtcd" } },
    ],
  },
);
