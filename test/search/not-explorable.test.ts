/** A protocol that looks at what states of the search forget is refused, and never closed in silence. */
import { describe, expect, it } from "vitest";
import { shippedDialect, type Candidate, type Ledger } from "../../models/dialect.ts";
import { delayed, speaking, variantWith } from "../../models/edits.ts";
import type {
  KeyValue,
  KvReply,
  RangeRequest,
  RangeResponse,
  TxnOp,
  TxnRequest,
  TxnResponse,
} from "../../models/etcd-api.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { mutants } from "../../models/mutants.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { forgetfulDialect } from "../../src/search/forgetful.ts";
import { runBeside } from "../../src/search/run-beside.ts";
import { spaceOf } from "./spaces.ts";

const { readings, requests, watchReadings, watches } = shippedDialect;

/** Takes a held role for won where `wins` says so, of the answer to its campaign; which asks `more` besides. */
function greedy(
  wins: (answer: TxnResponse, ledger: Ledger) => boolean,
  more: (candidate: Candidate, ledger: Ledger) => readonly TxnOp[] = () => [],
): Variant {
  return variantWith("greedy", "takes what is held for won", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign(candidate, ledger) {
          const asked = requests.campaign(candidate, ledger) as TxnRequest;
          return { ...asked, failure: [...asked.failure, ...more(candidate, ledger)] };
        },
      },
      readings: {
        ...readings,
        campaign(reply: KvReply, candidate, ledger) {
          const meaning = readings.campaign(reply, candidate, ledger);
          if (meaning !== "role.held" || reply.type !== "ok") return meaning;
          return wins(reply.response as TxnResponse, ledger) ? "role.won" : meaning;
        },
      },
    }),
  });
}

const read = ({ responses }: TxnResponse, at: number): KeyValue =>
  (responses[at] as RangeResponse).kvs[0] as KeyValue;
const holderOf = (answer: TxnResponse) => Number(/"ServerID":(\d+)/u.exec(read(answer, 0).value)?.[1]);
const sessionsOf = ({ keys: { sessionPrefix } }: Candidate): RangeRequest => ({
  type: "range",
  key: sessionPrefix,
  rangeEnd: sessionPrefix.replace(/-$/u, "."),
});
const nowhere = () => false;
/** Fields of one's own in the ledger. */
const own = (ledger: Ledger) => ledger as unknown as Record<string, unknown>;

/** Why it is refused; undefined: it is not. `states`: so many are gone on from. */
function refusalOf(variant: Variant, states = 700, faults: readonly string[] = []): string | undefined {
  try {
    const exploration = new Exploration({ ...spaceOf({ faults }), variant }, []);
    exploration.advance(states);
    if (states === 700) runBeside(exploration.compiled);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `${error.constructor.name}: ${error.message}`;
  }
}

const count = new WeakMap<Ledger, number>();
let calls = 0;

