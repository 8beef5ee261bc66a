/** How Milvus did it, and three faults that bit its users; numbers of issues are Milvus' own. */
import { coordinator, coordinators } from "../../simulation/scenario.ts";
import type { Lesson, Setup } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, counted, span } from "../words.ts";
import { A, B, MINUTE, pair, ROLE, SECOND } from "./scenes.ts";

const C = "rootcoord-c";
const CUT = 30 * SECOND;
const KILLED = 8 * MINUTE;
const SHORT = 90 * SECOND;
const LONG = 5 * MINUTE;
/** The exercise wants somebody to serve again within this. */
const SOON = 2 * MINUTE;

/** Standbys are cut off for a while, all is well again, and later the active one dies. */
function cutOff(forMs: number, variant: string, change: Partial<Setup["scenario"]> = {}): Setup {
  const standbys = (change.coordinators ?? coordinators(ROLE, 2)).map(({ name }) => name).slice(1);
  return pair(
    "cut off in standby",
    {
      horizonMs: 14 * MINUTE,
      ...change,
      faults: [
        ...standbys.map((on) => ({ type: "partition", atMs: CUT, on, forMs, direction: "both" }) as const),
        { type: "crash", atMs: KILLED, on: A },
      ],
    },
    variant,
  );
}
const trials = (variant: string, change?: Partial<Setup["scenario"]>) => [
  cutOff(SHORT, variant, change),
  cutOff(LONG, variant, change),
];
const DEAF = "standby-ignores-lease-loss";

const noHa = pair("HA off", {
  coordinators: [
    coordinator(A, ROLE, { activeStandby: false }),
    coordinator(B, ROLE, { activeStandby: false, startAtMs: 5 * SECOND }),
  ],
  faults: [{ type: "crash", atMs: 2 * MINUTE, on: A }],
  horizonMs: 5 * MINUTE,
});

const stale = pair(
  "stale writer",
  {
    horizonMs: 4 * MINUTE,
    faults: [
      { type: "delay", atMs: MINUTE, on: A, leg: "request", purpose: "write", count: 1, byMs: 75 * SECOND },
      { type: "pause", atMs: MINUTE + SECOND, on: A, forMs: 90 * SECOND },
    ],
  },
  "no-fencing",
);

export const milvus: Lesson = {
  id: "milvus",
  title: "Three faults from the field",
  point: "Each of these was reported by users of a good implementation; you know all the parts by now.",
  text: ({ faultAt: [cut, killed] }) => [
    "Milvus elects its coordinators with the keys and the transaction that you have seen. Its versions differ in what they do when things go wrong, and its users found out. Three of their reports, replayed with the same mistake on our chart.",
    `First (Milvus issue #30100, and with a network policy #28834): at ${cut ?? ""} the *standby* is cut off from etcd for ${span(SHORT)}, long enough to lose its lease. The network heals, everything is green. At ${killed ?? ""} the active one dies.`,
  ],
  runs: [
    {
      caption: "A standby that does not notice the loss of its own lease",
      setup: cutOff(SHORT, DEAF),
      fromMs: 20 * SECOND,
    },
    { caption: "Two replicas, and HA not switched on (#28063)", setup: noHa },
    { caption: "A writer that outlived its lease (as in #53368)", setup: stale, fromMs: MINUTE - SECOND },
  ],
  question: () => `Does \`${B}\` take over?`,
  choices: [
    {
      text: "Yes, a TTL later",
      met: (seen) =>
        `It tries, at ${at(seen.milestone(B, "vacancy").at)}, with the lease that died at ${at(lostAt(seen))}. etcd puts no key under a dead lease. Nobody serves again.`,
    },
    {
      text: "Yes, but much later",
      met: (seen) =>
        `Not in this run: from ${at(seen.longestGap.from)} to its end, ${span(seen.longestGap.to - seen.longestGap.from)}, nobody serves.`,
    },
    {
      text: "No",
      right: true,
      met: (seen) =>
        `No: it campaigns with the lease that died at ${at(lostAt(seen))}, and etcd puts no key under a dead lease. Nobody serves for ${span(seen.longestGap.to - seen.longestGap.from)}, to the end of the run.`,
    },
  ],
  shows: [
    (seen) => [
      `While it was cut off, its lease ran out at etcd, and its session key was deleted at ${at(lostAt(seen))}. It stayed standby: watching, reachable, useless. What only shows when it is needed had better be looked at before: a standby must keep its lease as carefully as the active one, and begin anew without it.`,
    ],
    (_, off) => [
      `Second. Two replicas were deployed, but HA was not switched on, or was switched on under a name that the code does not read (#45019). The second coordinator found the role taken, tried ${counted(off.requests("campaign", { from: 0, to: off.end }, B).length, "time")} and gave up at ${at(off.milestone(B, "gaveUp").at)}. When \`${A}\` died at ${at(off.faultAt(0))}, ${off.serving(off.end - 1).length === 0 ? "nobody was there" : "somebody was there"}. A switch that is not on must say so aloud.`,
    ],
    (_, __, writer) => {
      const [write] = writer.staleWrites;
      return [
        `Third: a node had lost its lease and went on writing, and data were lost. The same thing here: a write under token ${write?.token ?? 0} was applied at ${at(write?.at ?? Number.NaN)} when token ${write?.newest ?? 0} was out. You know the remedy; Milvus built one, too.`,
      ];
    },
  ],
  exercise: {
    type: "choice",
    task: () => [
      `Repair the first. Each remedy is run with the standbys cut off for ${span(SHORT)}, and for ${span(LONG)}. Within ${span(SOON)} of the death somebody must serve.`,
    ],
    hint: "Which of these makes a standby notice what it has lost?",
    options: [
      { text: `A TTL of ${span(2 * MINUTE)}`, setups: trials(DEAF, { ttlSeconds: 120 }) },
      {
        text: `A third coordinator, \`${C}\``,
        setups: trials(DEAF, { coordinators: coordinators(ROLE, 3) }),
      },
      { text: "A standby that loses its lease registers anew", setups: trials("shipped") },
      {
        text: "A supervisor that starts again whoever leaves after a loss",
        setups: trials(DEAF, {
          coordinators: coordinators(ROLE, 2).map((one) => ({
            ...one,
            afterLoss: "exit" as const,
            restartAfterMs: 5 * SECOND,
          })),
        }),
      },
    ],
    solution: "c",
    judge: (seen) => {
      const gap = seen.longestGap;
      const cut = span(seen.faultEnds(0) - seen.faultAt(0));
      if (gap.to < seen.end && gap.to - gap.from <= SOON)
        return {
          passed: true,
          says: `Cut off for ${cut}: nobody served for ${span(gap.to - gap.from)} after the death.`,
        };
      const deaf = seen.changes(`${ROLE}-2`, "DELETE")[0];
      return {
        passed: false,
        says: `Cut off for ${cut}: ${deaf === undefined ? "" : `the standby's key was deleted at ${at(deaf.at)}, it did not notice, and `}nobody served from ${at(gap.from)} to the end of the run.`,
      };
    },
  },
  moral: "The standby is the part that you test least and need most.",
};

/** When the standby's session key was deleted with its lease. */
function lostAt(seen: Seen): number {
  return seen.change(`${ROLE}-${seen.milestone(B, "identified").serverId}`, "DELETE").at;
}
