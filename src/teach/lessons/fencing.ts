/** Fencing: the store itself refuses what a superseded coordinator sent. */
import type { Fault } from "../../simulation/fault.ts";
import type { Lesson, Setup } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, spanText } from "../words.ts";
import { A, B, MINUTE, sceneOfTwo, SECOND, under } from "./scenes.ts";

/** The next write is held up, and its sender falls asleep. */
const heldUp = (byMs: number, asleepMs: number): Fault[] => [
  { type: "delay", atMs: MINUTE, on: A, leg: "request", purpose: "write", count: 1, byMs },
  { type: "pause", atMs: MINUTE + SECOND, on: A, forMs: asleepMs },
];
/** By then the sleeper has woken up and left; what it does afterwards is another story. */
const AWAKE = MINUTE + SECOND + 90 * SECOND + SECOND / 2;
const scene = (ttlSeconds: number, faults: readonly Fault[], variant?: string) =>
  sceneOfTwo("fencing", { ttlSeconds, horizonMs: 10 * MINUTE, faults }, variant);

const short = heldUp(75 * SECOND, 90 * SECOND);
const long = heldUp(4 * MINUTE, 5 * MINUTE);
const both = (variant: string, ttlSeconds = 60): Setup[] => [
  scene(ttlSeconds, short, variant),
  scene(ttlSeconds, long, variant),
];
const unguarded = scene(60, short, "no-fencing");

function lateWrite(seen: Seen): { sent: number; arrives: number } {
  const found = seen.all("message").find(({ fate, purpose }) => fate === "late" && purpose === "write");
  return { sent: found?.at ?? Number.NaN, arrives: found?.until ?? Number.NaN };
}

function staleText(seen: Seen): string {
  const [stale] = seen.staleWrites;
  if (stale === undefined) return "No write of a superseded coordinator was applied.";
  return `At ${at(stale.at)} etcd applied, as revision ${stale.revision}, a write that \`${seen.name(stale.node)}\` had sent under token ${stale.token}, although token ${stale.newest} was out already.`;
}

export const fencing: Lesson = {
  id: "fencing",
  title: "The fence",
  point: "What is already on its way can only be stopped where it arrives: by a token that the store checks.",
  text: ({ faultAt: [held, asleep] }) => [
    `\`${A}\` looks at its clock before it does anything, as the lesson on the long pause taught. It is the active one, and its claim is good. So, just after ${held ?? ""}, it sends a write of metadata to etcd.`,
    `The write is held up on its way, and from ${asleep ?? ""} on \`${A}\` stands still, past the end of its lease. \`${B}\` takes over, loads the metadata and serves. *Then* the old write arrives.`,
  ],
  runs: [
    {
      caption: "A late write, and nothing that checks it",
      setup: unguarded,
      fromMs: MINUTE - SECOND,
      untilMs: AWAKE,
    },
    {
      caption: "The same write, guarded by its token",
      setup: under("shipped", unguarded),
      fromMs: MINUTE - SECOND,
      untilMs: AWAKE,
    },
  ],
  question: () => "What does etcd do with the old write?",
  choices: [
    {
      text: `Applies it: to etcd it is a write like any other`,
      right: true,
      met: staleText,
    },
    {
      text: `Refuses it: the lease of its sender has run out`,
      met: (seen) =>
        `A lease takes away the keys under it. It does not forbid its holder to write other keys. ${staleText(seen)}`,
    },
    {
      text: "Refuses it: it is older than what is there",
      met: (seen) => `etcd orders writes by their arrival; it knows of no other age. ${staleText(seen)}`,
    },
  ],
  shows: [
    (seen) => {
      const { arrives, sent } = lateWrite(seen);
      return [
        `Nobody did anything wrong. \`${A}\` was active when it sent the write at ${at(sent)}. \`${B}\` became active lawfully and served from ${at(seen.begins(B).from)}. The write arrived at ${at(arrives)} and overwrote what \`${B}\` believes. No clock and no check *before sending* can stop it.`,
      ];
    },
    (_, fenced) => {
      const won = fenced.milestone(A, "won");
      const next = fenced.milestone(B, "won");
      const [refused] = fenced.refused;
      return [
        `What helps is a check *on arrival*. Each term of office has a number that only grows: the *fencing token*, the revision at which the active key was created. \`${A}\` has ${won.token}, \`${B}\` has ${next.token}. Every write is a transaction: *if* the active key still has my number, *then* write.`,
        `The same write arrived at ${at(refused?.at ?? Number.NaN)}. The key had number ${next.token}, the write said ${won.token}, and etcd refused it. This holds under any pause, any delay and any clock: it does not ask what time it is.`,
      ];
    },
  ],
  exercise: {
    type: "choice",
    task: () => [
      `Which of these keeps every outdated write out? Each is run with the pause above and with one of ${spanText(5 * MINUTE)}.`,
    ],
    hint: "The write arrives when somebody else holds the role. What is different then from when it was sent?",
    options: [
      { text: `A TTL of ${spanText(2 * MINUTE)}, longer than the pause`, setups: both("no-fencing", 120) },
      { text: "etcd applies a write only while the active key is the sender's own", setups: both("shipped") },
      { text: "Before it sends a write, the coordinator checks its own claim", setups: both("no-fencing") },
      { text: "etcd applies a write only while an active key exists", setups: both("fences-by-presence") },
    ],
    solution: "b",
    judge: (seen) => {
      const [stale] = seen.staleWrites;
      const asleep = spanText(seen.faultEnds(1) - seen.faultAt(1));
      return stale === undefined
        ? {
            passed: true,
            says: `Asleep for ${asleep}. ${seen.refused.length > 0 ? `The write was refused at ${at(seen.refused[0]?.at ?? Number.NaN)}.` : staleText(seen)}`,
          }
        : { passed: false, says: `Asleep for ${asleep}. ${staleText(seen)}` };
    },
  },
  moral: "A lease says who should serve. Only a fence says whose writes count.",
};
