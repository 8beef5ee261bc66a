/** What became of a space as plain data, which has neither sets nor infinity: for files that are read back. */
import { packedValue, unpackedValue } from "../../search/never.ts";
import type { Explored } from "./runner.ts";

/** What became of a space. */
export type KeptEnd = Omit<Explored, "space">;

const SET = "set";

export function packedEnd(end: KeptEnd): unknown {
  return JSON.parse(JSON.stringify(end, plain));
}

/** Back from {@link packedEnd}. */
export function unpackedEnd(packed: unknown): KeptEnd {
  return JSON.parse(JSON.stringify(packed), revive) as KeptEnd;
}

function plain(_: string, value: unknown): unknown {
  return value instanceof Set ? { [SET]: [...(value as Set<unknown>)] } : packedValue(value);
}

function revive(_: string, value: unknown): unknown {
  const list =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[SET] : undefined;
  return Array.isArray(list) ? new Set<unknown>(list) : unpackedValue(value);
}
