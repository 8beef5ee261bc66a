/** etcd is down and comes back with what it had stored. */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** Back again, it is without a leader for so long: measured on etcd 3.4.23. */
export const ELECTION_MS = 1250;

export const restart = faultKind(
  "restart",
  { forMs: spanField("how long it is down", 5000, "down for") },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    outage: "whole",
    outageMs: ({ forMs }) => forMs + ELECTION_MS,
    begin(_, ports) {
      if (ports.etcd.mode !== "down") ports.tellEtcd({ type: "crash" });
    },
    end: (_, ports) => ports.tellEtcd({ type: "restart", electionMs: ELECTION_MS }),
    disturbs: "while it lasts",
    words: { begins: () => "DOWN", ends: () => "up: elects a leader, leases start anew" },
    weight: 7,
    draw: ({ ttlMs, within }) => ({ forMs: within(ttlMs) }),
    button: { label: "Restart" },
    offers: () => [{ label: "etcd: restart", fault: { forMs: 5000 } }],
  },
);
