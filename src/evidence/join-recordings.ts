/**
 * Files of one recording, joined: a coordinator that had filled one went on in the next, and a file may have been copied while it was
 * written. They are of one process if its clock began at the same instant, and nothing is missing between two if the later one begins
 * where the earlier one was ended.
 */
import type { RecordedEvent, RecordingSource } from "./fact.ts";

/** Going on elsewhere takes so long at most, ms. */
const MOVING_MS = 1000;

/** What was joined, in the order of the first files, and how many lines of each file stand in another too. */
export interface JoinedRecordings {
  readonly sources: readonly RecordingSource[];
  readonly copies: ReadonlyMap<string, number>;
}

export function joinRecordings(all: readonly RecordingSource[]): JoinedRecordings {
  const byProcess: RecordingSource[][] = [];
  for (const source of all) {
    const known = byProcess.find(([one]) => one !== undefined && areOne(one, source));
    if (known === undefined) byProcess.push([source]);
    else known.push(source);
  }
  const copies = new Map<string, number>();
  const sources = byProcess.map((parts) =>
    withoutCopies(parts, copies)
      .toSorted((left, right) => firstAt(left) - firstAt(right))
      .reduce(joined),
  );
  return { sources, copies };
}

/** Nobody begins twice in a millisecond; less is what is lost in arithmetic. */
function areOne(one: RecordingSource, other: RecordingSource): boolean {
  if (one.began === undefined || other.began === undefined) return false;
  const [a, b] = [one.scenario.coordinators[0], other.scenario.coordinators[0]];
  return a?.name === b?.name && a?.role === b?.role && Math.abs(one.began - other.began) < SAME_MS;
}

const SAME_MS = 1;

function firstAt({ stretches }: RecordingSource): number {
  return stretches[0]?.[0]?.at ?? Number.POSITIVE_INFINITY;
}

/** The fullest is kept whole; of the others what it lacks. */
function withoutCopies(
  parts: readonly RecordingSource[],
  copies: Map<string, number>,
): readonly RecordingSource[] {
  if (parts.length < 2) return parts;
  const known = new Set<string>();
  const kept = new Map<RecordingSource, RecordingSource>();
  for (const part of parts.toSorted((left, right) => sizeOf(right) - sizeOf(left))) {
    const stretches = part.stretches.flatMap((stretch) => lacking(stretch, known));
    for (const { name } of part.stretches.flat()) known.add(name);
    const copied = sizeOf(part) - sizeOf({ stretches });
    const [file = part.name] = part.files;
    if (copied > 0) copies.set(file, (copies.get(file) ?? 0) + copied);
    kept.set(part, { ...part, stretches });
  }
  return parts.map((part) => kept.get(part) ?? part);
}

function sizeOf({ stretches }: Pick<RecordingSource, "stretches">): number {
  return stretches.reduce((sum, { length }) => sum + length, 0);
}

/** What is not known of a stretch, in stretches. */
function lacking(stretch: readonly RecordedEvent[], known: ReadonlySet<string>): RecordedEvent[][] {
  const found: RecordedEvent[][] = [];
  let isOpen = false;
  for (const event of stretch) {
    if (known.has(event.name)) isOpen = false;
    else if (isOpen) found.at(-1)?.push(event);
    else {
      found.push([event]);
      isOpen = true;
    }
  }
  return found;
}

function joined(left: RecordingSource, right: RecordingSource): RecordingSource {
  const follows = left.endedAt !== undefined && right.resumes && firstAt(right) - left.endedAt <= MOVING_MS;
  const [next = [], ...rest] = right.stretches;
  const stretches = follows
    ? [...left.stretches.slice(0, -1), [...(left.stretches.at(-1) ?? []), ...next], ...rest]
    : [...left.stretches, ...right.stretches].toSorted(
        (one, other) => (one[0]?.at ?? 0) - (other[0]?.at ?? 0),
      );
  const endedAt = right.endedAt ?? (right.stretches.length === 0 ? left.endedAt : undefined);
  // Where it was ended, its last file says.
  const { began, name, resumes, scenario, type } = left;
  return {
    type,
    name,
    scenario,
    resumes,
    files: [...new Set([...left.files, ...right.files])],
    stretches,
    ...(began === undefined ? {} : { began }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}
