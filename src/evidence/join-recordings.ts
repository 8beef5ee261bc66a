/**
 * Files of one recording, joined: a coordinator that had filled one went on in the next. They are of one process if its clock began at
 * the same instant, and nothing is missing between two if the later one begins where the earlier one was ended.
 */
import type { RecordingSource } from "./fact.ts";

/** Going on elsewhere takes so long at most, ms. */
const MOVING_MS = 1000;

/** In the order of their first files. */
export function joinRecordings(all: readonly RecordingSource[]): readonly RecordingSource[] {
  const byProcess = new Map<string, RecordingSource[]>();
  for (const source of all) {
    const { began, scenario } = source;
    const [one] = scenario.coordinators;
    const key = began === undefined ? source.name : `${one?.name} ${one?.role} ${began.toFixed(3)}`;
    byProcess.set(key, [...(byProcess.get(key) ?? []), source]);
  }
  return [...byProcess.values()].map((parts) =>
    parts.toSorted((left, right) => firstAt(left) - firstAt(right)).reduce(joined),
  );
}

function firstAt({ stretches }: RecordingSource): number {
  return stretches[0]?.[0]?.at ?? 0;
}

function joined(left: RecordingSource, right: RecordingSource): RecordingSource {
  const follows = left.endedAt !== undefined && right.resumes && firstAt(right) - left.endedAt <= MOVING_MS;
  const [next = [], ...rest] = right.stretches;
  const stretches = follows
    ? [...left.stretches.slice(0, -1), [...(left.stretches.at(-1) ?? []), ...next], ...rest]
    : [...left.stretches, ...right.stretches];
  // Where it was ended, its last file says.
  const { began, name, resumes, scenario, type } = left;
  return {
    type,
    name,
    scenario,
    resumes,
    files: [...left.files, ...right.files],
    stretches,
    ...(began === undefined ? {} : { began }),
    ...(right.endedAt === undefined ? {} : { endedAt: right.endedAt }),
  };
}
