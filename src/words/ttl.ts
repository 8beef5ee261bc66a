/** A lease's time in a heading. */

/** `TTL 60 s`; where the scenario has a margin of its own, `TTL 60 s, margin 5 %`. */
export function ttlText({
  clockRateTolerance: own,
  ttlSeconds,
}: {
  readonly clockRateTolerance?: number;
  readonly ttlSeconds: number;
}): string {
  return `TTL ${ttlSeconds} s${own === undefined ? "" : `, margin ${Number((100 * own).toFixed(3))} %`}`;
}
