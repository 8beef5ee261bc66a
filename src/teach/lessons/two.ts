/** Two coordinators without agreement: split brain; and the one transaction that is an agreement. */
import type { Lesson, Setup } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, counted, spanText } from "../words.ts";
import { A, B, MINUTE, sceneOfTwo, ROLE, SECOND, under } from "./scenes.ts";
import { coordinator } from "../../simulation/scenario.ts";

const together = sceneOfTwo("two", { horizonMs: MINUTE }, "no-election");
const later: Setup = sceneOfTwo(
  "two, one later",
  {
    horizonMs: MINUTE,
    coordinators: [coordinator(A, ROLE), coordinator(B, ROLE, { startAtMs: 10 * SECOND })],
  },
  "no-election",
);

function writesOf(seen: Seen, name: string): number {
  const node = seen.node(name);
  return seen.all("change").filter((one) => one.node === node && one.event.kv.key.includes("-meta/")).length;
}

/** Writes that replaced the other one's. */
function overwritten(seen: Seen): number {
  const writers = new Map<string, number>();
  let count = 0;
  for (const { event, node } of seen.all("change")) {
    const { key } = event.kv;
    if (!key.includes("-meta/")) continue;
    if ((writers.get(key) ?? node) !== node) count += 1;
    writers.set(key, node);
  }
  return count;
}

function overlapText(seen: Seen): string {
  const [overlap] = seen.overlaps;
  if (overlap === undefined) return "At no instant did two serve.";
  return `From ${at(overlap.from)} to ${overlap.to >= seen.end ? "the end of the run" : at(overlap.to)} both served, for ${spanText(overlap.to - overlap.from)}.`;
}

export const two: Lesson = {
  id: "two",
  title: "Two without agreement",
  point: "Two that do not agree are worse than one: each serves, and each overwrites the other.",
  text: () => [
    "So there are two processes now, on two machines. They are equal: either can do the whole work. Nothing tells them apart, and they have no line to each other that could not be cut.",
    `In this run each does the plain thing: it registers, and then it serves. \`${B}\` starts a moment after \`${A}\`.`,
  ],
  runs: [
    { caption: "Two coordinators that serve as soon as they are up", setup: together },
    { caption: "The same two, with an election", setup: under("shipped", together) },
  ],
  question: () => "Who serves once both are up?",
  choices: [
    { text: "Both", right: true, met: (seen) => `Both. ${overlapText(seen)}` },
    {
      text: `\`${A}\`: it was first`,
      met: (seen) => `It was first, and nobody told \`${B}\`. ${overlapText(seen)}`,
    },
    {
      text: "Neither: each waits for the other",
      met: (seen) => `They would have to know of each other for that. ${overlapText(seen)}`,
    },
  ],
  shows: [
    (seen) => [
      `While both served, \`${A}\` wrote metadata ${counted(writesOf(seen, A), "time")} and \`${B}\` ${counted(writesOf(seen, B), "time")}, to the same keys. Each believes what it wrote, but ${counted(overwritten(seen), "write")} replaced what the other had written. This is called *split brain*.`,
    ],
    (_, elected) => {
      const won = elected.milestone(A, "won");
      const held = elected.milestone(B, "watching");
      return [
        `With the election one question goes to etcd, and etcd answers one question at a time: *if* the key \`${ROLE}\` does not exist, create it in my name; *else* tell me whose it is. \`${A}\` created it at revision ${won.token}. \`${B}\` asked a moment later, learned that it is taken, and at ${at(held.at)} settled down as *standby*.`,
        `${overlapText(elected)} A key that can be created only once is all the agreement that is needed.`,
      ];
    },
  ],
  exercise: {
    type: "choice",
    task: () => [
      "Which of these agreements will do? There must never be two that serve, and nobody who serves may be thrown out while nothing is wrong.",
    ],
    hint: "etcd does one thing after another. Which of these asks and acts in one go?",
    options: [
      {
        text: `\`${B}\` starts ${spanText(10 * SECOND)} later, so that it can see \`${A}\` at work`,
        setups: [later],
      },
      {
        text: "Each writes its name into the key, and whoever wrote last is active",
        setups: [under("campaigns-unguarded", together)],
      },
      {
        text: "Whoever finds the key taken clears it, since it may be a leftover, and tries again",
        setups: [under("deletes-rival", together)],
      },
      { text: "Create the key if it is absent, else read whose it is", setups: [under("shipped", together)] },
    ],
    solution: "d",
    judge: (seen) => {
      if (seen.overlaps.length > 0)
        return {
          passed: false,
          says: `${overlapText(seen)} Being later is no agreement: it did not ask before it served.`,
        };
      const thrownOut = [A, B].flatMap((name) => seen.milestones(name, "lost"));
      const [first] = thrownOut;
      if (first !== undefined) {
        const won = [A, B].flatMap((name) => seen.milestones(name, "won")).length;
        return {
          passed: false,
          says: `Never two at once in this run, but \`${seen.name(first.node)}\` was thrown out at ${at(first.at)}, in good health (${first.reason ?? "lost"}). In ${spanText(seen.end)} the role was won ${counted(won, "time")}.`,
        };
      }
      return { passed: true, says: `${overlapText(seen)} And nobody was thrown out.` };
    },
  },
  moral: "Ask and act in one transaction: whoever creates the key holds the role.",
};
