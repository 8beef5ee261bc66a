/** No write is applied that carries an older token than the newest: its fold remembers that one. */
import { keysFor } from "../../../models/dialect.ts";
import type { Observation } from "../../../models/observation.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { BROKEN, type PromiseFold } from "../memory.ts";

interface Newest {
  readonly token: number;
}

export function fencingFold({ coordinators: [first] }: Scenario): PromiseFold<Newest> {
  const keys = keysFor(first?.role ?? "");
  return {
    name: "fencing",
    reads: ["change"],
    begin: { token: 0 },
    elapse: (memory) => memory,
    observe(memory, seen) {
      const { kv, type } = (seen as Extract<Observation, { type: "change" }>).event;
      if (type !== "PUT") return memory;
      if (kv.key === keys.role && kv.createRevision === kv.modRevision) return { token: kv.modRevision };
      if (!kv.key.startsWith(keys.metadata)) return memory;
      return Number.parseInt(kv.value, 10) < memory.token ? BROKEN : memory;
    },
  };
}
