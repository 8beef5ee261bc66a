/** Clocks that drift, and what a margin buys. */
import type { Fault } from "../../simulation/fault.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import type { Lesson } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, percent, spanText } from "../words.ts";
import { A, B, MARGIN, sceneOfTwo, SECOND } from "./scenes.ts";

const SLOW_FROM = 30 * SECOND;
const CUT = 61 * SECOND;
const SLOW = 0.95;
const SLIGHTLY = 0.99;
const drifting = (rate: number, ttlSeconds = 60, more: Partial<Scenario> = {}) => {
  const faults: Fault[] = [
    { type: "drift", atMs: SLOW_FROM, on: A, rate, forMs: 140 * SECOND },
    { type: "partition", atMs: CUT, on: A, forMs: 100 * SECOND, direction: "both" },
  ];
  return sceneOfTwo("drift", { faults, ttlSeconds, ...more });
};

/** What an own clock of this rate makes of a claim, and how the two stretches lie. */
function claimText(seen: Seen, rate: number): string {
  const served = seen.servingsBy(A)[0];
  const renewed = seen.lastRenewal(A, CUT);
  const lasted = (served?.to ?? Number.NaN) - renewed;
  return `The claim, counted from ${at(renewed)}, lasted ${spanText(lasted * rate)} on its own clock, which were ${spanText(lasted)} in truth, to ${at(served?.to ?? Number.NaN)}.`;
}

export const clocks: Lesson = {
  id: "clocks",
  title: "Clocks that drift",
  point: "A margin covers clocks that are a little wrong, and no margin covers a clock that stops.",
  text: ({ claim, margin, marginPart, ttl, faultAt: [slowFrom, cut] }) => [
    `A claim that ends by the holder's own clock is as good as that clock. Two machines never agree on the length of a second; a cheap crystal is off by seconds a day, a busy virtual machine by much more.`,
    `So the claim is made shorter than the lease: ${claim} of ${ttl}, a margin of ${margin} or ${marginPart}. It does not matter what time a clock shows; what matters is how fast it runs.`,
    `From ${slowFrom ?? ""} on the clock of \`${A}\` runs ${percent(1 - SLOW)} too slow. At ${cut ?? ""} it is cut off from etcd and can renew no more.`,
  ],
  runs: [
    {
      caption: `A clock ${percent(1 - SLOW)} too slow`,
      setup: drifting(SLOW),
      fromMs: SLOW_FROM - SECOND,
      untilMs: CUT + 61 * SECOND,
    },
    {
      caption: `A clock ${percent(1 - SLIGHTLY)} too slow`,
      setup: drifting(SLIGHTLY),
      fromMs: SLOW_FROM - SECOND,
      untilMs: CUT + 61 * SECOND,
    },
  ],
  question: () => `Does \`${A}\` stop before \`${B}\` begins?`,
  choices: [
    {
      text: "Yes: the claim is shorter than the lease",
      met: (seen) => `Shorter by its own clock only. ${overlapText(seen)}`,
    },
    {
      text: "No: for a moment both believe that they are active",
      right: true,
      met: (seen) => overlapText(seen),
    },
    {
      text: "No, and it never stops: it is cut off from the news",
      met: (seen) => `It needs no news; its own clock ends the claim, only late. ${overlapText(seen)}`,
    },
  ],
  shows: [
    (seen) => [
      `${claimText(seen, SLOW)} The lease at etcd ran on etcd's clock, and \`${B}\` began at ${at(seen.begins(B).from)}, ${spanText((seen.servingsBy(A)[0]?.to ?? Number.NaN) - seen.begins(B).from)} before that.`,
      `Writes were safe all the same: ${seen.staleWrites.length === 0 ? "none of an outdated token was applied" : "but one slipped through"}. What keeps them out asks nobody for the time; it has a lesson of its own. What a client *read* from the wrong one meanwhile, nothing takes back.`,
    ],
    (_, slightly) => [
      `${claimText(slightly, SLIGHTLY)} The margin covers it: \`${B}\` began at ${at(slightly.begins(B).from)}, ${spanText(slightly.begins(B).from - (slightly.servingsBy(A)[0]?.to ?? Number.NaN))} later.`,
      "A margin is an assumption with a number on it. Say the number aloud, and watch your clocks.",
    ],
  ],
  own: {
    levers: [
      { what: "error of the clock", unit: "%", least: 0.5, most: 10, step: 0.5, usual: 2 },
      { what: "TTL", unit: "s", least: 10, most: 60, step: 5, usual: 60 },
      MARGIN,
    ],
    says: [`The clock of \`${A}\` runs `, " too slow, the TTL is ", ", and the margin ", " of it."],
    setup: (slow = 0, ttlSeconds = 0, margin = 0) =>
      drifting(1 - slow / 100, ttlSeconds, { clockRateTolerance: margin / 100 }),
  },
  exercise: {
    type: "fault",
    typed: [
      "A fault is written as an instant, a verb with its victim, and how; clocks have these:",
      `    at: 30s, drift: ${A}, rate: 0.95, for: 60s`,
      `    at: 30s, stepClock: ${A}, by: -5s`,
      `    at: 30s, pause: ${A}, for: 10s, clockStops: true`,
    ],
    task: () => [
      "Make two serve at one instant, with at most two faults. There is more than one way, and one fault is enough.",
    ],
    hint: "A laptop lid is closed for a minute or two. What does its clock say when it is opened?",
    solution: `at: 79s, pause: ${A}, for: 90s, clockStops: true`,
    setup: sceneOfTwo("clocks", { horizonMs: 300 * SECOND }),
    most: 2,
    judge: (seen) => {
      const [overlap] = seen.overlaps;
      if (overlap !== undefined) return { passed: true, says: overlapText(seen) };
      const ended = seen.servings[0];
      if (ended === undefined || ended.open)
        return {
          passed: false,
          says: `\`${A}\` served throughout: as long as it can renew, a wrong clock harms nobody.`,
        };
      const next = seen.servings[1];
      return {
        passed: false,
        decidesAt: next?.from ?? ended.to,
        says:
          next === undefined
            ? `\`${A}\` stopped at ${at(ended.to)}, and nobody followed.`
            : `\`${seen.name(ended.node)}\` stopped at ${at(ended.to)}, \`${seen.name(next.node)}\` began at ${at(next.from)}, ${spanText(next.from - ended.to)} later. The claim ended in time.`,
      };
    },
  },
  moral:
    "A lease rests on clocks that run at about one rate. Leave a margin, and fence what must not go wrong.",
};

function overlapText(seen: Seen): string {
  const [overlap] = seen.overlaps;
  if (overlap === undefined) return "At no instant did two serve.";
  return `From ${at(overlap.from)} to ${at(Math.min(overlap.to, seen.end))} two believed that they were active, for ${spanText(Math.min(overlap.to, seen.end) - overlap.from)}.`;
}
