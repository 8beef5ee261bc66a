/**
 * What a TTL costs on both sides, from simulated runs: how long nobody serves after a crash, and how many stalls of a
 * healthy coordinator cost it the role. Nothing is fitted: each point is what its runs did.
 */
import { DEFAULT_CLOCK_RATE_TOLERANCE } from "../../models/timing.ts";
import { shipped } from "../../models/variant.ts";
import { createSetup } from "../simulation/setup.ts";
import { execute } from "../simulation/execute.ts";
import type { Listener } from "../simulation/run.ts";
import { Course } from "../reading/course.ts";
import type { Noticed } from "../reading/seen.ts";
import type { Setup } from "./lesson.ts";
import { crashed, places, stalled } from "./lessons/ttl.ts";

/** The lengths of stalls that are tried, each at every place between two renewals. */
const STALLS_MS = [1000, 2000, 4000, 8000, 16_000, 32_000] as const;
/** The TTLs of the curve, in seconds. */
export const CURVE_TTLS = [2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90] as const;

export interface CurvePoint {
  readonly ttlSeconds: number;
  /** How long nobody served after a crash: at best and at worst, over the places where it may fall. */
  readonly bestMs: number;
  readonly worstMs: number;
  /** Of `stalls` tried, so many cost the role. */
  readonly lost: number;
  readonly stalls: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** The lengths of the stalls. */
  readonly stallsMs: readonly number[];
  /** At so many places between two renewals each crash and each stall was tried. */
  readonly places: number;
  /** The margin of all runs, as a part of the TTL. */
  readonly tolerance: number;
}

/** `tolerance`: the margin, as a part of the TTL; 2 % if not given. */
export function curve(ttls: readonly number[] = CURVE_TTLS, tolerance = DEFAULT_CLOCK_RATE_TOLERANCE): Curve {
  const points = ttls.map((ttlSeconds) => {
    const waits = places.map((place) => waitAfter(crashed(ttlSeconds, place, tolerance)));
    const stalls = STALLS_MS.flatMap((stallMs) =>
      places.map((place) => stalled(ttlSeconds, stallMs, place, tolerance)),
    );
    return {
      ttlSeconds,
      bestMs: Math.min(...waits),
      worstMs: Math.max(...waits),
      lost: stalls.filter((setup) => waitAfter(setup) !== 0).length,
      stalls: stalls.length,
    };
  });
  return { points, stallsMs: STALLS_MS, places: places.length, tolerance };
}

/**
 * How long the role was without its first holder until somebody served anew, ms; 0: the first one kept it. Runs no longer
 * than it takes to know.
 */
function waitAfter({ scenario }: Setup): number {
  if (scenario.faults.length === 0) return 0;
  const seen: Noticed[] = [];
  const served = new Set<number>();
  const listener: Listener = {
    observe(observation) {
      seen.push({ n: 0, observation });
      if (observation.type === "milestone" && observation.milestone === "active")
        served.add(observation.node);
    },
  };
  const { world } = execute(createSetup(scenario, shipped), {
    listeners: [listener],
    enough: () => served.size > 1,
  });
  const { takeovers } = new Course(scenario, () => ({ scenario, seen, untilMs: world.now }));
  return takeovers.find(({ after, before }) => after.node !== before.node)?.tookMs ?? 0;
}
