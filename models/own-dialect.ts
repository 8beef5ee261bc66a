/** A dialect of one's own, watched: what it takes a message for must be an event that a chart knows. */
import { shippedDialect, type Dialect } from "./dialect.ts";
import { DEFAULT_TTL_SECONDS, timingFor } from "./timing.ts";
import { OwnCodeError } from "./own-code-error.ts";
import { shipped, type Variant } from "./variant.ts";

/**
 * The entries of a dialect of the variant `name`, of which those that differ from the shipped ones throw an {@link OwnCodeError} where they
 * return what is no event. `createChart`: its chart, whose events are known beside the shipped one's.
 */
export function heldToEvents(
  name: string,
  dialect: Partial<Dialect>,
  createChart: Variant["createChart"],
): Partial<Dialect> {
  const events = eventsOf([shipped.createChart, createChart]);
  const hold = (said: unknown, reading: string, mayBeNothing: boolean) => {
    if ((mayBeNothing && said === undefined) || (typeof said === "string" && events().has(said))) return;
    throw new OwnCodeError(
      `the reading ${reading} of ${name} returned ${JSON.stringify(said) ?? String(said)}, which is no event of the chart`,
    );
  };
  const { readings, watchCanceled, watchReadings } = dialect;
  return {
    ...dialect,
    ...(readings === undefined
      ? {}
      : {
          readings: heldEntries(readings, shippedDialect.readings, (said, kind) => hold(said, kind, false)),
        }),
    ...(watchReadings === undefined
      ? {}
      : {
          watchReadings: heldEntries(watchReadings, shippedDialect.watchReadings, (said, kind) =>
            hold(said, `${kind} (of a watch)`, true),
          ),
        }),
    ...(watchCanceled === undefined
      ? {}
      : {
          watchCanceled: (kind) => {
            const said = watchCanceled(kind);
            hold(said, "watchCanceled", true);
            return said;
          },
        }),
  };
}

/** The same functions, what they return being held to `hold`; the shipped ones among them as they are. */
function heldEntries<Entries extends object>(
  own: Entries,
  known: Entries,
  hold: (said: unknown, entry: string) => void,
): Entries {
  const entries = Object.entries(own) as [keyof Entries & string, (...given: unknown[]) => unknown][];
  return Object.fromEntries(
    entries.map(([entry, read]) => [
      entry,
      read === known[entry]
        ? read
        : (...given: unknown[]) => {
            const said = read.apply(own, given);
            hold(said, entry);
            return said;
          },
    ]),
  ) as Entries;
}

/** The events of these charts; they are made when it is first asked for. */
function eventsOf(charts: readonly Variant["createChart"][]): () => ReadonlySet<string> {
  let events: ReadonlySet<string> | undefined;
  return () =>
    (events ??= new Set(
      charts.flatMap((create) => {
        const chart = create(timingFor(DEFAULT_TTL_SECONDS), {
          activeStandby: true,
          afterLoss: "registerAnew",
        });
        return chart.events as string[];
      }),
    ));
}
