/**
 * Where etcd's releases differ, and since when: read off etcd's source at its tags, and measured by `leasehold fidelity` on
 * the releases that `docs/fidelity.md` names.
 */

/** A release of the lines 3.4, 3.5 and 3.6, such as `3.5.16`; without a third number, the newest of its line. */
export type EtcdVersion = `3.${Line}` | `3.${Line}.${number}`;

type Line = 4 | 5 | 6;

/** The first patch release of each line that follows the rule. */
const SINCE = {
  /** A watch from exactly the compacted revision is told of a deletion there (etcd issue 18089). */
  keepsCompactedDeletion: { 4: 34, 5: 16, 6: 0 },
  /** A request for progress is answered only while every watch of its stream is synced (etcd issue 15220). */
  progressWhenSynced: { 4: 25, 5: 8, 6: 0 },
  /** And only once the store has reached the revision that each watch begins with (etcd issue 20221). */
  progressWhenReached: { 4: 38, 5: 22, 6: 2 },
  /** A leader renews and revokes leases only after it has heard from the others (etcd issue 15247). */
  renewsInTouchOnly: { 4: 31, 5: 13, 6: 0 },
  /** A leader that hears nothing of the others renews until it steps down, as its own clock goes on (etcd issue 15247, mended anew). */
  renewsWhileTicking: { 4: 34, 5: 16, 6: 0 },
  /** A watch from a negative revision is not created. */
  refusesNegativeStart: { 4: 38, 5: 24, 6: 6 },
} satisfies Record<string, Record<Line, number>>;

export type ReleaseRule = keyof typeof SINCE;

/** What an {@link EtcdVersion} looks like. */
export const VERSION_PATTERN = /^3\.[456](\.\d{1,3})?$/u;

export function isVersion(text: string): text is EtcdVersion {
  return VERSION_PATTERN.test(text);
}

export function follows(version: EtcdVersion, rule: ReleaseRule): boolean {
  const [, line, patch] = version.split(".");
  return Number(patch ?? Infinity) >= SINCE[rule][Number(line) as Line];
}
