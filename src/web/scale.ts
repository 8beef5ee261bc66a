/**
 * Where an instant stands in the diagram. What happens in an election takes milliseconds, the waiting between takes minutes;
 * so quiet time is drawn short: a gap's width grows with the logarithm of its length, up to a limit.
 */
import { countWhile } from "../reading/sorted.ts";

export interface Scale {
  /** Width of the whole run in pixels. */
  readonly width: number;
  readonly xOf: (at: number) => number;
  readonly instantAt: (x: number) => number;
  /** Gaps drawn much shorter than they are. */
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
}

/** A gap this long is marked as quiet time. */
const QUIET_MS = 2000;
const WIDEST_GAP = 150;
const MARGIN = 28;
/** Room for what begins at the very end. */
const TAIL = 120;

/** How wide a second is in true time. */
const TRUE_PX = 20;

/** `instants` in order, each once; `zoom` 1 is the usual width; `trueTime`: every second is as wide as any other. */
export function scaleOf(instants: readonly number[], zoom: number, trueTime = false): Scale {
  const places = [MARGIN];
  const breaks: { from: number; to: number }[] = [];
  for (let index = 1; index < instants.length; index++) {
    const from = instants[index - 1] as number;
    const to = instants[index] as number;
    const gap = to - from;
    const wide = trueTime ? (gap / 1000) * TRUE_PX : Math.min(WIDEST_GAP, 6 + 12 * Math.log2(1 + gap / 2));
    places.push((places[index - 1] as number) + zoom * wide);
    if (gap >= QUIET_MS && !trueTime) breaks.push({ from, to });
  }
  const between = (from: readonly number[], to: readonly number[], value: number): number => {
    const index = Math.min(
      Math.max(
        1,
        countWhile(from, (one) => one <= value),
      ),
      from.length - 1,
    );
    const [low = 0, high = low] = [from[index - 1], from[index]];
    const [lowTo = 0, highTo = lowTo] = [to[index - 1], to[index]];
    if (high <= low) return lowTo;
    const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return lowTo + part * (highTo - lowTo);
  };
  return {
    width: (places.at(-1) ?? 0) + TAIL,
    xOf: (at) => between(instants, places, at),
    instantAt: (x) => between(places, instants, x),
    breaks,
  };
}
