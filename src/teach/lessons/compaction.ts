/** Compaction: history is kept for a while, and a watch may want what is gone. */
import { coordinator } from "../../simulation/scenario.ts";
import type { Lesson } from "../lesson.ts";
import { at, spanText } from "../words.ts";
import { A, B, MINUTE, sceneOfTwo, ROLE, SECOND, under } from "./scenes.ts";

const SLOW = { type: "delay", on: B, leg: "request", purpose: "watch", count: 2, byMs: 30 * SECOND } as const;
const ASLEEP = 30 * SECOND;
const COMPACTED = 25 * SECOND;

const compacted = sceneOfTwo(
  "compaction",
  {
    horizonMs: 4 * MINUTE,
    faults: [
      { ...SLOW, atMs: 0 },
      { type: "compact", atMs: COMPACTED, keep: 0 },
      { type: "stop", atMs: 61 * SECOND, on: A },
    ],
  },
  "deaf-to-compaction",
);

export const compaction: Lesson = {
  id: "compaction",
  title: "Compaction",
  point: "A watch that asks for history that is gone is canceled: read again and watch anew.",
  text: ({ faultAt: [, gone, stopped] }) => [
    "etcd keeps every revision, which is what lets a watch begin in the past. It cannot keep them for ever: from time to time history before some revision is thrown away. That is *compaction*.",
    `\`${B}\` has read the key, and its watch is held up on its way. It will ask for everything from the next revision on. At ${gone ?? ""}, before it arrives, that revision is compacted away. At ${stopped ?? ""} \`${A}\` is stopped.`,
  ],
  runs: [
    { caption: "A standby that does not listen to the answer", setup: compacted },
    { caption: "A standby that reads again", setup: under("shipped", compacted), fromMs: 20 * SECOND },
  ],
  question: () => "What does etcd answer to a watch whose first revision is gone?",
  choices: [
    {
      text: "It cancels the watch and says that the revision was compacted",
      right: true,
      met: (seen) =>
        `And this standby does not listen: it thinks that it is watching. Nobody serves for ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
    {
      text: "It sends what it still has and skips the rest",
      met: (seen) =>
        `That would be a lie by omission, and etcd does not do it: it cancels the watch and says why. Whoever does not listen waits in vain, here for ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
    {
      text: "It waits with the compaction until nobody needs the revision",
      met: (seen) =>
        `etcd does not wait for readers; otherwise one that hangs would fill its disk. Nobody serves for ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
  ],
  shows: [
    (seen) => [
      `\`${B}\` wanted to watch from revision ${seen.milestone(B, "watching").roleRevision + 1}. What it got was the end of its watch. The deletion came at ${at(seen.change(ROLE, "DELETE").at)} and nobody brought it. The check that it makes once a TTL saved it at ${at(seen.begins(B).from)}.`,
    ],
    (_, again) => [
      `The way out is the way in: read the key as it stands now, and watch from there. \`${B}\` did so at ${at(again.milestones(B, "watching")[1]?.at ?? Number.NaN)}, from revision ${(again.milestones(B, "watching")[1]?.roleRevision ?? Number.NaN) + 1}, heard of the deletion, and served ${spanText(again.longestGap.to - again.longestGap.from)} after the stop.`,
      "The same answer serves for every way in which a watch can end. A state that you can always enter from the beginning is worth more than a clever way to go on.",
    ],
  ],
  exercise: {
    type: "fault",
    typed: ["A fault is written as an instant, and a verb with its victim:", "    at: 5s, compact: etcd"],
    task: ({ faultAt: [joins, stopped] }) => [
      `This standby, too, is deaf to the cancellation. It joins at ${joins ?? ""}, its watches take ${spanText(SLOW.byMs)} to arrive, and at ${stopped ?? ""} \`${A}\` is stopped. Compact the history so that nobody serves for ${spanText(ASLEEP)} or longer. \`${A}\` writes metadata every ${spanText(20 * SECOND)}, which is what makes history.`,
    ],
    hint: "The revision that the watch asks for must be written and thrown away before the watch arrives.",
    solution: "at: 125s, compact: etcd",
    setup: sceneOfTwo(
      "deaf",
      {
        horizonMs: 5 * MINUTE,
        coordinators: [coordinator(A, ROLE), coordinator(B, ROLE, { startAtMs: 100 * SECOND })],
        faults: [
          { ...SLOW, atMs: 100 * SECOND },
          { type: "stop", atMs: 170 * SECOND, on: A },
        ],
      },
      "deaf-to-compaction",
    ),
    most: 1,
    kinds: ["compact"],
    judge: (seen) => {
      const took = seen.longestGap.to - seen.longestGap.from;
      const when = seen.faultAt(2);
      const wanted = seen.milestone(B, "watching");
      const arrives = seen.all("message").findLast(({ purpose }) => purpose === "watch")?.until ?? Number.NaN;
      if (took >= ASLEEP)
        return {
          passed: true,
          decidesAt: arrives,
          says: `The watch, for revision ${wanted.roleRevision + 1}, arrived at ${at(arrives)} and was canceled unheard. Nobody served for ${spanText(took)}.`,
        };
      const why =
        when > arrives
          ? `the watch had arrived at ${at(arrives)}; one that is open and up to date does not need the past`
          : `revision ${wanted.roleRevision + 1}, which the watch asks for, was not among what you threw away: it was written later, or kept`;
      return { passed: false, says: `Nobody served for ${spanText(took)} only: ${why}.` };
    },
  },
  moral: "When a watch ends, for whatever reason, read again and begin anew.",
};
