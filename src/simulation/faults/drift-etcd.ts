/** etcd's own clock runs at `rate` (1 is true), or stands still. Of several at once one that stands holds, else the one that began last. */
import { LONG_TTLS } from "./drawing.ts";
import { spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { rateText } from "./words.ts";

/** One in so many stands still; the others are within what counts as true: beyond it hardly anything is promised. */
const STANDING = 10;
const RATES = [0.981, 1.019, 0.985, 1.015] as const;

export const driftEtcd = faultKind(
  "driftEtcd",
  {
    rate: {
      type: "rate",
      meaning: "seconds of etcd's clock in a true second; 0: it stands still",
      label: "its clock's rate (1 is true)",
      usual: 0.5,
      plain: [0.9, 1.1],
      stands: true,
    },
    forMs: spanField("how long it lasts", 140_000),
  },
  {
    strikes: "etcd",
    names: "etcd",
    span: "forMs",
    whileItLasts: ({ rate }) => ({ etcdClockRate: rate }),
    disturbs: "while it lasts",
    words: {
      begins: ({ rate }) => (rate === 0 ? "its clock stands still" : `its clock runs ${rateText(rate)}`),
      ends: () => "its clock runs as before",
    },
    weight: 4,
    draw: ({ spice, ttlMs, within }) => ({
      rate: spice % STANDING === 0 ? 0 : (RATES[spice % RATES.length] ?? 1),
      forMs: within(LONG_TTLS * ttlMs),
    }),
    button: { label: "etcd's clock drifts" },
    offers: ({ longMs }) => [
      { label: "etcd: slow clock", fault: { rate: 0.5, forMs: 2 * longMs } },
      { label: "etcd: its clock stands still", fault: { rate: 0, forMs: longMs } },
    ],
  },
);
