/**
 * Load: others are granted so many leases at once, never renew them, and so let all of them run out together. etcd revokes at most 500 in
 * half a second, so whoever dies with them waits in a row.
 */
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** Beside the last lease, which shows when all are gone. */
const KEY = "crowd";
/** Most that are drawn. */
const MOST = 1000;

export const crowd = faultKind(
  "crowd",
  {
    leases: { type: "whole", meaning: "how many leases, 1000 if not given", label: "leases", ifAbsent: MOST },
    forMs: spanField("their time to live; etcd counts whole seconds", 60_000),
  },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    begin({ atMs, forMs, leases }, ports) {
      const ttlSeconds = Math.max(1, Math.round(forMs / 1000));
      // Explicit ids, for nobody hears the answers; those of one crowd are no other's.
      const idOf = (one: number) =>
        `8${String(Math.round(atMs)).padStart(10, "0").slice(-10)}${String(one).padStart(7, "0")}`;
      for (let one = 1; one <= leases; one++)
        ports.operate({ type: "leaseGrant", ttlSeconds, id: idOf(one) });
      ports.operate({ type: "put", key: KEY, value: String(leases), lease: idOf(leases) });
    },
    // Those who wait in the row are given the time that it takes: `models/timing.ts`.
    disturbs: "nobody",
    words: {
      begins: ({ leases }) => `others hold ${leases} leases, and renew none`,
      ends: () => "their leases run out",
    },
    writes: KEY,
    leasesOf: ({ leases }) => leases,
    workOf: ({ leases }) => leases,
    weight: 4,
    draw: ({ spice, ttlMs }) => ({ leases: 600 + (spice % 4) * 100 + 100, forMs: ttlMs }),
    button: { label: "Crowd" },
    offers: () => [{ label: "etcd: 1000 other leases", fault: { leases: MOST, forMs: 60_000 } }],
  },
);
