/** One coordinator: a single point of failure. */
import type { Lesson } from "../lesson.ts";
import { at, spanText } from "../words.ts";
import { A, cast, MINUTE, sceneOfTwo, SECOND } from "./scenes.ts";

const one = { coordinators: cast(1) };

export const alone: Lesson = {
  id: "alone",
  title: "One coordinator",
  point: "A coordinator of which there is one takes everybody down with it.",
  text: ({ faultAt: [killed], horizon }) => [
    `A distributed database has workers by the dozen, and a few coordinators that know what lies where. The root coordinator hands out ids and keeps the list of collections. Without it the workers still hold the data, but nobody can create a collection or find one.`,
    `Suppose there is one such process, \`${A}\`. It keeps its notes in \`etcd\`, a small reliable store that several machines share. At ${killed ?? ""} the process is killed.`,
    `What you are about to see is not an animation. It is the election that runs in production, on a simulated etcd, in virtual time: ${horizon} pass in a few milliseconds, and every instant below is read off the run. In the drawing each coordinator has a lane, etcd has one, and the bar says how a coordinator stands.`,
  ],
  runs: [
    {
      caption: "One coordinator, killed",
      setup: sceneOfTwo("alone", {
        ...one,
        horizonMs: 2 * MINUTE,
        faults: [{ type: "crash", atMs: 30 * SECOND, on: A }],
      }),
    },
  ],
  question: () => "Who serves at the end of the run?",
  choices: [
    {
      text: `\`${A}\`: etcd notices that it is gone and starts it again`,
      met: (seen) =>
        `etcd keeps notes and starts nobody. From ${at(seen.longestGap.from)} to the end of the run, ${spanText(seen.longestGap.to - seen.longestGap.from)}, nobody serves.`,
    },
    {
      text: "Nobody",
      right: true,
      met: (seen) =>
        `Nobody it is, from ${at(seen.longestGap.from)} on: ${spanText(seen.longestGap.to - seen.longestGap.from)} until the run ends, and as long again as it takes a person to wake up.`,
    },
    {
      text: "One of the workers takes over",
      met: (seen) =>
        `No worker knows how: a worker is another program. From ${at(seen.longestGap.from)} on nobody serves.`,
    },
  ],
  shows: [
    (seen) => [
      `\`${A}\` joined, held the role and served from ${at(seen.begins(A).from)} until it was killed at ${at(seen.longestGap.from)}.`,
      "Do not mind the words in the lanes; they are the protocol's own, and each gets its lesson. Two notes of it are left in etcd, and the lease bar shows that they are not to last: etcd throws them away when the bar is empty. Nobody is there to see it. The rest of this course is about that somebody.",
    ],
  ],
  exercise: {
    type: "fault",
    typed: [
      "Now break it yourself. A fault is written as an instant, a verb with its victim, and how, for instance:",
      `    at: 10s, crash: ${A}`,
      `    at: 10s, crash: ${A}, restartAfter: 5s`,
      `    at: 10s, pause: ${A}, for: 5s`,
    ],
    task: () => [
      "Take the service away from its users for at least a minute, with one fault, and have it back at the end of the run.",
    ],
    hint: "A process that was killed comes back only if somebody starts it: `restartAfter`.",
    solution: `at: 30s, crash: ${A}, restartAfter: 60s`,
    setup: sceneOfTwo("alone", { ...one, horizonMs: 5 * MINUTE }),
    most: 1,
    judge: (seen) => {
      const gap = seen.longestGap;
      const lasted = gap.to - gap.from;
      const back = seen.serving(seen.end - 1).length > 0;
      if (lasted === 0)
        return {
          passed: false,
          says: `\`${A}\` held its role all the time. Users may have waited, but nobody had to take over anything.`,
        };
      if (!back)
        return {
          passed: false,
          says: `Out since ${at(gap.from)}, and never back: that is more than was asked.`,
        };
      const away = `Nobody served from ${at(gap.from)} to ${at(gap.to)}, ${spanText(lasted)}`;
      if (lasted < MINUTE) return { passed: false, says: `${away}: less than a minute.` };
      const started = seen.all("started").at(-1)?.at ?? gap.to;
      return {
        passed: true,
        says: `${away}. The process itself was back at ${at(started)}${
          gap.to - started > SECOND
            ? `; it then waited ${spanText(gap.to - started)} for a note that its former self had left. Keep that in mind.`
            : "."
        }`,
      };
    },
  },
  moral: "One is none. So let there be two.",
};
