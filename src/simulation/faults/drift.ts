/** The coordinator's clock runs at `rate` (1 is true). Of several at once the one that began last holds. */
import { coordinatorField, spanField } from "./fields.ts";
import { faultKind } from "./kind.ts";
import { rateText } from "./words.ts";

/** Longest that is drawn, in TTLs. */
const LONGEST_TTLS = 4;
/** Rates that are drawn: from here on, by hundredths, a tenth to either side of the truth. */
const SLOWEST = 0.9;
const HUNDREDTHS = 21;

export const drift = faultKind(
  "drift",
  {
    on: coordinatorField("whose clock runs wrong"),
    rate: {
      type: "rate",
      meaning: "own seconds in a true second",
      label: "its clock's rate (1 is true)",
      usual: 0.5,
      plain: [0.9, 1.1],
    },
    forMs: spanField("how long it lasts", 140_000),
  },
  {
    strikes: "coordinator",
    names: "on",
    span: "forMs",
    whileItLasts: ({ rate }) => ({ clockRate: rate }),
    disturbs: "while it lasts",
    words: {
      begins: ({ rate }) => `its clock runs ${rateText(rate)}`,
      ends: () => "its clock runs as before",
    },
    weight: 5,
    draw: ({ on, spice, ttlMs, within }) => ({
      on,
      forMs: within(LONGEST_TTLS * ttlMs),
      // Every other one is within what counts as true.
      rate: spice % 2 === 0 ? 1 + ((spice % 5) - 2) / 100 : SLOWEST + (spice % HUNDREDTHS) / 100,
    }),
    button: { label: "Clock drifts", key: "r" },
    offers: ({ longMs, on }) => [{ label: "slow clock", fault: { on, rate: 0.5, forMs: 2 * longMs } }],
  },
);
