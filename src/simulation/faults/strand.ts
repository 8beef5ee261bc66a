/**
 * etcd's leader loses touch with the other members and does not know it, with the coordinator connected to it; they elect
 * another one. Before 3.4.31 and 3.5.13 the old one goes on renewing leases that run out with the others.
 */
import { LONG_TTLS } from "./drawing.ts";
import { coordinatorField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";

/** From a leader's silence to the next one: measured on three members of etcd 3.4.23, 1.1 to 1.2 s. */
const ELECTION_MS = 1200;

export const strand = faultKind(
  "strand",
  {
    on: coordinatorField("who is connected to a leader that lost touch"),
    forMs: spanField("how long it lasts", 90_000),
  },
  {
    strikes: "etcd",
    names: "on",
    span: "forMs",
    // With several members, cut off the one that leads.
    members: "one",
    outage: "split",
    outageMs: ({ forMs }) => Math.max(forMs, ELECTION_MS),
    begin: ({ on }, ports) =>
      ports.tellEtcd({ type: "strand", client: ports.clientOf(on), electionMs: ELECTION_MS }),
    end: (_, ports) => ports.tellEtcd({ type: "rejoin" }),
    disturbs: "while it lasts",
    breaks: "leaders in touch",
    words: {
      begins: ({ on }) => `its leader loses touch, with ${on}; the others elect another`,
      ends: () => "the old leader is in touch again",
    },
    weight: 7,
    draw: ({ on, ttlMs, within }) => ({ on, forMs: within(LONG_TTLS * ttlMs) }),
    button: { label: "Stale leader" },
    offers: ({ longMs, on }) => [{ label: "etcd: stale leader", fault: { on, forMs: longMs } }],
  },
);
