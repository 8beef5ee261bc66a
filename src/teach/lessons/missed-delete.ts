/** The DELETE that was missed: watch from the right revision. */
import { coordinator } from "../../simulation/scenario.ts";
import type { Lesson } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, spanText } from "../words.ts";
import { A, B, sceneOfTwo, ROLE, SECOND, under } from "./scenes.ts";

const SLOW = { type: "delay", on: B, leg: "request", purpose: "watch", count: 2, byMs: 3 * SECOND } as const;
/** A standby sleeps beside an empty throne if it takes so long. */
const ASLEEP = 30 * SECOND;

const fromNow = sceneOfTwo(
  "missed",
  {
    faults: [
      { ...SLOW, atMs: 0 },
      { type: "stop", atMs: SECOND, on: A },
    ],
  },
  "watches-from-now",
);

export const missedDelete: Lesson = {
  id: "missed-delete",
  title: "The DELETE that was missed",
  point: "Between reading and watching things happen; a watch must begin at the revision after the one read.",
  text: ({ faultAt: [, stopped] }) => [
    "Reading a key and watching it are two requests, and time passes between them. Usually it is a millisecond or two. Here the watch's request is held up on its way by a busy network.",
    `\`${B}\` has asked for the role and read that it is taken. Its watch is on its way. Meanwhile, at ${stopped ?? ""}, \`${A}\` is stopped and its keys are deleted. Then the watch arrives. It says: tell me what happens to the key *from now on*.`,
  ],
  runs: [
    { caption: "A watch that begins when it arrives", setup: fromNow },
    { caption: "A watch that says from which revision on", setup: under("shipped", fromNow) },
  ],
  question: () => `How does \`${B}\` learn that the role is free?`,
  choices: [
    {
      text: "etcd sends the last change first, so that nobody is out of date",
      met: (seen) =>
        `A watch from now on brings nothing of the past. \`${B}\` waited from ${at(seen.longestGap.from)} to ${at(seen.longestGap.to)}, beside an empty throne.`,
    },
    {
      text: "It does not; only its own slow check finds out",
      right: true,
      met: (seen) =>
        `So it is: ${spanText(seen.longestGap.to - seen.longestGap.from)} without anybody, until the check that a standby makes once a TTL.`,
    },
    {
      text: `\`${A}\` tells it before it leaves`,
      met: (seen) =>
        `The two have no line to each other; all they have is etcd. \`${B}\` waited ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
  ],
  shows: [
    (seen) => {
      const { roleRevision } = seen.milestone(B, "watching");
      const deleted = seen.change(ROLE, "DELETE");
      return [
        `\`${B}\` had read the key as it stood at revision ${roleRevision}. The deletion was revision ${deleted.event.kv.modRevision}, at ${at(deleted.at)}, and the watch arrived at ${at(arrival(seen))}: too late by ${spanText(arrival(seen) - deleted.at)}. A watch that has missed its event is not wrong, it is silent, and nothing looks as peaceful as a silent watch.`,
      ];
    },
    (_, right) => {
      const { roleRevision } = right.milestone(B, "watching");
      return [
        `etcd keeps the recent past, numbered by revision. \`${B}\` read revision ${roleRevision}, so it asks for everything from revision ${roleRevision + 1} on. The watch is just as late, but the first thing that it brings is the deletion: \`${B}\` serves at ${at(right.begins(B).from)}.`,
        "Nothing twice, nothing missed: read at a revision, watch from the next.",
      ];
    },
  ],
  exercise: {
    type: "fault",
    task: ({ faultAt: [slowFrom] }) => [
      `Catch it yourself. \`${B}\` watches from now on. It starts at ${slowFrom ?? ""}, and its watches take ${spanText(SLOW.byMs)} to arrive. Stop \`${A}\` once (\`stop: ${A}\`), so that nobody serves for ${spanText(ASLEEP)} or longer.`,
    ],
    hint: "After it has read, before its watch is there.",
    solution: `at: 31s, stop: ${A}`,
    setup: sceneOfTwo(
      "catch it",
      {
        coordinators: [coordinator(A, ROLE), coordinator(B, ROLE, { startAtMs: 30 * SECOND })],
        faults: [{ ...SLOW, atMs: 30 * SECOND }],
      },
      "watches-from-now",
    ),
    most: 1,
    kinds: ["stop"],
    judge: (seen) => {
      const gap = seen.longestGap;
      const took = gap.to - gap.from;
      if (took >= ASLEEP)
        return {
          passed: true,
          decidesAt: arrival(seen),
          says: `The keys were deleted at ${at(seen.change(ROLE, "DELETE").at)}, the watch arrived at ${at(arrival(seen))}, and nobody served for ${spanText(took)}.`,
        };
      const [deleted] = seen.changes(ROLE, "DELETE");
      if (deleted === undefined) return { passed: false, says: `\`${A}\` kept the role.` };
      const [read] = seen.milestones(B, "watching");
      const why =
        read === undefined || deleted.at < read.at
          ? `\`${B}\` had not looked yet when the keys went at ${at(deleted.at)}; when it did, the role was free`
          : `its watch was there at ${at(arrival(seen))}, before the keys went at ${at(deleted.at)}, and brought the news`;
      return { passed: false, says: `Nobody served for ${spanText(took)} only: ${why}.` };
    },
  },
  moral: "Read at a revision, watch from the next one.",
};

/** When the watch of the active key, held up on its way, arrived at etcd. */
function arrival(seen: Seen): number {
  const late = seen.all("message").filter(({ fate, purpose }) => fate === "late" && purpose === "watch");
  return late.at(-1)?.until ?? seen.milestone(B, "watching").at;
}
