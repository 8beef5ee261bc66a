/**
 * The simulated etcd beside a real one, request by request: both begin empty, get the same random requests, and must give
 * the same answers, revisions, counts, error codes and texts included.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { KvRequest, ServerReply } from "../../models/etcd-api.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { storeRequest } from "../models/etcd-arbitraries.ts";
import { drive } from "../models/etcd-driver.ts";
import { openGateway } from "./gateway.ts";

const REQUESTS = 3000;
const SEED = 20261124;

/** Long leases: time passes on both sides, but not by the same clock. */
const leaseChange: fc.Arbitrary<KvRequest> = fc.oneof(
  fc.record({
    type: fc.constant("leaseGrant" as const),
    id: fc.constantFrom("1", "2", "3"),
    ttlSeconds: fc.constantFrom(3600, 9_000_000_001),
  }),
  fc.record({ type: fc.constant("leaseRevoke" as const), id: fc.constantFrom("1", "2", "3") }),
);

/**
 * A put that keeps the old value or lease, after an open-ended deletion of its key in the same transaction, makes etcd
 * 3.4.23 panic: the check for duplicate keys overlooks the range, and applying finds no key (measured). Not asked.
 */
function panics(request: KvRequest): boolean {
  const text = JSON.stringify(request);
  return request.type === "txn" && /"ignore(Lease|Value)":true/u.test(text) && text.includes('"deleteRange"');
}

/** What may differ: the raft term, and the ids that etcd puts into inner headers, which are not compared at all. */
function comparable(reply: ServerReply): unknown {
  return JSON.parse(JSON.stringify(reply), (name, value: unknown) =>
    name === "raftTerm" ? 0 : value,
  ) as unknown;
}

describeWith("etcd", "the simulated etcd beside a real one", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());

  it(`answers ${REQUESTS} random requests alike`, async () => {
    const real = openGateway(etcd.endpoint);
    const simulated = drive();
    const arbitrary = fc.oneof({ weight: 5, arbitrary: storeRequest }, { weight: 1, arbitrary: leaseChange });
    const requests = fc.sample(
      arbitrary.filter((request) => !panics(request)),
      { numRuns: REQUESTS, seed: SEED },
    );
    const kinds = new Set<string>();
    for (const [at, request] of requests.entries()) {
      const own = simulated.replyTo(simulated.send(request));
      const theirs = await real.submit(request);
      kinds.add(`${request.type} ${theirs.type === "ok" ? "ok" : theirs.message}`);
      expect(own && comparable(own), `request ${at}: ${JSON.stringify(request)}`).toEqual(comparable(theirs));
    }
    // Looked at something: each kind both answered and refused.
    expect(kinds.size).toBeGreaterThan(12);
  }, 120_000);
});
