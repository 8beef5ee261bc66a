/**
 * Broken coordinators: the shipped protocol with one small mistake each, named after the mistake. They show that the
 * properties can say no. A mutant edits the shipped chart's configuration, or replaces one entry of the dialect.
 */
import { stateIn } from "xstate";
import type { ElectionEvent } from "./election.ts";
import { shippedDialect } from "./dialect.ts";
import {
  stateAt,
  deafTo,
  delayed,
  edited,
  FOR_EVER_MS,
  ignore,
  on,
  speaking,
  unguarded,
  variantWith as mutant,
  type ChartConfig,
} from "./edits.ts";
import type { Compare, TxnRequest } from "./etcd-api.ts";
import { holderMutants } from "./holder-mutants.ts";
import { rerunMutants } from "./rerun-mutants.ts";
import type { Variant } from "./variant.ts";

const { guarded, readings, requests, watchReadings, watches } = shippedDialect;

const LEASE = "member.lease.held";
const CAMPAIGNING = "member.role.standby.campaigning";
const WATCHING = "member.role.standby.watching";
const HOLDING = "member.role.holding";

export const mutants: readonly Variant[] = [
  mutant("claim-from-reply", "counts the claim from the reply to a renewal, not from its sending", {
    chart: delayed(({ claimMs }) => ({ claimEnds: claimMs })),
  }),
  mutant("claim-outlives-lease", "trusts its lease for half a minute longer than etcd keeps it", {
    chart: delayed(({ ttlMs }) => ({ claimEnds: ttlMs + 30_000 })),
  }),
  mutant("claim-never-ends", "serves until etcd says that the lease is gone", {
    chart: delayed(() => ({ claimEnds: FOR_EVER_MS })),
  }),
  mutant("unknown-is-won", "takes an unanswered campaign for won", {
    chart: edited((chart) =>
      on(stateAt(chart, CAMPAIGNING), "role.unknown", "#election.member.role.holding"),
    ),
  }),
  mutant("unknown-is-lost", "takes an unanswered campaign for lost, and waits", {
    chart: edited((chart) => on(stateAt(chart, CAMPAIGNING), "role.unknown", "watching")),
  }),
  mutant("blind-to-own-key", "asks again after an unanswered campaign, and takes its own key for a rival's", {
    dialect: speaking({
      readings: {
        ...readings,
        campaign(reply, candidate, ledger) {
          const found = reply.type === "ok" && reply.response.type === "txn" && !reply.response.succeeded;
          const meaning = readings.campaign(reply, candidate, ledger);
          return found && meaning === "role.won" ? "role.held" : meaning;
        },
      },
    }),
  }),
  mutant("blind-to-own-session", "takes its own session key for a stranger's when it enrols again", {
    dialect: speaking({
      readings: {
        ...readings,
        enroll(reply, candidate, ledger) {
          const found = reply.type === "ok" && reply.response.type === "txn" && !reply.response.succeeded;
          const meaning = readings.enroll(reply, candidate, ledger);
          return found && meaning === "session.registered" ? "session.taken" : meaning;
        },
      },
    }),
  }),
  mutant("no-fencing", "writes metadata without a guard", {
    dialect: speaking({
      guarded: (operations) => ({ type: "txn", compare: [], success: operations, failure: [] }),
    }),
  }),
  mutant("fences-by-presence", "guards its writes by the presence of an active key, whoever holds it", {
    dialect: speaking({
      guarded: (operations, { keys }) => ({
        type: "txn",
        compare: [{ key: keys.role, target: "version", result: "greater", version: 0 }],
        success: operations,
        failure: [],
      }),
    }),
  }),
  mutant("writes-anyway", "repeats its write in the branch for when the guard does not hold", {
    dialect: speaking({
      guarded: (operations, candidate, ledger) => ({
        ...guarded(operations, candidate, ledger),
        failure: operations,
      }),
    }),
  }),
  mutant("deletes-unguarded", "guards what it puts, and deletes without a guard", {
    dialect: speaking({
      guarded(operations, candidate, ledger) {
        const puts = operations.some(({ type }) => type === "put");
        return puts
          ? guarded(operations, candidate, ledger)
          : unguarded(guarded(operations, candidate, ledger));
      },
    }),
  }),
  mutant("writes-nothing", "tests the guard, and takes that for the write", {
    dialect: speaking({ guarded: (_, candidate, ledger) => guarded([], candidate, ledger) }),
  }),
  mutant("campaigns-unguarded", "puts itself into the active key without looking", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign: (candidate, ledger) => unguarded(requests.campaign(candidate, ledger)),
      },
    }),
  }),
  mutant("deletes-rival", "clears the active key when it finds it taken, thinking it a leftover", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign(candidate, ledger) {
          const campaign = requests.campaign(candidate, ledger);
          if (campaign.type !== "txn") return campaign;
          return {
            ...campaign,
            failure: [...campaign.failure, { type: "deleteRange", key: candidate.keys.role }],
          };
        },
      },
    }),
  }),
  // milvus#37917, #37764: won, and can never load.
  mutant("loads-from-the-future", "asks for the metadata at a revision that is not there yet", {
    dialect: speaking({
      requests: {
        ...requests,
        reload(candidate, ledger) {
          const reload = requests.reload(candidate, ledger);
          return reload.type === "range" ? { ...reload, revision: ledger.roleRevision + 1_000_000 } : reload;
        },
      },
    }),
  }),
  // kubernetes#47671: whose own TTL is the shorter one takes a holder for dead that is not due yet.
  mutant("robs-by-its-own-ttl", "clears an active key that has stood unchanged for its own TTL", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign(candidate, ledger) {
          const campaign = requests.campaign(candidate, ledger);
          if (campaign.type !== "txn" || ledger.roleRevision === 0) return campaign;
          const { role: key } = candidate.keys;
          const unchanged: Compare = {
            key,
            target: "mod",
            result: "less",
            modRevision: ledger.roleRevision + 1,
          };
          const rob: TxnRequest = {
            type: "txn",
            compare: [unchanged],
            success: [{ type: "deleteRange", key }],
            failure: [],
          };
          return { ...campaign, failure: [...campaign.failure, rob] };
        },
      },
    }),
  }),
  mutant("watches-from-now", "watches the active key from now on, not from where it read it", {
    dialect: speaking({ watches: { ...watches, role: ({ keys }) => ({ key: keys.role }) } }),
  }),
  mutant("deaf-to-deletion", "does not react when the active key is deleted", {
    chart: edited((chart) => deafTo(stateAt(chart, WATCHING), "role.deleted")),
  }),
  mutant("deaf-to-broken-watch", "goes on waiting on a watch that has broken", {
    chart: edited((chart) => deafTo(stateAt(chart, WATCHING), "role.unwatched")),
  }),
  mutant("deaf-to-compaction", "goes on waiting on a watch that etcd canceled", {
    dialect: speaking({ watchCanceled: () => undefined }),
  }),
  mutant("trusts-the-watch", "never asks whether the role is still held while its watch is silent", {
    chart: delayed(() => ({ recheck: FOR_EVER_MS })),
  }),
  mutant("never-joins-again", "does not register anew after a loss", {
    chart: edited((chart) => {
      delete stateAt(chart, "losing.pausing")["after"];
    }),
  }),
  mutant("standby-ignores-lease-loss", "does not notice in standby that its own lease has died", {
    chart: edited((chart) => {
      const standby = stateAt(chart, "member.role.standby");
      standby["id"] = "standby";
      ignore(standby, "lease.gone", "session.deleted", "session.taken");
      const held = stateAt(chart, LEASE);
      const after = held["after"] as ChartConfig;
      after["claimEnds"] = [
        { guard: stateIn("#standby"), target: "held", reenter: true },
        after["claimEnds"],
      ];
    }),
  }),
  mutant("serves-without-reload", "serves with the metadata it knew as a standby", {
    chart: edited((chart) => {
      stateAt(chart, `${HOLDING}.service.activating`)["initial"] = "preparing";
    }),
  }),
  mutant("keeps-old-metadata", "loads the metadata as they stood when it registered", {
    dialect: speaking({
      requests: {
        ...requests,
        reload(candidate, ledger) {
          const reload = requests.reload(candidate, ledger);
          return reload.type === "range" ? { ...reload, revision: ledger.sessionRevision } : reload;
        },
      },
    }),
  }),
  mutant("renews-too-late", "renews when the claim has all but ended", {
    chart: delayed(({ claimMs }) => ({ renewDue: claimMs + 1 })),
  }),
  mutant("renews-once", "does not move its deadline when a renewal succeeds", {
    chart: edited((chart) => on(stateAt(chart, LEASE), "lease.renewed", ".resting")),
  }),
  // redisson#775: whoever renews by a chain of timers must not let one failure break it.
  mutant("renewal-dies", "renews no more once a renewal has failed", {
    chart: edited((chart) => {
      delete stateAt(chart, `${LEASE}.retrying`)["after"];
    }),
  }),
  mutant("keeps-lease-on-stop", "stops without giving its lease back", {
    chart: edited((chart) => {
      chart["on"] = { stop: ".stopped" };
    }),
  }),
  mutant("hot-loop", "tries again without a pause", {
    chart: delayed(() => ({ backOff: 1, askAgain: 1 })),
  }),
  mutant("shares-ids", "takes a server id without comparing the counter first", {
    dialect: speaking({
      requests: {
        ...requests,
        claimId: (candidate, ledger) => unguarded(requests.claimId(candidate, ledger)),
      },
    }),
  }),
  mutant("session-without-lease", "puts its session key without a lease", {
    dialect: speaking({
      requests: {
        ...requests,
        enroll(candidate, ledger) {
          return requests.enroll(candidate, { ...ledger, leaseId: "0" });
        },
      },
      watchReadings: { ...watchReadings, session: () => undefined },
    }),
  }),
  mutant(
    "claim-without-margin",
    "counts its claim to the last instant of the lease, as if all clocks were equal",
    {
      chart: delayed(({ ttlMs }) => ({
        claimEnds: ({ event }: { event: ElectionEvent }) =>
          Math.max(0, ttlMs - ("elapsedMs" in event ? event.elapsedMs : 0)),
      })),
    },
  ),
  mutant("role-without-lease", "puts the active key without a lease", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign: (candidate, ledger) => requests.campaign(candidate, { ...ledger, leaseId: "0" }),
      },
    }),
  }),
  mutant("unknown-id-is-mine", "takes a server id whose swap went unanswered for its own", {
    dialect: speaking({
      readings: {
        ...readings,
        claimId(reply, candidate, ledger) {
          const meaning = readings.claimId(reply, candidate, ledger);
          if (meaning !== "id.failed") return meaning;
          ledger.serverId = Number(ledger.idText ?? 1);
          return "id.claimed";
        },
      },
    }),
  }),
  mutant("confuses-units", "waits as many milliseconds for its next renewal as it should wait seconds", {
    chart: delayed(({ renewEveryMs }) => ({ renewDue: renewEveryMs / 1000 })),
  }),
  mutant("renews-without-pause", "tries a refused renewal again without a pause", {
    chart: delayed(() => ({ renewRetry: 1 })),
  }),
  mutant("refused-is-gone", "takes a renewal that was refused for a lease that is gone", {
    dialect: speaking({
      readings: {
        ...readings,
        renew(reply, candidate, ledger) {
          const meaning = readings.renew(reply, candidate, ledger);
          return meaning === "lease.refused" ? "lease.gone" : meaning;
        },
      },
    }),
  }),
  mutant("asks-once-for-a-lease", "does not ask again for a lease that etcd refused", {
    chart: edited((chart) => deafTo(stateAt(chart, "granting.asking"), "lease.refused")),
  }),
  mutant("waits-when-refused", "does not campaign again when its campaign was refused", {
    chart: edited((chart) => deafTo(stateAt(chart, CAMPAIGNING), "role.refused")),
  }),
  ...holderMutants,
  ...rerunMutants,
];
