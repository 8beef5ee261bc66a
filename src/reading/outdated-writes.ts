/**
 * Metadata writes of a coordinator that was superseded when they reached etcd: refused by the guard, or let in where a protocol has
 * none. What the fence is there for.
 */
import type { Message } from "./message.ts";
import type { RefusedWrite } from "./refused-writes.ts";
import type { RecordedRun } from "./run.ts";
import type { Noticed } from "./seen.ts";

export interface OutdatedWrite {
  readonly at: number;
  /** The event by which it reached etcd. */
  readonly n: number;
  /** Who sent it. */
  readonly from: string;
  /** Under which token, and which one was out already by then. */
  readonly token: number;
  readonly newest: number;
  /** False: the guard refused it. */
  readonly applied: boolean;
}

/** In order of arrival. */
export function outdatedWritesOf(
  { events }: RecordedRun,
  seen: readonly Noticed[],
  messages: readonly Message[],
  refused: readonly RefusedWrite[],
): OutdatedWrite[] {
  const won = seen.flatMap(({ n, observation }) =>
    observation.type === "milestone" && observation.milestone === "won"
      ? [{ n, token: observation.token }]
      : [],
  );
  const refusals = new Set(refused.map(({ n }) => n));
  return messages
    .flatMap(({ arrivals, from, token }) =>
      arrivals.flatMap(({ at, n }): OutdatedWrite[] => {
        const applied =
          events[n - 1]?.seen?.some((one) => one.type === "change" && one.node === from) === true;
        if (token === undefined || (!applied && !refusals.has(n))) return [];
        const newest = Math.max(token, ...won.filter((one) => one.n <= n).map((one) => one.token));
        return newest > token ? [{ at, n, from, token, newest, applied }] : [];
      }),
    )
    .sort((left, right) => left.n - right.n);
}
