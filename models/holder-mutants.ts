/** Broken coordinators of which the mistake shows once they hold the role, or give it and their lease back. */
import type { ElectionContext } from "./election.ts";
import { shippedDialect } from "./dialect.ts";
import {
  deafTo,
  delayed,
  edited,
  FOR_EVER_MS,
  ignore,
  neverAsksForItsKey,
  on,
  speaking,
  stateAt,
  variantWith as mutant,
} from "./edits.ts";
import type { Variant } from "./variant.ts";

const { readings } = shippedDialect;

const HOLDING = "member.role.holding";

export const holderMutants: readonly Variant[] = [
  mutant("serves-after-failed-reload", "serves although loading the metadata failed", {
    chart: edited((chart) =>
      on(stateAt(chart, `${HOLDING}.service.activating.reloading`), "metadata.failed", "preparing"),
    ),
  }),
  mutant("deaf-to-refused-writes", "goes on serving when a guarded write is refused", {
    chart: edited((chart) => deafTo(stateAt(chart, "member"), "fenced")),
  }),
  mutant("never-stops", "tries to give its lease back for ever when it is asked to stop", {
    chart: edited((chart) => on(stateAt(chart, "stopping.revoking"), "lease.kept", "pausing")),
  }),
  mutant("revokes-once", "takes a failed attempt to give its lease back for done", {
    chart: edited((chart) => on(stateAt(chart, "stopping.revoking"), "lease.kept", "#election.stopped")),
  }),
  mutant("gone-is-kept", "takes the answer that its lease is gone already for a failure to give it back", {
    dialect: speaking({
      readings: { ...readings, revoke: ({ type }) => (type === "ok" ? "lease.released" : "lease.kept") },
    }),
  }),
  mutant("activates-without-limit", "keeps the role however long it takes to load", {
    chart: delayed(() => ({ activationLimit: FOR_EVER_MS })),
  }),
  mutant("limit-begins-anew", "counts its activation limit from the last attempt to load, not from winning", {
    chart: edited((chart) => {
      const activating = stateAt(chart, `${HOLDING}.service.activating`);
      const limit = activating["after"];
      delete activating["after"];
      stateAt(activating, "reloading")["after"] = limit;
    }),
  }),
  mutant("comes-back-at-once", "campaigns again right after it gave the role back unserved", {
    chart: delayed(({ backOffMs }) => ({ setbackPause: backOffMs })),
  }),
  mutant("stays-away-again", "was set back once, and stays away after each loss until it has served", {
    chart: edited((chart) => {
      const always = stateAt(chart, "losing.released")["always"] as object[];
      const guard = ({ context }: { readonly context: ElectionContext }) => context.setbacks > 0;
      always.splice(1, 0, { guard, target: "stayingAway" });
    }),
  }),
  mutant("never-asks-for-its-key", "trusts its watch that the active key is still its own", {
    chart: edited(neverAsksForItsKey),
  }),
  mutant("deaf-while-activating", "does not notice while activating that it has lost the role", {
    chart: edited((chart) => {
      const activating = stateAt(chart, `${HOLDING}.service.activating`);
      ignore(activating, "role.deleted", "role.lost", "lease.gone", "session.deleted", "session.taken");
    }),
  }),
  mutant("confirms-anybody", "takes the active key for its own as long as there is one", {
    dialect: speaking({
      readings: {
        ...readings,
        confirm(reply, candidate, ledger) {
          const there =
            reply.type === "ok" && reply.response.type === "range" && reply.response.kvs.length > 0;
          return there ? "role.confirmed" : readings.confirm(reply, candidate, ledger);
        },
      },
    }),
  }),
  mutant(
    "drains-after-revoke",
    "gives its lease back first, and serves for another second to finish its work",
    {
      chart: edited(
        (chart) => {
          ignore(
            stateAt(chart, HOLDING),
            "role.deleted",
            "role.lost",
            "session.deleted",
            "lease.gone",
            "fenced",
          );
          const active = stateAt(chart, `${HOLDING}.service.active`);
          active["initial"] = "serving";
          active["states"] = {
            serving: { on: { stop: "draining" } },
            draining: {
              entry: [{ type: "request", params: { kind: "revoke" } }],
              after: { drained: "#election.stopped" },
            },
          };
        },
        () => ({ drained: 1000 }),
      ),
    },
  ),
];
