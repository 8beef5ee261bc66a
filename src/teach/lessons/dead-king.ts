/** A key without a lease: the dead king rules for ever. */
import type { Lesson } from "../lesson.ts";
import { at, spanText } from "../words.ts";
import { A, B, cast, MINUTE, sceneOfTwo, ROLE, SECOND, under } from "./scenes.ts";

const KILLED = 61 * SECOND;
/** The exercise wants somebody to serve again within this. */
const SOON = 2 * MINUTE;
const killed = sceneOfTwo(
  "dead king",
  { horizonMs: 10 * MINUTE, faults: [{ type: "crash", atMs: KILLED, on: A }] },
  "key-without-lease",
);

export const deadKing: Lesson = {
  id: "dead-king",
  title: "The dead king",
  point: "A claim that nothing ends outlives its owner.",
  text: ({ faultAt: [killedAt], horizon }) => [
    `The key \`${ROLE}\` says who is active. In this run it is an ordinary key: put there once, there until somebody deletes it. \`${B}\` watches it and would take over the moment it disappears.`,
    `At ${killedAt ?? ""} \`${A}\`, the active one, is killed. The run goes on to ${horizon}.`,
  ],
  runs: [
    { caption: "An active key that nothing takes away", setup: killed },
    { caption: "The same with the key under a lease", setup: under("shipped", killed), fromMs: 60 * SECOND },
  ],
  question: () => `When does \`${B}\` take over?`,
  choices: [
    {
      text: "At once: etcd notices the broken connection and removes the key",
      met: (seen) =>
        `etcd does not tie a plain key to a connection. At ${at(seen.end)} the key still says \`${A}\`, dead for ${spanText(seen.end - KILLED)}.`,
    },
    {
      text: "After a minute or so",
      met: (seen) =>
        `No clock is running on this key. At the end of the run, ${spanText(seen.end - KILLED)} after the death, it still stands.`,
    },
    {
      text: "Never",
      right: true,
      met: (seen) =>
        `Never: ${spanText(seen.end - KILLED)} later the key still names \`${A}\`, and \`${B}\` obeys it.`,
    },
  ],
  shows: [
    (seen) => [
      `The key was created at revision ${seen.change(ROLE, "PUT").event.kv.modRevision} and ${seen.changes(ROLE, "DELETE").length === 0 ? "never" : "later"} deleted. \`${B}\` asks now and then whether the role is free (the drawing counts these checks), and each time the dead king answers.`,
      `Look at \`${ROLE}-${seen.milestone(A, "identified").serverId}\`, the other note of \`${A}\`: that one *was* deleted, at ${at(seen.change(`${ROLE}-${seen.milestone(A, "identified").serverId}`, "DELETE").at)}, because it stood under a *lease*.`,
    ],
    (_, leased) => [
      `Under a lease the active key goes the same way, at ${at(leased.change(ROLE, "DELETE").at)}, and \`${B}\` serves from ${at(leased.begins(B).from)} on. What a lease is comes next.`,
    ],
  ],
  exercise: {
    type: "choice",
    task: () => [
      `Somebody must serve again within ${spanText(SOON)} of the king's death, with nobody awake. What helps?`,
    ],
    hint: "What would have to happen to the key, and who could do it?",
    options: [
      {
        text: `A supervisor starts \`${A}\` again after ${spanText(5 * SECOND)}`,
        setups: [
          sceneOfTwo(
            "restarted king",
            {
              horizonMs: 10 * MINUTE,
              faults: [{ type: "crash", atMs: KILLED, on: A, restartAfterMs: 5 * SECOND }],
            },
            "key-without-lease",
          ),
        ],
      },
      { text: "The key is put under a lease", setups: [under("shipped", killed)] },
      {
        text: "A third coordinator",
        setups: [
          sceneOfTwo(
            "three and a dead king",
            {
              horizonMs: 10 * MINUTE,
              coordinators: cast(3),
              faults: [{ type: "crash", atMs: KILLED, on: A }],
            },
            "key-without-lease",
          ),
        ],
      },
      {
        text: `An operator is called, and deletes the key ${spanText(5 * MINUTE)} later`,
        setups: [
          sceneOfTwo(
            "the operator",
            {
              horizonMs: 10 * MINUTE,
              faults: [
                { type: "crash", atMs: KILLED, on: A },
                { type: "deleteKey", atMs: KILLED + 5 * MINUTE, key: "active", on: A },
              ],
            },
            "key-without-lease",
          ),
        ],
      },
    ],
    solution: "b",
    judge: (seen) => {
      const gap = seen.longestGap;
      const restarted = seen.all("started").find((one) => one.node === 0 && one.at > 0);
      if (gap.to >= seen.end) {
        const again =
          restarted === undefined
            ? `Everybody alive finds the key taken`
            : `\`${A}\` is back at ${at(restarted.at)} under a new id, finds the key of its former self and waits for it like everybody else`;
        return { passed: false, says: `Nobody served again. ${again}, to the end of the run.` };
      }
      const passed = gap.to - gap.from <= SOON;
      return {
        passed,
        says: passed
          ? `Nobody served for ${spanText(gap.to - gap.from)}; then the key was gone by itself, and \`${B}\` served.`
          : `It works, after ${spanText(gap.to - gap.from)} and with somebody awake. And next time the operator may delete the key of a king who is only slow.`,
      };
    },
  },
  moral: "Never take a claim that does not end by itself.",
};
