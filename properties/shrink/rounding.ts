/** Simpler numbers: what a person would rather read and remember. */

/** What a time is a multiple of, roundest first. */
const GRAINS_MS = [60_000, 10_000, 5000, 1000, 500, 100, 10, 1] as const;
const STEP_BACK = 8;

/** 0 is the roundest. A time that is not a whole number is the least round. */
function roughness(ms: number): number {
  const at = GRAINS_MS.findIndex((grain) => ms % grain === 0);
  return at < 0 ? GRAINS_MS.length : at;
}

/** Times rounder than `ms`, near it, roundest first; never below `least`. */
export function rounder(ms: number, least: number): number[] {
  const found = new Set<number>();
  for (const grain of GRAINS_MS.slice(0, roughness(ms))) {
    for (const times of [Math.round, Math.floor, Math.ceil]) {
      const candidate = times(ms / grain) * grain;
      if (candidate >= least && candidate !== ms) found.add(candidate);
    }
  }
  return [...found];
}

/** Smaller times, no less round than `ms`, smallest first. */
export function smaller(ms: number, least: number): number[] {
  const grain = GRAINS_MS[roughness(ms)] ?? 1;
  const floor = Math.max(Math.ceil(least / grain) * grain, grain);
  const found = new Set<number>();
  for (let part = 0; part < STEP_BACK; part++) {
    const candidate = Math.floor((floor + ((ms - floor) * part) / STEP_BACK) / grain) * grain;
    if (candidate >= floor && candidate < ms) found.add(candidate);
  }
  return [...found];
}
