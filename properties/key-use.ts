/** What a key of the election is for, whatever number it bears. */
import { keysFor } from "../models/dialect.ts";

export type KeyUse = "active" | "session" | "other";

/** What `key` is to a coordinator of `role`. */
export function useOf(key: string, role: string): KeyUse {
  const keys = keysFor(role);
  if (key === keys.role) return "active";
  return key.startsWith(keys.sessionPrefix) ? "session" : "other";
}
