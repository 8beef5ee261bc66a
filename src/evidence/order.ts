/**
 * What certainly came before what. Within one source the order is its own; between two it follows from etcd's revisions alone: a
 * message cannot know a revision that is still to come, and a transaction was sent before the store came to what it made of it.
 * No clock is believed, unless the user says how far apart the clocks are at most.
 */
import type { LinePlace, RecordingSource } from "./fact.ts";

/** A line's place in the order. */
export interface EvidencePoint {
  /** The source: moments of one source are ordered by `index`. */
  readonly source: object;
  readonly index: number;
  readonly place: LinePlace;
  /** Milliseconds since 1970 on the clock of its machine; absent: the line says none. */
  readonly epochMs?: number;
  /** By less than so much it may have been later, ms; absent: by less than one. */
  readonly grainMs?: number;
  /** The store had come to this revision; 0: nobody knows. */
  readonly after: number;
  /** The store came to this revision only later; Infinity: nobody knows. */
  readonly before: number;
}

/** Whether `left` certainly happened before `right`. `clocksWithinMs`: how far apart any two clocks may be; absent: any distance. */
export function cameBefore(left: EvidencePoint, right: EvidencePoint, clocksWithinMs?: number): boolean {
  if (left.source === right.source) return left.index < right.index;
  if (left.before <= right.after) return true;
  if (clocksWithinMs === undefined || left.epochMs === undefined || right.epochMs === undefined) return false;
  return left.epochMs + (left.grainMs ?? 1) + clocksWithinMs <= right.epochMs;
}

/** Every event of a recording as a moment, by stretch. */
export function momentsOf(source: RecordingSource): readonly (readonly EvidencePoint[])[] {
  const events = source.stretches.flat();
  const after: number[] = [];
  let reached = 0;
  for (const event of events) after.push((reached = Math.max(reached, event.reached)));
  const before = beforeOf(source);
  let index = 0;
  return source.stretches.map((stretch) =>
    stretch.map(({ place }): EvidencePoint => {
      const moment = {
        source,
        index,
        place,
        after: after[index] ?? 0,
        before: before[index] ?? Number.POSITIVE_INFINITY,
      };
      index++;
      return moment;
    }),
  );
}

/** For each event, the least revision that certainly came later. */
function beforeOf({ stretches }: RecordingSource): number[] {
  const count = stretches.reduce((sum, { length }) => sum + length, 0);
  const before = Array.from<number>({ length: count }).fill(Number.POSITIVE_INFINITY);
  let index = 0;
  for (const [at, stretch] of stretches.entries()) {
    const open = new OpenRequests(at > 0);
    for (const { answered, seen } of stretch) {
      const sentAt = answered === undefined ? undefined : open.answered(answered.purpose);
      if (sentAt !== undefined && answered !== undefined)
        before[sentAt] = Math.min(before[sentAt] ?? Number.POSITIVE_INFINITY, answered.sureBefore);
      for (const one of seen) if (one.type === "request") open.sent(one.purpose, index);
      index++;
    }
  }
  for (let at = count - 2; at >= 0; at--) before[at] = Math.min(before[at] ?? 0, before[at + 1] ?? 0);
  return before;
}

/** When what is answered was sent, at the latest: several requests of one purpose may be under way. */
class OpenRequests {
  readonly #open = new Map<string, { since: number; count: number }>();
  /** After a gap nobody knows what else is under way; of the election's own requests only one of each purpose is. */
  readonly #afterGap: boolean;

  constructor(afterGap: boolean) {
    this.#afterGap = afterGap;
  }

  sent(purpose: string, index: number): void {
    const open = this.#open.get(purpose);
    if (open === undefined || open.count === 0) this.#open.set(purpose, { since: index, count: 1 });
    else open.count++;
  }

  answered(purpose: string): number | undefined {
    const open = this.#open.get(purpose);
    if (open === undefined || open.count === 0 || (purpose === "write" && this.#afterGap)) return undefined;
    open.count--;
    return open.since;
  }
}
