/**
 * Coordinators as people first think of them: the shipped protocol less one of its ideas. They are not mistakes in it but
 * steps on the way to it, for lessons; what each cannot do shows what the idea is for.
 */
import { at, edited, on, speaking, variantOf } from "./edits.ts";
import { shippedDialect } from "./dialect.ts";
import { NO_LEASE } from "./etcd-api.ts";
import type { Variant } from "./variant.ts";

const { requests, watchReadings } = shippedDialect;

/** A standby that never watches but asks every `everyMs`; the campaign transaction is the question. */
const asking = (everyMs: number) =>
  edited((chart) => {
    const watching = at(chart, "member.role.standby.watching");
    delete watching["entry"];
    delete watching["exit"];
    const waiting = at(chart, "member.role.standby.watching.waiting");
    waiting["after"] = { [everyMs]: "checking" };
  });

export const naive: readonly Variant[] = [
  variantOf("no-election", "serves as soon as it has registered, without asking who else does", {
    chart: edited((chart) =>
      on(at(chart, "member.role.waiting"), "session.registered", "#election.member.role.holding"),
    ),
    dialect: speaking({
      guarded: (operations) => ({ type: "txn", compare: [], success: operations, failure: [] }),
    }),
  }),
  variantOf("key-without-lease", "puts the active key without a lease, so that nothing ever takes it away", {
    dialect: speaking({
      requests: {
        ...requests,
        campaign: (candidate, ledger) => requests.campaign(candidate, { ...ledger, leaseId: NO_LEASE }),
      },
      watchReadings: {
        ...watchReadings,
        role: (event) => (event.type === "DELETE" ? "role.deleted" : undefined),
      },
    }),
  }),
  variantOf("polling", "asks every second whether the role is free, instead of watching", {
    chart: asking(1000),
  }),
  variantOf("polling-seldom", "asks every ten seconds whether the role is free, instead of watching", {
    chart: asking(10_000),
  }),
];
