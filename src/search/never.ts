/** An instant that never comes, where JSON has no number for it: kept as a text that no other text is kept as. */

const NEVER = "∞";

export function packedValue(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return NEVER;
  return typeof value === "string" && value.startsWith(NEVER) ? NEVER + value : value;
}

/** Back from {@link packedValue}. */
export function unpackedValue(value: unknown): unknown {
  if (value === NEVER) return Number.POSITIVE_INFINITY;
  return typeof value === "string" && value.startsWith(NEVER) ? value.slice(NEVER.length) : value;
}
