/**
 * Mistakes that the check does not see, each with the defence that masks it. They are kept because they are true: the
 * protocol survives them. Where two defences cover each other, the pair of mistakes together is a mutant that is killed.
 */
import { stateAt, deafTo, edited, FOR_EVER_MS, ignore, on, variantWith, type ChartConfig } from "./edits.ts";
import type { Variant } from "./variant.ts";

export interface Masked {
  readonly variant: Variant;
  /** What makes it invisible. */
  readonly by: string;
  /** The same mistake with that defence taken away as well, and the property that kills the two. */
  readonly together?: { readonly variant: Variant; readonly property: string };
}

const STANDBY = "member.role.standby";
const HOLDING = "member.role.holding";

const neverRechecks = () => ({ recheck: FOR_EVER_MS });
const takesUnknownForLost = (chart: ChartConfig) =>
  on(stateAt(chart, `${STANDBY}.campaigning`), "role.unknown", "watching");

export const maskedMutants: readonly Masked[] = [
  {
    variant: variantWith("unknown-is-lost", "takes an unanswered campaign for lost, and waits", {
      chart: edited(takesUnknownForLost),
    }),
    by: "the question after every TTL, which finds the key to be one's own",
    together: {
      variant: variantWith(
        "unknown-is-lost-for-good",
        "takes an unanswered campaign for lost, and never asks again",
        {
          chart: edited(takesUnknownForLost, neverRechecks),
        },
      ),
      property: "bounded-takeover",
    },
  },
  {
    variant: variantWith("deaf-to-lease-gone", "does not listen when etcd says that its lease is gone", {
      chart: edited((chart) => deafTo(stateAt(chart, "member"), "lease.gone")),
    }),
    by: "the end of the claim by the own clock",
  },
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
    variant: variantWith(
      "deaf-to-own-key",
      "does not notice that its active key is gone or somebody else's",
      {
        chart: edited((chart) => ignore(stateAt(chart, HOLDING), "role.deleted", "role.lost")),
      },
    ),
    by: "the watch on the session key, which dies with the same lease, the claim, and the guard on every write",
  },
  {
    variant: variantWith("deaf-to-session-deletion", "does not notice that its session key is gone", {
      chart: edited((chart) => deafTo(stateAt(chart, "member"), "session.deleted")),
    }),
    by: "renewal, which hears of a dead lease; a session key deleted by hand takes nothing from the election",
  },
  {
    variant: variantWith("deaf-to-refused-writes", "goes on serving when a guarded write is refused", {
      chart: edited((chart) => deafTo(stateAt(chart, "member"), "fenced")),
    }),
    by: "the guard itself: the write was not applied, and the claim ends anyway",
  },
  {
    variant: variantWith("keeps-lease-on-loss", "does not give its lease back when it loses its role", {
      chart: edited((chart) => {
        stateAt(chart, "losing")["initial"] = "released";
      }),
    }),
    by: "the takeover bound, which grants a loss the same time as a crash",
  },
  {
    variant: variantWith("campaigns-at-once", "campaigns without a pause after its watch has broken", {
      chart: edited((chart) => on(stateAt(chart, `${STANDBY}.watching`), "role.unwatched", "campaigning")),
    }),
    by: "the pause after a campaign that fails, so that it can not become a loop",
  },
];
