/** How far the clocks of the evidence stand apart, and by which lines that is known. */
import type { AlignedClock, Alignment, OrderedPair } from "../../evidence/align.ts";
import { placeText } from "../../evidence/fact.ts";
import { flow } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import type { Terminal } from "../base/terminal.ts";
import { hanging } from "./hanging.ts";

/** Nothing where there is one clock. */
export function clockLines(
  { clocks }: Alignment,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string[] {
  const [first, ...others] = clocks;
  if (first === undefined || others.length === 0) return [];
  const lines = others.flatMap((clock) => {
    const by = pairsText([...clock.leastBy, ...clock.mostBy]);
    return [
      hanging(`${clock.source.name}: ${spanText(clock)}`, proseWidth),
      ...(by === "" ? [] : [paint.dim(flow(`by ${by}`, proseWidth, "    "))]),
    ];
  });
  return [paint.bold(`Clocks, beside that of ${first.source.name}`), ...lines, ""];
}

function spanText({ leastMs, mostMs, source, takenMs, uneven }: AlignedClock): string {
  if (uneven)
    return "its lines contradict each other: it was set, or did not run evenly; no order is made of it";
  const own = source.type === "recording";
  const none = !Number.isFinite(leastMs) && !Number.isFinite(mostMs);
  if (none)
    return own
      ? "no line ties it to the others; it is not drawn with them"
      : "no line tells how far it is off; it is taken to agree";
  if (own) {
    const width = mostMs - leastMs;
    return Number.isFinite(width)
      ? `its beginning is known within ${seconds(width)}; it is drawn in the middle of that`
      : "its beginning is bounded from one side alone; it is drawn at that bound";
  }
  const taken =
    takenMs === undefined || Math.round(takenMs) === 0 ? "taken to agree" : `taken as ${offset(takenMs)}`;
  if (!Number.isFinite(mostMs))
    return `${leastMs > 0 ? `at least ${offset(leastMs)}` : `at most ${offset(leastMs)}`}; ${taken}`;
  if (!Number.isFinite(leastMs))
    return `${mostMs < 0 ? `at least ${offset(mostMs)}` : `at most ${offset(mostMs)}`}; ${taken}`;
  return `between ${offset(leastMs)} and ${offset(mostMs)}; ${taken}`;
}

function offset(ms: number): string {
  if (Math.round(ms) === 0) return "even with it";
  return `${seconds(Math.abs(ms))} ${ms < 0 ? "behind" : "ahead"}`;
}

function pairsText(pairs: readonly OrderedPair[]): string {
  const all = pairs.map(({ earlier, later }) => `${placeText(earlier)} before ${placeText(later)}`);
  return [...new Set(all)].join(", ");
}
