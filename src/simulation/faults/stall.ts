/** etcd takes requests and answers none: a stuck disk, a lost quorum. */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const stall = faultKind(
  "stall",
  { forMs: spanField("how long it lasts", 20_000) },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    outage: "whole",
    outageMs: ({ forMs }) => forMs,
    begin({ forMs }, ports) {
      // Traces of earlier versions may hold outages that overlap.
      if (ports.etcd.mode === "serving") ports.tellEtcd({ type: "stall", forMs });
    },
    disturbs: "while it lasts",
    words: { begins: () => "stalls: answers nobody", ends: () => "answers again" },
    weight: 5,
    draw: ({ ttlMs, within }) => ({ forMs: within(ttlMs) }),
    button: { label: "Stall" },
    offers: () => [{ label: "etcd: stall", fault: { forMs: 10_000 } }],
  },
);
