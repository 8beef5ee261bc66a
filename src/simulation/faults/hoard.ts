/** Load: the metadata grows by so many entries, so whoever takes over has more to load before it serves. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** Most that are drawn. */
const MOST = 1200;

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
    begin({ entries, on }, ports) {
      const prefix = ports.keyOf(on, "metadata");
      if (prefix === undefined) return;
      for (let one = 1; one <= entries; one++)
        ports.operate({ type: "put", key: `${prefix}hoard-${one}`, value: "x" });
    },
    disturbs: "nobody",
    words: { begins: ({ entries, on }) => `the metadata of ${on} grow by ${entries} entries` },
    workOf: ({ entries }) => entries,
    weight: 1,
    onRequest: true,
    draw: ({ on, spice }) => ({ on, entries: MOST - (spice % 3) * 100 }),
    button: { label: "More metadata" },
    offers: ({ on }) => [{ label: "etcd: much more metadata", fault: { on, entries: 5000 } }],
  },
);
