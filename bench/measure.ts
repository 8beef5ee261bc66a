/** How a benchmark measures: medians of several rounds in which both sides take turns. */

export const ROUNDS = 7;

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

/** Seconds that `work` takes. */
export function time(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

/** Times two pieces of work in turns; medians of seconds and of the ratio other : own within a round. */
export function compare(
  own: () => void,
  other: () => void,
): { own: number; other: number; ratio: number; spread: string } {
  own();
  other();
  const owns: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    owns.push(time(own));
    others.push(time(other));
  }
  const ratios = owns.map((seconds, round) => (others[round] ?? Number.NaN) / seconds);
  return { own: median(owns), other: median(others), ratio: median(ratios), spread: spreadOf(ratios) };
}
