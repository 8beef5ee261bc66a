/**
 * Durations as people write them: a number with its unit, never a bare one. `60s`, `500ms`, `2m`, `1h`, `1m30s`.
 */

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/gu;

/** What a duration looks like; `0s` included. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/u;
/** A duration forward or back. */
export const SIGNED_DURATION = /^[+-]?(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/u;

/** What to do about a text that is none. */
export const DURATION_REMEDY = "write a number with its unit: 60s, 500ms, 2m, 1h or 1m30s";

/** Milliseconds; undefined: not a duration. Other units than ms are exact to a microsecond. */
export function parseDuration(text: string): number | undefined {
  if (!SIGNED_DURATION.test(text)) return undefined;
  let sumMs = 0;
  for (const [, count = "", unit = ""] of text.matchAll(PART)) {
    const ms = Number(count) * (UNITS_MS[unit] ?? 0);
    sumMs += unit === "ms" ? ms : Math.round(ms * 1000) / 1000;
  }
  return text.startsWith("-") && sumMs !== 0 ? -sumMs : sumMs;
}

/** The largest unit in which the number is whole and more than one; what {@link parseDuration} reads back exactly. */
export function writeDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms % 3_600_000 === 0 && Math.abs(ms) >= 7_200_000) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0 && Math.abs(ms) >= 120_000) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
