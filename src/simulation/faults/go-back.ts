/**
 * etcd is stopped, restored from a snapshot that is `by` revisions old, and started: what came later never was, revisions are given
 * anew, and whoever watches from a later one waits for them.
 */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { ELECTION_MS } from "./restart.ts";

/** So many revisions are lost in most draws: some writes, perhaps a takeover. */
const USUAL = 20;

export const goBack = faultKind(
  "goBack",
  {
    by: {
      type: "count",
      meaning: "how many revisions are lost, 10 if not given",
      label: "revisions lost",
      ifAbsent: 10,
    },
    forMs: spanField("how long it is down", 5000, "down for"),
  },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    outage: "whole",
    outageMs: ({ forMs }) => forMs + ELECTION_MS,
    begin(_, ports) {
      if (ports.etcd.mode !== "down") ports.tellEtcd({ type: "crash" });
    },
    end({ by }, ports) {
      ports.tellEtcd({ type: "goBack", by, ttlSeconds: ports.ttlSeconds });
      ports.tellEtcd({ type: "restart", electionMs: ELECTION_MS });
    },
    disturbs: "while it lasts",
    breaks: "history kept",
    words: {
      begins: () => "DOWN, to be restored from an older snapshot",
      ends: ({ by }) => `up, ${by} revisions ago: elects a leader, leases start anew`,
    },
    weight: 1,
    draw: ({ spice, ttlMs, within }) => ({ by: 1 + (spice % USUAL), forMs: within(ttlMs / 2) }),
    button: { label: "Restore older" },
    offers: () => [{ label: "etcd: restore an older snapshot", fault: { by: 10, forMs: 5000 } }],
  },
);
