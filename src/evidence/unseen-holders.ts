/**
 * Whoever held a role that somebody found taken, where nobody whose lines are there can have been it: its own log is missing, and it may
 * have served.
 */
import type { EvidenceSource, LogSource } from "./fact.ts";
import { campaignsIn } from "./log-service.ts";
import { cameBefore, type EvidencePoint } from "./order.ts";
import type { PossibleService } from "./told-service.ts";

/** `within`: so far apart any two clocks may be, ms. */
export function unseenHolders(
  sources: readonly EvidenceSource[],
  within: number | undefined,
): PossibleService[] {
  const logs = sources.filter((source): source is LogSource => source.type === "log");
  // A recording has the key's value, which names its holder.
  const recorded = new Set(
    sources.flatMap((source) =>
      source.type === "recording" ? source.scenario.coordinators.map(({ role }) => role) : [],
    ),
  );
  const all = logs.map((source) => ({ source, ...campaignsIn(source) }));
  const before = (one: EvidencePoint | undefined, other: EvidencePoint): boolean =>
    one !== undefined && cameBefore(one, other, within);
  return all.flatMap(({ found, source }) =>
    found.flatMap(({ at, free, role }): PossibleService[] => {
      if (role === undefined || recorded.has(role)) return [];
      const mayHaveHeld = all.some(({ won }) =>
        won.some(
          (one) =>
            (one.role === undefined || one.role === role) &&
            !before(at, one.at) &&
            !(free !== undefined && before(one.at, free)) &&
            !before(one.gone, at),
        ),
      );
      if (mayHaveHeld) return [];
      const name = `whoever held ${role} when ${source.name} found it taken`;
      return [{ name, role, hint: at, ...(free === undefined ? {} : { from: free }) }];
    }),
  );
}
