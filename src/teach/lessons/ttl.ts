/** Choosing a TTL: takeover time against false fail-over. */
import { timingFor } from "../../../models/timing.ts";
import type { Lesson, Setup } from "../lesson.ts";
import { at, spanText } from "../words.ts";
import { A, MARGIN, sceneOfTwo, SECOND } from "./scenes.ts";

const STALL = 8 * SECOND;
/** Pauses begin at so many places between two renewals, the last of them just before one. */
const PLACES = 8;
/** When the grant is sent, from which all renewals count: two requests earlier the process began. */
const FIRST_SENT = 8;

/** A stall of the active one, begun at place `place` of {@link PLACES} between two renewals. `tolerance`: the margin, as a part of the TTL. */
export function stalled(ttlSeconds: number, stallMs: number, place: number, tolerance?: number): Setup {
  const { renewEveryMs, ttlMs } = timingFor(ttlSeconds);
  const settled = Math.ceil((10 * SECOND) / renewEveryMs) * renewEveryMs;
  const atMs = Math.round(FIRST_SENT + settled + (renewEveryMs * place) / PLACES - 1);
  return sceneOfTwo("stall", {
    ttlSeconds,
    ...(tolerance === undefined ? {} : { clockRateTolerance: tolerance }),
    horizonMs: atMs + stallMs + 2 * ttlMs,
    faults: [{ type: "pause", atMs, on: A, forMs: stallMs }],
  });
}

/** A crash at such a place. */
export function crashed(ttlSeconds: number, place: number, tolerance?: number): Setup {
  const { scenario, variant } = stalled(ttlSeconds, SECOND, place, tolerance);
  const { atMs } = scenario.faults[0] ?? { atMs: 0 };
  return { variant, scenario: { ...scenario, title: "crash", faults: [{ type: "crash", atMs, on: A }] } };
}

export const places: readonly number[] = Array.from({ length: PLACES }, (_, index) => index + 1);

const first = stalled(10, STALL, PLACES);

export const ttl: Lesson = {
  id: "ttl",
  title: "Choosing a TTL",
  point: "A short TTL hands over sooner after a crash, and throws out whoever was merely slow.",
  text: ({ ttl: short, faultAt: [when] }) => [
    `Nobody likes to wait a minute for a takeover. So let the TTL be ${short}: a crash costs that much less. What else does it cost?`,
    `Real machines stall now and then: a disk, a garbage collection, a neighbour. At ${when ?? ""} \`${A}\` stands still for ${spanText(STALL)}, less than the TTL, and goes on as if nothing had been.`,
  ],
  runs: [
    { caption: "A stall shorter than the TTL", setup: first, fromMs: 9 * SECOND, untilMs: 24.7 * SECOND },
  ],
  question: ({ ttl: short }) => `A stall of ${spanText(STALL)}, a TTL of ${short}. What comes of it?`,
  choices: [
    {
      text: "Nothing: it is back before its lease runs out",
      met: (seen) => {
        const [served] = seen.servings;
        return `The lease counts from the last renewal, and that one had left at ${at(seen.lastRenewal(A, seen.faultAt(0)))}, before the stall. The claim ended at ${at(served?.to ?? Number.NaN)}, while it slept.`;
      },
    },
    {
      text: "Two serve for a while",
      met: (seen) =>
        `Its own clock sees to it that they do not: ${seen.overlaps.length === 0 ? "at no instant did two serve" : "two served"}. But it is out.`,
    },
    {
      text: `\`${A}\` is out, though nothing is wrong with it`,
      right: true,
      met: (seen) => {
        const [served] = seen.servings;
        return `Its last renewal had left at ${at(seen.lastRenewal(A, seen.faultAt(0)))}, so its claim ended at ${at(served?.to ?? Number.NaN)}, before it woke at ${at(seen.faultEnds(0))}.`;
      },
    },
  ],
  shows: [
    (seen) => {
      const next = seen.servings[1];
      return [
        `This is a *false fail-over*: \`${seen.name(next?.node ?? -1)}\` serves from ${at(next?.from ?? Number.NaN)}, every client looks for it, all metadata are loaded anew, and nobody had died. Under load stalls come in swarms, and so do false fail-overs, each making more load.`,
        `How long a stall may be depends on where it falls between two renewals. The curve below is computed now, by running crashes and stalls at ${PLACES} such places for every TTL.`,
      ];
    },
  ],
  own: {
    levers: [
      { what: "TTL", unit: "s", least: 2, most: 60, step: 1, usual: 10 },
      { what: "length of the stall", unit: "s", least: 1, most: 40, step: 1, usual: 8 },
      MARGIN,
    ],
    says: [
      "Under a TTL of ",
      " a stall of ",
      " begins just before a renewal. The margin is ",
      " of the TTL.",
    ],
    setup: (ttlSeconds = 0, stallSeconds = 0, margin = 0) =>
      stalled(ttlSeconds, stallSeconds * SECOND, PLACES, margin / 100),
  },
  figure: "ttl-curve",
  exercise: {
    type: "number",
    what: "TTL",
    unit: "s",
    extreme: "smallest",
    least: 2,
    most: 60,
    task: () => [
      `Your machines stall for up to ${spanText(STALL)}. Find the smallest TTL, in whole seconds, under which such a stall never costs the role, wherever between two renewals it falls.`,
    ],
    hint: "At worst the stall begins just before a renewal, when a third of the TTL is gone already; and the claim is a little shorter than the lease.",
    solution: "13",
    setups: (value) => places.map((place) => stalled(value, STALL, place)),
    judge: (seen) => {
      const [served, next] = seen.servings;
      const stallAt = seen.faultAt(0);
      const before = stallAt - seen.lastRenewal(A, stallAt);
      if (served?.open === true && next === undefined)
        return {
          passed: true,
          says: `no stall of ${spanText(STALL)} costs the role, not even one that begins ${spanText(before)} after a renewal.`,
        };
      return {
        passed: false,
        says: `a stall that begins ${spanText(before)} after a renewal ends at ${at(seen.faultEnds(0))}, and the claim had ended at ${at(served?.to ?? Number.NaN)}; then \`${seen.name(next?.node ?? -1)}\` serves.`,
      };
    },
  },
  moral: "A TTL is a bet on how long your machines stall. Measure the stalls, then choose.",
};
