/**
 * Where two lines of a trace differ, field by field.
 */
import type { TraceLine } from "./format.ts";
import { asRecorded } from "./recorded-text.ts";

export interface Difference {
  /** Fields and places from the line down, e.g. `steps.0.effects.2.delayMs`. */
  readonly path: string;
  /** Undefined: not there. */
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** Fields that files of earlier versions may lack; where they are missing nothing is compared. */
const LATER_FIELDS = ["own", "etcd"];
const LATER_END_FIELDS = ["seen"];
/** The same of what was seen: a write's outcome did not always say of which write. */
const LATER_SEEN_FIELDS = ["value", "token"];

/** The first difference between a recorded line and the same line now; undefined: none. A digest is the reader's matter. */
export function differenceOf(recorded: TraceLine, replayed: TraceLine): Difference | undefined {
  const later = recorded.type === "end" ? LATER_END_FIELDS : LATER_FIELDS;
  const left = recorded as unknown as Readonly<Record<string, unknown>>;
  const right = asRecorded(recorded, replayed) as unknown as Readonly<Record<string, unknown>>;
  for (const field of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (field === "digest") continue;
    if (later.includes(field) && left[field] === undefined) continue;
    const now = field === "seen" ? seenAsThen(left[field], right[field]) : right[field];
    const found = firstDifference(left[field], now, field);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is seen now, without what files of earlier versions could not say. */
function seenAsThen(recorded: unknown, replayed: unknown): unknown {
  if (!Array.isArray(recorded) || !Array.isArray(replayed)) return replayed;
  return replayed.map((one: unknown, at) => {
    const then: unknown = recorded[at];
    if (!isTree(one) || !isTree(then)) return one;
    return Object.fromEntries(
      Object.entries(one).filter(([name]) => !LATER_SEEN_FIELDS.includes(name) || name in then),
    );
  });
}

/** The first difference of two JSON values; a field that is undefined is not there. */
export function firstDifference(recorded: unknown, replayed: unknown, path: string): Difference | undefined {
  if (Object.is(recorded, replayed)) return undefined;
  if (!isTree(recorded) || !isTree(replayed) || Array.isArray(recorded) !== Array.isArray(replayed)) {
    return recorded === replayed ? undefined : { path, recorded, replayed };
  }
  for (const field of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const found = firstDifference(recorded[field], replayed[field], `${path}.${field}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
