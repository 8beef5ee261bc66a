/**
 * Broken coordinators of which the mistake shows only where a run is made once more and looked into: in the watches and timers that it keeps,
 * in the pages that it is sent, in what it says and asks in which order.
 */
import { prefixEnd } from "./bytes.ts";
import { shippedDialect } from "./dialect.ts";
import { deafTo, edited, ignore, speaking, stateAt, variantWith as mutant } from "./edits.ts";
import { reloadPage } from "./reload.ts";
import type { Variant } from "./variant.ts";

const { readings, requests } = shippedDialect;

const HOLDING = "member.role.holding";

export const rerunMutants: readonly Variant[] = [
  mutant("forgets-to-unwatch", "leaves its watch on the active key open when it has won", {
    chart: edited((chart) => {
      delete stateAt(chart, "member.role.standby.watching")["exit"];
    }),
  }),
  mutant("deaf-to-lease-gone", "does not listen when etcd says that its lease is gone", {
    chart: edited((chart) => deafTo(stateAt(chart, "member"), "lease.gone")),
  }),
  mutant("deaf-to-own-key", "does not notice that its active key is gone or somebody else's", {
    chart: edited((chart) => ignore(stateAt(chart, HOLDING), "role.deleted", "role.lost")),
  }),
  mutant("deaf-to-session-deletion", "does not notice that its session key is gone", {
    chart: edited((chart) => deafTo(stateAt(chart, "member"), "session.deleted")),
  }),
  mutant("keeps-lease-on-loss", "does not give its lease back when it loses its role", {
    chart: edited((chart) => {
      stateAt(chart, "losing")["initial"] = "released";
    }),
  }),
  mutant(
    "watches-as-before",
    "asks for its key after its watch has ended, and watches from where it did before",
    {
      dialect: speaking({
        readings: {
          ...readings,
          confirm(reply, candidate, ledger) {
            const { roleRevision } = ledger;
            const meaning = readings.confirm(reply, candidate, ledger);
            ledger.roleRevision = roleRevision;
            return meaning;
          },
        },
      }),
    },
  ),
  mutant("loads-as-it-stands", "asks for each page of the metadata as it stands by then", {
    dialect: speaking({
      requests: {
        ...requests,
        reload({ keys }, { reload }) {
          return reloadPage({ key: keys.metadata, rangeEnd: keys.metadataEnd }, { ...reload, revision: 0 });
        },
      },
    }),
  }),
  mutant("goes-on-loading", "goes on after the last key where the revision that it loads is gone", {
    dialect: speaking({
      readings: {
        ...readings,
        reload(reply, candidate, ledger) {
          const { lastKey, newestRevision } = ledger.reload;
          const meaning = readings.reload(reply, candidate, ledger);
          const isGone = reply.type !== "ok" && ledger.reload.revision === 0;
          if (isGone) ledger.reload = { ...ledger.reload, lastKey, newestRevision };
          return meaning;
        },
      },
    }),
  }),
  mutant("loads-keys-alone", "asks for the keys of the metadata alone, as for a list", {
    dialect: speaking({
      requests: {
        ...requests,
        reload(candidate, ledger) {
          const reload = requests.reload(candidate, ledger);
          return reload.type === "range" ? { ...reload, keysOnly: true } : reload;
        },
      },
    }),
  }),
  mutant(
    "skips-what-begins-alike",
    "begins each page of the metadata after all keys that begin as the last one",
    {
      dialect: speaking({
        requests: {
          ...requests,
          reload(candidate, ledger) {
            const reload = requests.reload(candidate, ledger);
            const { lastKey } = ledger.reload;
            return reload.type === "range" && lastKey !== ""
              ? { ...reload, key: prefixEnd(lastKey) }
              : reload;
          },
        },
      }),
    },
  ),
];
