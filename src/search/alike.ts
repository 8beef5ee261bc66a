/** Instants by a clock that runs fast or slow are fractions; on another way to the same state they come out otherwise in their last digits. */

/** Ms; more than is lost in rounding, and less than anything in a world lasts. */
const CLOSE_MS = 1e-4;
/** The same as a part, of instants that are never reached. */
const CLOSE_PART = 1e-14;

/** Whether two parts of worlds, plain data, are the same but for such digits. */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === "number" && typeof other === "number")
    return Math.abs(one - other) < Math.max(CLOSE_MS, Math.abs(one) * CLOSE_PART);
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (isAgenda(one) && isAgenda(other)) return sameAgenda(one, other);
  const [left, right] = [
    one as Readonly<Record<string, unknown>>,
    other as Readonly<Record<string, unknown>>,
  ];
  for (const name in left) if (!alike(left[name], right[name])) return false;
  for (const name in right) if (!(name in left) && right[name] !== undefined) return false;
  return true;
}

/** What is to happen, in order. */
type Agenda = readonly { readonly at: number }[];

function isAgenda(value: object): value is Agenda {
  return (
    Array.isArray(value) && value.length > 1 && typeof (value[0] as { at?: unknown } | null)?.at === "number"
  );
}

/** Two that are due at once by all but such digits may stand either way. */
function sameAgenda(one: Agenda, other: Agenda): boolean {
  const left = [...other];
  for (const due of one) {
    const found = left.findIndex((candidate) => alike(due, candidate));
    if (found < 0) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}
