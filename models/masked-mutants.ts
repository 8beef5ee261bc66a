/**
 * Mistakes that the check does not see, each with the defence that masks it. They are kept because they are true: the
 * protocol survives them.
 */
import { shippedDialect } from "./dialect.ts";
import { stateAt, deafTo, edited, ignore, on, speaking, variantWith } from "./edits.ts";
import type { Variant } from "./variant.ts";

export interface Masked {
  readonly variant: Variant;
  /** What makes it invisible. */
  readonly by: string;
}

const { readings } = shippedDialect;
const STANDBY = "member.role.standby";
const HOLDING = "member.role.holding";

export const maskedMutants: readonly Masked[] = [
  {
    variant: variantWith(
      "deaf-while-activating",
      "does not notice while activating that it has lost the role",
      {
        chart: edited((chart) => {
          const activating = stateAt(chart, `${HOLDING}.service.activating`);
          ignore(activating, "role.deleted", "role.lost", "lease.gone", "session.deleted", "session.taken");
        }),
      },
    ),
    by: "the claim, which runs on while activating, and the guard on every write",
  },
  {
    variant: variantWith("deaf-to-refused-writes", "goes on serving when a guarded write is refused", {
      chart: edited((chart) => deafTo(stateAt(chart, "member"), "fenced")),
    }),
    by: "the guard itself: the write was not applied, and the claim ends anyway",
  },
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
];
