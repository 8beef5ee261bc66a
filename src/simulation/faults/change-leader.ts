/** etcd loses its leader and elects another; leases start again with their full TTL. */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** Longest election that is drawn. */
const LONGEST_MS = 8000;

export const changeLeader = faultKind(
  "changeLeader",
  { forMs: spanField("how long the election takes", 2000, "without a leader for") },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    outage: "whole",
    outageMs: ({ forMs }) => forMs,
    begin({ forMs }, ports) {
      // Traces of earlier versions may hold outages that overlap.
      if (ports.etcd.mode === "serving") ports.tellEtcd({ type: "leaderChange", electionMs: forMs });
    },
    disturbs: "while it lasts",
    words: {
      begins: () => "leader lost: elects another",
      ends: () => "new leader: every lease starts anew",
    },
    weight: 6,
    draw: ({ within }) => ({ forMs: within(LONGEST_MS) }),
    button: { label: "Change leader", key: "e" },
    offers: () => [{ label: "etcd: leader change", fault: { forMs: 2000 } }],
  },
);
