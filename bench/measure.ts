/**
 * How a benchmark measures: medians of several rounds in which both sides take turns. Seconds are of the processor, not of the wall:
 * on a shared machine these say how long others ran.
 */

export const ROUNDS = 7;
const FEWEST_ROUNDS = 2;

/** Set by `main.ts` for each part: rounds that would end later are not begun. */
const END_MS = Number(process.env["LEASEHOLD_BENCH_SECONDS"] ?? Number.POSITIVE_INFINITY) * 1000;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Least and most. */
export function spreadOf(values: readonly number[], digits = 2): string {
  return `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
}

/** Seconds of this process' processor time that `work` takes. */
export function time(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1e6;
}

/** Seconds by the wall that `work` takes, as somebody waits for it. */
export function wallTime(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

/** What `work` gives, {@link ROUNDS} times, or as often as the part's time allows: twice at least. */
export function rounds<Result>(work: (round: number) => Result): Result[] {
  const results: Result[] = [];
  let longestMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    if (round >= FEWEST_ROUNDS && began + longestMs > END_MS) break;
    results.push(work(round));
    longestMs = Math.max(longestMs, performance.now() - began);
  }
  return results;
}

/** Times two pieces of work in turns; medians of seconds and of the ratio other : own within a round. */
export function compare(
  own: () => void,
  other: () => void,
  clock: (work: () => void) => number = time,
): { own: number; other: number; ratio: number; spread: string } {
  own();
  other();
  // Whoever comes first meets the other's garbage: they change places.
  const pairs = rounds((round) => {
    const first = round % 2 === 0 ? clock(own) : 0;
    const seconds = clock(other);
    return { own: round % 2 === 0 ? first : clock(own), other: seconds };
  });
  const ratios = pairs.map((pair) => pair.other / pair.own);
  return {
    own: median(pairs.map((pair) => pair.own)),
    other: median(pairs.map((pair) => pair.other)),
    ratio: median(ratios),
    spread: spreadOf(ratios),
  };
}
