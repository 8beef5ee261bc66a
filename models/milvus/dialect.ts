/**
 * Milvus' requests to etcd, and what it reads into the answers. Keys and values are the shipped ones, which are Milvus' own.
 *
 * Not modelled: that its session requests have no deadline (here they count as unanswered after the usual time), the
 * version watermark of 3.0 (`session/version`), `ForceActiveStandby` of indexcoord, and other roles than the elected one.
 */
import { prefixEnd } from "../bytes.ts";
import { shippedDialect, type Candidate, type Dialect, type Ledger } from "../dialect.ts";
import { saysLeaseGone } from "../outcome.ts";
import type { KvReply, PutRequest, StoreEvent, TxnRequest } from "../etcd-api.ts";
import type { Ways } from "./ways.ts";

const { readings, requests, watches } = shippedDialect;

/** The coordinators that mixcoord replaced, as keys beside the active key. */
const OLD_ROLES = ["rootcoord", "datacoord", "querycoord"] as const;

/** Before the first CAS Milvus puts the counter as "1" where it is absent (`checkIDExist`); the chart ignores the outcome. */
function ensureId({ keys }: Candidate): TxnRequest {
  return {
    type: "txn",
    compare: [{ key: keys.id, target: "version", result: "equal", version: 0 }],
    success: [{ type: "put", key: keys.id, value: "1" }],
    failure: [],
  };
}

/** A coordinator of another role than mixcoord replaced nobody. */
function oldKeys({ identity, keys }: Candidate): string[] {
  if (identity.role !== "mixcoord") return [];
  const root = keys.id.slice(0, -"id".length);
  return OLD_ROLES.map((role) => root + role);
}

/** Whoever won holds the key; nobody looks at the value, so that one's own key counts as a rival's (D1). */
function campaignOf(candidate: Candidate, ledger: Ledger, holdsOldKeys: boolean): TxnRequest {
  const campaign = requests.campaign(candidate, ledger) as TxnRequest;
  if (!holdsOldKeys) return { ...campaign, failure: [] };
  const [own] = campaign.success as readonly [PutRequest];
  const others = oldKeys(candidate);
  return {
    type: "txn",
    compare: [own.key, ...others].map((key) => ({ key, target: "version", result: "equal", version: 0 })),
    success: [own, ...others.map((key): PutRequest => ({ ...own, key }))],
    failure: [],
  };
}

/** Undefined: the reply is no transaction's. */
function succeeded(reply: KvReply): { readonly succeeded: boolean; readonly revision: number } | undefined {
  if (reply.type !== "ok" || reply.response.type !== "txn") return undefined;
  return { succeeded: reply.response.succeeded, revision: reply.response.header.revision };
}

/** A key of another kind than the active key: `rootcoord-15` under the prefix watch of `rootcoord`. */
function isSessionKey(event: StoreEvent): boolean {
  return /-\d+$/u.test(event.kv.key);
}

/** How the coordinators of one release speak. */
export function dialectOf(ways: Ways): Dialect {
  return {
    ...shippedDialect,
    // Metadata writes carry no guard (internal/kv/etcd/etcd_kv.go: `Txn().If()` without a condition).
    guarded: (operations) => ({ type: "txn", compare: [], success: operations, failure: [] }),
    requests: {
      ...requests,
      claimId: (candidate, ledger) =>
        ledger.idText === null ? ensureId(candidate) : requests.claimId(candidate, ledger),
      // For an exclusive coordinator, which enrols nowhere else: the purge of its own old session, by key alone (D6).
      enroll: (candidate, ledger) =>
        candidate.identity.exclusive
          ? { type: "deleteRange", key: candidate.keys.role }
          : requests.enroll(candidate, ledger),
      campaign: (candidate, ledger) => campaignOf(candidate, ledger, ways.holdsOldKeys),
      // Without a token it is the question for old sessions; with one, the first step of LivenessCheck.
      confirm: (candidate, ledger) =>
        ledger.token > 0 || candidate.identity.exclusive
          ? requests.confirm(candidate, ledger)
          : {
              type: "txn",
              compare: [],
              success: oldKeys(candidate).map((key) => ({ type: "range", key })),
              failure: [],
            },
    },
    readings: {
      ...readings,
      // A counter that is absent is asked for again at once (D9).
      readId(reply, candidate, ledger) {
        const meaning = readings.readId(reply, candidate, ledger);
        return meaning === "id.read" && ledger.idText === null ? "id.contested" : meaning;
      },
      claimId: (reply, candidate, ledger) =>
        ledger.idText === null ? "id.failed" : readings.claimId(reply, candidate, ledger),
      enroll(reply, _, ledger) {
        const answer = succeeded(reply);
        if (answer === undefined) return "session.failed";
        ledger.sessionRevision = answer.revision;
        return answer.succeeded ? "session.registered" : "session.taken";
      },
      campaign(reply, _, ledger) {
        // A dead lease is an error like any other (F01, F02).
        if (saysLeaseGone(reply)) return "role.refused";
        const answer = succeeded(reply);
        if (answer === undefined) return reply.type === "refused" ? "role.refused" : "role.unknown";
        ledger.roleRevision = answer.revision;
        if (!answer.succeeded) return "role.held";
        ledger.token = answer.revision;
        return "role.won";
      },
      confirm(reply, candidate, ledger) {
        const inquiry = ledger.token === 0 && !candidate.identity.exclusive;
        // Milvus passes over an error of the inquiry.
        if (reply.type !== "ok") return inquiry ? "role.confirmed" : "role.unconfirmed";
        const { response } = reply;
        if (response.type === "txn") {
          const found = response.responses.some((one) => one.type === "range" && one.kvs.length > 0);
          return found ? "role.lost" : "role.confirmed";
        }
        if (response.type !== "range") return "role.unconfirmed";
        // LivenessCheck asks neither whether the key is there nor whose it is (D5).
        ledger.roleRevision = response.header.revision;
        if (ledger.token > 0) return "role.confirmed";
        return ofOwnAddress(response.kvs[0]?.value, candidate) ? "role.confirmed" : "role.lost";
      },
    },
    watches: {
      ...watches,
      // From the revision of the failed campaign, and including it: what is found there is not always news (D2).
      role: ({ keys }, { roleRevision, token }) => ({
        key: keys.role,
        startRevision: roleRevision,
        ...(ways.watchesPrefix && token === 0 ? { rangeEnd: prefixEnd(keys.role) } : {}),
      }),
    },
    watchReadings: {
      ...shippedDialect.watchReadings,
      // A standby takes whatever comes as a hint to campaign again. LivenessCheck takes any put for its own (D5). Of the
      // prefix watch only deletions are known, from the logs; of puts the milder is assumed, that nothing followed.
      role(event, ledger) {
        if (event.type === "DELETE" && !isSessionKey(event)) return "role.deleted";
        const hint = ledger.token === 0 && (event.type === "DELETE" || !ways.watchesPrefix);
        return hint ? "role.unconfirmed" : undefined;
      },
    },
    // Ended by etcd: told apart from a broken stream, which etcd's client mends by itself.
    watchCanceled: () => "role.unconfirmed",
  };
}

function ofOwnAddress(value: string | undefined, { identity }: Candidate): boolean {
  return value?.includes(`"Address":${JSON.stringify(identity.address)}`) === true;
}