describe("is refused: a protocol that", () => {
  it.each<[string, Variant, RegExp, (readonly string[])?]>([
    [
      "compares versions above two, within a transaction of a transaction",
      greedy(nowhere, ({ keys }) => [
        {
          type: "txn",
          compare: [{ key: keys.role, target: "version", result: "greater", version: 4 }],
          success: [{ type: "deleteRange", key: keys.role }],
          failure: [],
        },
      ]),
      /versions above two/u,
    ],
    ["reads a version", greedy((answer) => read(answer, 0).version > 4), /reads a key's version/u],
    ["reads a modification", greedy((answer) => read(answer, 0).modRevision > 4), /last modified/u],
    [
      "reads another key's creation",
      greedy(
        (answer, { sessionRevision }) => read(answer, 1).createRevision < sessionRevision,
        ({ keys }) => [{ type: "range", key: keys.id }],
      ),
      /another key than the active one was created/u,
    ],
    ["reads the term of raft", greedy(({ header }) => header.raftTerm > 2), /term of raft/u],
    [
      "sorts by modification",
      greedy(nowhere, ({ keys }) => [
        { type: "range", key: keys.id, rangeEnd: keys.role, sortTarget: "mod" },
      ]),
      /sorted by mod/u,
    ],
    [
      "asks for what was modified since",
      greedy(nowhere, ({ keys }) => [{ type: "range", key: keys.role, minModRevision: 3 }]),
      /by when they were created or modified/u,
    ],
    [
      "reads as of an old revision",
      greedy(nowhere, ({ keys }) => [{ type: "range", key: keys.role, revision: 1 }]),
      /old revision/u,
    ],
    [
      "compares a creation with something else than its token",
      greedy(nowhere, ({ keys }, { roleRevision }) => [
        {
          type: "txn",
          compare: [{ key: keys.role, target: "create", result: "less", createRevision: roleRevision }],
          success: [],
          failure: [],
        },
      ]),
      /something else than its own token/u,
    ],
    [
      "looks at the last change in an event of its watch",
      variantWith("looks-back", "looks at revisions of events", {
        dialect: speaking({
          watchReadings: {
            ...watchReadings,
            role: (event, ledger) =>
              event.kv.modRevision > ledger.roleRevision ? watchReadings.role(event, ledger) : undefined,
          },
        }),
      }),
      /last modified/u,
      ["stop"],
    ],
    [
      "watches for what stood there before",
      variantWith("looks-before", "asks for previous values", {
        dialect: speaking({
          watches: {
            ...watches,
            role: (candidate, ledger) => ({ ...watches.role(candidate, ledger), prevKv: true }),
          },
        }),
      }),
      /what stood there before/u,
    ],
    ["asks for a server id's size", greedy((_, { serverId }) => serverId === 3), /how large/u],
    [
      "asks how many ids were taken since the holder's",
      greedy((answer, { serverId }) => serverId - holderOf(answer) === 2),
      /how large/u,
    ],
    [
      "asks whether much was changed before its session and little after",
      greedy((answer, { roleRevision, sessionRevision }) => {
        const { createRevision } = read(answer, 0);
        return (
          roleRevision > sessionRevision &&
          3 * (roleRevision - sessionRevision) < sessionRevision - createRevision
        );
      }),
      /how large/u,
      ["restart"],
    ],
    [
      "asks what it looked at last",
      greedy((_, { roleRevision, sessionRevision }) => roleRevision < sessionRevision),
      /how large/u,
    ],
    [
      "asks for the first session in the order of their keys",
      greedy(nowhere, (candidate) => [{ ...sessionsOf(candidate), limit: 1 }]),
      /in the order of their keys/u,
    ],
    [
      "goes by which session is listed first",
      greedy(
        (answer, { serverId }) => read(answer, 1).value.includes(`"ServerID":${serverId},`),
        (candidate) => [sessionsOf(candidate)],
      ),
      /how large/u,
      ["restart"],
    ],
    [
      "takes another answer for one of its lease",
      variantWith("mistakes", "takes its session for a lease", {
        dialect: speaking({
          readings: {
            ...readings,
            enroll(reply, candidate, ledger) {
              readings.enroll(reply, candidate, ledger);
              return "lease.renewed";
            },
          },
        }),
      }),
      /the answer to enroll/u,
    ],
    [
      "keeps something beside the elements of a list",
      greedy((_, ledger) => {
        own(ledger)["notes"] = Object.assign([], { count: 1 });
        return false;
      }),
      /no plain data \(notes\)/u,
    ],
    [
      "keeps a zero below zero",
      greedy((_, ledger) => {
        own(ledger)["zero"] = -0;
        return false;
      }),
      /no plain data \(zero\)/u,
    ],
    [
      "keeps a revision in a field of its own",
      greedy(({ header }, ledger) => {
        own(ledger)["seen"] = header.revision;
        return false;
      }),
      /how large/u,
    ],
    [
      "counts server ids otherwise",
      variantWith("wraps", "goes round", {
        dialect: speaking({
          requests: {
            ...requests,
            claimId(candidate, ledger) {
              const asked = requests.claimId(candidate, ledger) as TxnRequest;
              const value = String((Number(ledger.idText ?? 1) % 2) + 1);
              return { ...asked, success: [{ type: "put", key: candidate.keys.id, value }] };
            },
          },
        }),
      }),
      /one by one/u,
    ],
    [
      "keeps a Map in its ledger",
      greedy((_, ledger) => {
        own(ledger)["map"] ??= new Map();
        return false;
      }),
      /no plain data \(map\)/u,
    ],
    [
      "changes an object of its ledger in place",
      greedy((_, ledger) => {
        const kept = (own(ledger)["kept"] ??= { times: 0 }) as { times: number };
        kept.times += 1;
        return false;
      }),
      /in place/u,
    ],
    [
      "counts beside its ledger",
      greedy((_, ledger) => {
        count.set(ledger, (count.get(ledger) ?? 0) + 1);
        return (count.get(ledger) ?? 0) >= 3;
      }),
      /NotExplorable: .*(?:forgets nothing|the same again)/u,
    ],
    ["counts in its module", greedy(() => ++calls % 3 === 0), /does not do the same again/u],
    [
      "has delays by chance",
      variantWith("by-chance", "delays at random", {
        chart: delayed(() => ({ recheck: () => 30_000 + Math.floor(Math.random() * 30_000) })),
      }),
      /does not do the same again/u,
    ],
  ])("%s", (_, variant, why, faults) => {
    expect(refusalOf(variant, faults === undefined ? 700 : 6000, faults)).toMatch(why);
  });
});

it("is refused: a protocol that takes a canceled watch now for this, now for that", () => {
  let times = 0;
  const { watchCanceled } = shippedDialect;
  const fickle = forgetfulDialect(
    speaking({ watchCanceled: (kind) => (times++ < 2 ? watchCanceled(kind) : undefined) }),
  );
  expect(fickle.watchCanceled("role")).toBe(watchCanceled("role"));
  expect(() => fickle.watchCanceled("role")).toThrow(/does not do the same again/u);
  let asked = 0;
  const late = forgetfulDialect(
    speaking({ watchCanceled: (kind) => (asked++ < 2 ? undefined : watchCanceled(kind)) }),
  );
  expect(late.watchCanceled("role")).toBeUndefined();
  expect(() => late.watchCanceled("role")).toThrow(/does not do the same again/u);
});

it("is refused: a protocol that looks at how often metadata were written", () => {
  const variant = variantWith("counts-writes", "takes much written metadata for broken", {
    dialect: speaking({
      readings: {
        ...readings,
        reload(reply, candidate, ledger) {
          const kvs = reply.type === "ok" ? (reply.response as RangeResponse).kvs : [];
          if (kvs.some(({ value }) => Number(value.split(":")[2]) > 50)) return "metadata.failed";
          return readings.reload(reply, candidate, ledger);
        },
      },
    }),
  });
  const space = { ...spaceOf({ faults: ["crash"], writes: true }), variant };
  expect(() => new Exploration(space, []).advance(6000)).toThrow(/how large/u);
});

describe("is not refused: a protocol that", () => {
  it.each<[string, Variant]>([
    [
      "counts in its ledger",
      greedy((_, ledger) => {
        const times = ((own(ledger)["times"] as number | undefined) ?? 0) + 1;
        own(ledger)["times"] = Math.min(times, 3);
        return false;
      }),
    ],
    [
      "writes words under a key of its own",
      greedy(nowhere, ({ keys }) => [{ type: "put", key: `${keys.metadata}note`, value: "here" }]),
    ],
    [
      "asks whether a key was written twice",
      greedy(nowhere, ({ keys }) => [
        {
          type: "txn",
          compare: [{ key: keys.role, target: "version", result: "greater", version: 1 }],
          success: [],
          failure: [],
        },
      ]),
    ],
    [
      "has fields called like those of leases and ids",
      greedy((answer, ledger) => {
        own(ledger)["rival"] = { id: answer.succeeded ? "myself" : "another", leaseId: "none", idText: "?" };
        return false;
      }),
    ],
    [
      "lists the sessions and does nothing with them",
      greedy(nowhere, (candidate) => [sessionsOf(candidate)]),
    ],
    ["is the shipped one, held to the same", { ...shipped, dialect: { ...shippedDialect } }],
  ])("%s", (_, variant) => {
    expect(refusalOf(variant)).toBeUndefined();
  });

  it("is a mutant that looks at nothing of the kind", () => {
    const refused = mutants
      .filter((variant) => refusalOf(variant, 300) !== undefined)
      .map(({ name }) => name);
    expect(refused).toEqual(["robs-by-its-own-ttl"]);
  });
});
