/**
 * What a learner has done, as a small document. Pure; who keeps it, a file or a browser, is not known here. What cannot be
 * read is begun anew, for nobody should lose a lesson to a broken file.
 */

export interface LessonProgress {
  /** Whether the prediction was right at the first attempt; absent: none was made. */
  readonly predicted?: boolean;
  /** The exercise was passed, after so many attempts. */
  readonly passedAfter?: number;
}

export type LearnerProgress = ReadonlyMap<string, LessonProgress>;

export const PROGRESS_SCHEMA_VERSION = 1;

/** Reads the document; undefined: it is none. Entries that make no sense are left out. */
export function readProgress(text: string): LearnerProgress | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(document) || document["schemaVersion"] !== PROGRESS_SCHEMA_VERSION) return undefined;
  const { lessons } = document;
  if (!isRecord(lessons)) return undefined;
  return new Map(
    Object.entries(lessons).flatMap(([id, given]): [string, LessonProgress][] => {
      if (!isRecord(given)) return [];
      const { passedAfter, predicted } = given;
      const attempts =
        typeof passedAfter === "number" && passedAfter >= 1 ? Math.floor(passedAfter) : undefined;
      return [
        [
          id,
          {
            ...(typeof predicted === "boolean" ? { predicted } : {}),
            ...(attempts === undefined ? {} : { passedAfter: attempts }),
          },
        ],
      ];
    }),
  );
}

export function writeProgress(progress: LearnerProgress): string {
  const document = { schemaVersion: PROGRESS_SCHEMA_VERSION, lessons: Object.fromEntries(progress) };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The first prediction counts; later ones are made with knowledge. */
export function notePrediction(progress: LearnerProgress, id: string, right: boolean): LearnerProgress {
  const known = progress.get(id);
  return known?.predicted === undefined
    ? new Map(progress).set(id, { ...known, predicted: right })
    : progress;
}

/** A passed exercise stays passed; fewer attempts than before are noted. */
export function notePassed(progress: LearnerProgress, id: string, attempts: number): LearnerProgress {
  const known = progress.get(id);
  const passedAfter = Math.min(attempts, known?.passedAfter ?? attempts);
  return new Map(progress).set(id, { ...known, passedAfter });
}

/** What either of two records says; `own` counts where both made a first prediction. */
export function joined(own: LearnerProgress, other: LearnerProgress): LearnerProgress {
  let all: LearnerProgress = own;
  for (const [id, { passedAfter, predicted }] of other) {
    if (predicted !== undefined) all = notePrediction(all, id, predicted);
    if (passedAfter !== undefined) all = notePassed(all, id, passedAfter);
  }
  return all;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
