/**
 * etcd's space is used up (NOSPACE): it stores nothing and grants no lease, and goes on renewing and revoking leases, reading and deleting.
 */
import { LONG_TTLS } from "./drawing.ts";
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const fillUp = faultKind(
  "fillUp",
  { forMs: spanField("until somebody makes room and disarms the alarm", 60_000) },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    storesNothing: true,
    begin: (_, ports) => ports.tellEtcd({ type: "alarm", raised: true }),
    end: (_, ports) => ports.tellEtcd({ type: "alarm", raised: false }),
    disturbs: "while it lasts",
    words: { begins: () => "its space is used up: it stores nothing", ends: () => "has room again" },
    weight: 11,
    draw: ({ ttlMs, within }) => ({ forMs: within(LONG_TTLS * ttlMs) }),
    button: { label: "Fill up" },
    offers: ({ longMs }) => [{ label: "etcd: fill up", fault: { forMs: longMs } }],
  },
);
