/** How a process stands in the contest for its role. */
import type { SimulationSetup } from "../simulation/setup.ts";
import { viewOf, type World } from "../simulation/world.ts";
import type { Standing } from "../trace/standing.ts";

/** `out`: down, joining or leaving, so no candidate. */
export type Candidacy = "out" | Extract<Standing, "standby" | "activating" | "active">;

export function candidacyOf({ nodes }: World, setup: SimulationSetup, at: number): Candidacy {
  const node = nodes[at];
  if (node === undefined || node.status === "down") return "out";
  const phase = viewOf(node, setup, at)?.phase;
  return phase === "standby" || phase === "activating" || phase === "active" ? phase : "out";
}
