/**
 * Mistakes that the check does not see, each with the defence that masks it. They are kept because they are true: the
 * protocol survives them.
 */
import { shippedDialect } from "./dialect.ts";
import { stateAt, edited, on, speaking, variantWith } from "./edits.ts";
import type { Variant } from "./variant.ts";

export interface Masked {
  readonly variant: Variant;
  /** What makes it invisible. */
  readonly by: string;
}

const { readings, requests } = shippedDialect;
const STANDBY = "member.role.standby";

export const maskedMutants: readonly Masked[] = [
  {
    variant: variantWith("campaigns-at-once", "campaigns without a pause after its watch has broken", {
      chart: edited((chart) => on(stateAt(chart, `${STANDBY}.watching`), "role.unwatched", "campaigning")),
    }),
    by: "the pause after a campaign that fails, so that it can not become a loop",
  },
  {
    variant: variantWith("renews-the-dead", "takes etcd's word that no time is left for a renewal", {
      dialect: speaking({
        readings: {
          ...readings,
          renew: (reply, ...more) =>
            reply.type === "ok" && reply.response.type === "leaseKeepAlive"
              ? "lease.renewed"
              : readings.renew(reply, ...more),
        },
      }),
    }),
    by: "the claim, which ends before its lease can, and the watches on its own keys",
  },
  {
    variant: variantWith("absent-is-unconfirmed", "takes an active key that is not there for no answer", {
      dialect: speaking({
        readings: {
          ...readings,
          confirm: (reply, ...more) =>
            reply.type === "ok" && reply.response.type === "range" && reply.response.kvs.length === 0
              ? "role.unconfirmed"
              : readings.confirm(reply, ...more),
        },
      }),
    }),
    by: "the next question, once another has put it",
  },
  {
    variant: variantWith(
      "loads-some-keys-twice",
      "begins each page of the metadata with the last key before",
      {
        dialect: speaking({
          requests: {
            ...requests,
            reload(candidate, ledger) {
              const page = requests.reload(candidate, ledger);
              return page.type === "range" ? { ...page, key: page.key.replace(/\0$/u, "") } : page;
            },
          },
        }),
      },
    ),
    by: "that every page is of one revision: what is read twice is the same",
  },
];
