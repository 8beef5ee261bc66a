/** Polling, watching, and the herd. */
import type { Lesson } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, counted, spanText } from "../words.ts";
import { A, B, cast, MINUTE, sceneOfTwo, SECOND, under } from "./scenes.ts";

const STOPPED = 75 * SECOND;
const QUIET = { from: 10 * SECOND, to: 10 * SECOND + MINUTE };
/** The exercise allows so many questions in a quiet minute, and so long a takeover. */
const MOST_QUESTIONS = 6;
const LONGEST_MS = SECOND;

const HERD = 5;

const stopped = { faults: [{ type: "stop", atMs: STOPPED, on: A }] } as const;
const herd = sceneOfTwo("herd", { ...stopped, coordinators: cast(HERD) });
const couple = sceneOfTwo("polling", stopped, "polling");

/** Questions about the role in the quiet minute: campaigns and watches. */
function questions(seen: Seen, name: string): number {
  return seen.requests("campaign", QUIET, name).length + seen.requests("watch", QUIET, name).length;
}

function rush(seen: Seen): number {
  return seen.requests("campaign", { from: STOPPED, to: STOPPED + SECOND }).length;
}

export const watch: Lesson = {
  id: "watch",
  title: "Polling, watching, and the herd",
  point: "A watch is as quick as a poll without a pause and as cheap as none, until all wake at once.",
  text: ({ faultAt: [stoppedAt] }) => [
    "How does a standby learn that the role is free? It can *poll*, that is, ask again and again. Asking often costs requests, asking seldom costs time.",
    `Or it can *watch*: it tells etcd once which key it is interested in, and etcd sends word when the key changes. Here all standbys watch the key. At ${stoppedAt ?? ""} the active one is stopped and gives its lease back.`,
  ],
  runs: [
    { caption: `${HERD} coordinators; all but the active one watch`, setup: herd, fromMs: 74 * SECOND },
    { caption: `A pair whose standby asks every ${spanText(SECOND)}`, setup: couple, fromMs: 74 * SECOND },
    {
      caption: `A pair whose standby asks every ${spanText(10 * SECOND)}`,
      setup: under("polling-seldom", couple),
      fromMs: 74 * SECOND,
    },
  ],
  question: () => "How many standbys try to take the role within the next second?",
  choices: [
    {
      text: "One: etcd tells the one that has waited longest",
      met: (seen) =>
        `etcd keeps no queue; everybody who watches is told, and ${counted(rush(seen), "campaign")} arrived at once.`,
    },
    {
      text: "None: they check once in a while",
      met: (seen) => `They were told at once: ${counted(rush(seen), "campaign")} arrived.`,
    },
    {
      text: "All of them",
      right: true,
      met: (seen) =>
        `${counted(rush(seen), "campaign")}, all in the same few milliseconds. One of them created the key; the others were told whose it is.`,
    },
  ],
  shows: [
    (seen) => {
      const winner = seen.servings.find(({ from }) => from > STOPPED);
      return [
        `\`${seen.name(winner?.node ?? -1)}\` won and served ${spanText((winner?.from ?? STOPPED) - STOPPED)} after the stop. Such a rush is called a *thundering herd*. With a handful of coordinators it is harmless; with hundreds one would let each watch only the one before it in a queue.`,
        `The price of watching in the quiet minute before: ${counted(questions(seen, B), "question")} by \`${B}\`, the check that it makes once a TTL in case its watch has gone silent.`,
      ];
    },
    (_, often) => [
      `The same minute with polling: ${counted(questions(often, B), "question")}, all answered "still taken". The takeover took ${spanText(often.longestGap.to - often.longestGap.from)}.`,
    ],
    (_, __, seldom) => [
      `Asking seldom saves requests, ${counted(questions(seldom, B), "question")}, and costs time: ${spanText(seldom.longestGap.to - seldom.longestGap.from)} after a stop that could have cost next to nothing.`,
    ],
  ],
  exercise: {
    type: "choice",
    task: () => [
      `Choose for a pair: at most ${MOST_QUESTIONS} questions of the standby in a quiet minute, and a takeover within ${spanText(LONGEST_MS)} of a clean stop.`,
    ],
    hint: "Which of them is told, and which must ask?",
    options: [
      { text: `Ask every ${spanText(SECOND)}`, setups: [couple] },
      { text: `Ask every ${spanText(10 * SECOND)}`, setups: [under("polling-seldom", couple)] },
      { text: "Watch, and campaign when the key is deleted", setups: [under("shipped", couple)] },
      {
        text: "Watch, but ignore a deletion and ask once a TTL, lest there be a herd",
        setups: [under("deaf-to-deletion", couple)],
      },
    ],
    solution: "c",
    judge: (seen) => {
      const asked = questions(seen, B);
      const took = seen.longestGap.to - seen.longestGap.from;
      const says = `${counted(asked, "question")} in the quiet minute, and ${took > 0 ? `nobody served for ${spanText(took)}` : "a takeover without a gap"} after the stop at ${at(STOPPED)}.`;
      return { passed: asked <= MOST_QUESTIONS && took <= LONGEST_MS, says };
    },
  },
  moral: "Be told, do not ask; and know that everybody else is told, too.",
};
