/**
 * Coordinators as people first think of them: the shipped protocol less one of its ideas. They are not mistakes in it but
 * steps on the way to it, for lessons; what each cannot do shows what the idea is for.
 */
import { stateAt, edited, neverAsksForItsKey, on, speaking, variantWith } from "./edits.ts";
import { shippedDialect } from "./dialect.ts";
import { NO_LEASE } from "./etcd-api.ts";
import type { Variant } from "./variant.ts";

const { requests, watchReadings } = shippedDialect;

/** A standby that never watches but asks every `everyMs`; the campaign transaction is the question. */
const asking = (everyMs: number) =>
  edited((chart) => {
    const watching = stateAt(chart, "member.role.standby.watching");
    delete watching["entry"];
    delete watching["exit"];
    const waiting = stateAt(chart, "member.role.standby.watching.waiting");
    waiting["after"] = { [everyMs]: "checking" };
  });

export const naive: readonly Variant[] = [
  variantWith("no-election", "serves as soon as it has registered, without asking who else does", {
    chart: edited((chart) => {
      on(stateAt(chart, "member.role.waiting"), "session.registered", "#election.member.role.holding");
      neverAsksForItsKey(chart);
    }),
    dialect: speaking({
      guarded: (operations) => ({ type: "txn", compare: [], success: operations, failure: [] }),
    }),
  }),
  variantWith(
    "key-without-lease",
    "puts the active key without a lease, so that nothing ever takes it away",
    {
      chart: edited(neverAsksForItsKey),
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
    },
  ),
  variantWith("polling", "asks every second whether the role is free, instead of watching", {
    chart: asking(1000),
  }),
  variantWith("polling-seldom", "asks every ten seconds whether the role is free, instead of watching", {
    chart: asking(10_000),
  }),
];
