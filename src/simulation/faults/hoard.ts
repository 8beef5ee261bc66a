/** Load: the metadata grows by so many entries, so whoever takes over has more to load before it serves. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** Most that are drawn: two pages. */
const MOST = 1200;
/** etcd takes no more in one transaction, unless it is told to. */
const MOST_AT_ONCE = 128;

export const hoard = faultKind(
  "hoard",
  {
    on: coordinatorField("whose role's metadata grow"),
    entries: {
      type: "whole",
      meaning: "how many entries, 1000 if not given",
      label: "entries",
      ifAbsent: 1000,
    },
  },
  {
    strikes: "etcd",
    names: "on",
    begin({ atMs, entries, on }, ports) {
      const prefix = ports.keyOf(on, "metadata");
      if (prefix === undefined) return;
      for (let from = 1; from <= entries; from += MOST_AT_ONCE) {
        const count = Math.min(MOST_AT_ONCE, entries - from + 1);
        // Another hoard's entries are others, under the same keys.
        const success = Array.from({ length: count }, (_, at) => ({
          type: "put" as const,
          key: `${prefix}hoard-${from + at}`,
          value: `x${atMs}`,
        }));
        ports.operate({ type: "txn", compare: [], success, failure: [] });
      }
    },
    disturbs: "nobody",
    words: { begins: ({ entries, on }) => `the metadata of ${on} grow by ${entries} entries` },
    entriesOf: ({ entries }) => entries,
    workOf: ({ entries }) => entries,
    weight: 1,
    draw: ({ on, spice }) => ({ on, entries: MOST - (spice % 3) * 100 }),
    button: { label: "More metadata" },
    offers: ({ on }) => [{ label: "etcd: much more metadata", fault: { on, entries: 5000 } }],
  },
);
