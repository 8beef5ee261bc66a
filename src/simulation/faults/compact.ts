/** etcd's history is compacted up to `keep` revisions before now. */
import { faultKind } from "./kind.ts";

export const compact = faultKind(
  "compact",
  {
    keep: {
      type: "whole",
      meaning: "how many revisions of history stay",
      label: "keep so many revisions",
      ifAbsent: 0,
    },
  },
  {
    strikes: "etcd",
    names: "etcd",
    begin: ({ keep }, ports) =>
      ports.operate({ type: "compact", revision: Math.max(1, ports.etcd.revision - keep) }),
    disturbs: "at once",
    words: { begins: () => "history compacted" },
    weight: 3,
    draw: () => ({ keep: 0 }),
    button: { label: "Compact" },
    offers: () => [{ label: "etcd: compact", fault: { keep: 0 } }],
  },
);
