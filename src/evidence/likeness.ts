/** How near what a simulated coordinator says comes to what was logged: the same steps in the same order, at about the same time. */
import type { CaseStep } from "./case-lanes.ts";

/** A step that the simulated one says. */
export type SaidStep = Pick<CaseStep, "milestone" | "at">;

/** A step that only one of them says counts 1, one that both say but at other times up to a half. */
export function distanceOf(
  logged: readonly CaseStep[],
  said: readonly SaidStep[],
  ttlMs: number,
): { readonly distance: number; readonly alike: number } {
  // What no line of this log tells may have happened all the same.
  const shown = new Set(logged.map(({ milestone }) => milestone));
  const last = logged.at(-1)?.at ?? 0;
  const heard = said
    .filter(({ at, milestone }) => shown.has(milestone) && at <= last + ttlMs)
    .slice(0, MOST_STEPS);
  const own = logged.slice(-MOST_STEPS);
  const late = (one: CaseStep, other: SaidStep): number =>
    Math.min(1, Math.abs(one.at - other.at) / ttlMs) / 2;
  // By dynamic programming: the least that it takes to make one of the other.
  let row = Array.from({ length: heard.length + 1 }, (_, at) => ({ cost: at, alike: 0 }));
  for (const [index, one] of own.entries()) {
    const next = [{ cost: index + 1, alike: 0 }];
    for (const [at, other] of heard.entries()) {
      const [above, left, corner] = [row[at + 1], next[at], row[at]];
      if (above === undefined || left === undefined || corner === undefined)
        throw new Error("a row is too short");
      const fewer = above.cost <= left.cost ? above : left;
      const apart = { cost: fewer.cost + 1, alike: fewer.alike };
      const same = { cost: corner.cost + late(one, other), alike: corner.alike + 1 };
      next.push(one.milestone === other.milestone && same.cost < apart.cost ? same : apart);
    }
    row = next;
  }
  const end = row.at(-1);
  return { distance: end?.cost ?? own.length, alike: end?.alike ?? 0 };
}

/** More steps than these are not compared: each is compared with each. */
const MOST_STEPS = 300;
