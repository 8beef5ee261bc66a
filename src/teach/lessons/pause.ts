/** The long pause: whoever wakes up cannot know how long it slept, unless it looks at the clock first. */
import type { Lesson } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, spanText } from "../words.ts";
import { A, B, sceneOfTwo, SECOND, under } from "./scenes.ts";

const FROM = 61 * SECOND;
const asleep = (forMs: number) =>
  sceneOfTwo("long pause", {
    horizonMs: 240 * SECOND,
    faults: [{ type: "pause", atMs: FROM, on: A, forMs }],
  });
const LONG = 90 * SECOND;
const long = asleep(LONG);

export const pause: Lesson = {
  id: "pause",
  title: "The long pause",
  point: "A paused process cannot notice that it lost its lease; its own clock must end the claim.",
  text: ({ faultAt: [from], ttl }) => [
    `A process can stand still without dying: a long garbage collection, a machine out of memory, a debugger, a virtual machine being moved. It answers nobody, renews nothing, and notices nothing of it.`,
    `At ${from ?? ""} \`${A}\`, the active one, stands still for ${spanText(LONG)}; its lease lasts ${ttl}. In this run it trusts its lease until etcd tells it otherwise.`,
  ],
  runs: [
    {
      caption: "Trusts its lease until told otherwise",
      setup: under("claim-never-ends", long),
      fromMs: 60 * SECOND,
      untilMs: FROM + LONG + SECOND / 2,
    },
    {
      caption: "Looks at its own clock before it serves",
      setup: long,
      fromMs: 60 * SECOND,
      untilMs: FROM + LONG + SECOND / 2,
    },
  ],
  question: () => "For how long do two believe that they are active?",
  choices: [
    {
      text: `Not at all: etcd gives the role away only when \`${A}\` has let go of it`,
      met: (seen) => {
        const overlap = overlapOf(seen);
        return `etcd cannot ask somebody who does not answer; it goes by the lease. Two believed it for ${spanText(overlap.to - overlap.from)}.`;
      },
    },
    {
      text: `From the moment when \`${B}\` takes over until \`${A}\` wakes up and hears of it`,
      right: true,
      met: (seen) => {
        const overlap = overlapOf(seen);
        return `From ${at(overlap.from)} to ${at(overlap.to)}, ${spanText(overlap.to - overlap.from)}.`;
      },
    },
    {
      text: "For ever",
      met: (seen) => {
        const overlap = overlapOf(seen);
        return `Once awake, \`${A}\` is told that its keys are gone. It was ${spanText(overlap.to - overlap.from)}, and how long depends on nothing but the pause.`;
      },
    },
  ],
  shows: [
    (seen) => {
      const woken = seen.faultEnds(0);
      return [
        `\`${A}\` woke at ${at(woken)} and believed what it had believed when it fell asleep. ${rash(seen, woken)}A pause has no upper limit, so neither has this.`,
      ];
    },
    (_, looked) => {
      const served = looked.servingsBy(A)[0];
      const renewed = looked.lastRenewal(A, FROM);
      return [
        `The shipped coordinator sets itself a term: its *claim* ends by its own clock, counted from the *sending* of the last renewal, ${at(renewed)}, and before the lease can. It may serve until ${at(served?.to ?? Number.NaN)} and not a moment longer. \`${B}\` began at ${at(looked.begins(B).from)}.`,
        "No timer needs to fire for that. Whether it may serve is a comparison with the clock, made at each use; so whoever wakes up is already out.",
      ];
    },
  ],
  exercise: {
    type: "number",
    what: "pause",
    unit: "s",
    extreme: "largest",
    least: 1,
    most: 120,
    task: ({ claim }) => [
      `A claim lasts ${claim} from the sending of a renewal; the run above says when the last one left. What is the longest pause, in whole seconds from ${at(FROM)} on, after which \`${A}\` is still the active one?`,
    ],
    hint: "When does the claim end? It must be awake before.",
    solution: "57",
    setups: (value) => [asleep(value * SECOND)],
    judge: (seen) => {
      const [first, second] = seen.servings;
      const woken = seen.faultEnds(0);
      if (first === undefined) return { passed: false, says: "Nobody serves." };
      if (first.open && second === undefined)
        return {
          passed: true,
          decidesAt: woken,
          says: `it woke at ${at(woken)}, renewed, and went on; nobody noticed but its users.`,
        };
      return {
        passed: false,
        says: `it woke at ${at(woken)}, and its claim had ended at ${at(first.to)}${second === undefined ? "" : `; \`${seen.name(second.node)}\` serves from ${at(second.from)}`}.`,
      };
    },
  },
  moral: "Hold a claim by your own clock, counted from sending, and look at it each time.",
};

function overlapOf(seen: Seen): { from: number; to: number } {
  return seen.overlaps[0] ?? { from: 0, to: 0 };
}

/** What it did on waking before it learned anything. */
function rash(seen: Seen, woken: number): string {
  const [write] = seen.requests("write", { from: woken, to: woken + SECOND }, A);
  const [refused] = seen.refused;
  if (write === undefined) return "";
  const ended =
    refused === undefined
      ? ""
      : `, which etcd refused at ${at(refused.at)}; by what right is the lesson on the fence`;
  return `The first thing it did, at ${at(write.at)}, was to send a write${ended}. `;
}
