/** How Milvus did it, and three faults that its users reported; numbers of issues are Milvus' own. */
import { coordinators, type Scenario } from "../../simulation/scenario.ts";
import type { Lesson, Setup } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, counted, spanText } from "../words.ts";
import { MINUTE, ROLE, sceneOfTwo, SECOND } from "./scenes.ts";

const A = "rootcoord-a";
const B = "rootcoord-b";
const C = "rootcoord-c";
const PAIR = coordinators(ROLE, 2);
const RELEASE = "milvus-2.4";
const FIRST = "milvus-2.2-dev";
const CUT = 30 * SECOND;
const KILLED = 8 * MINUTE;
const SHORT = 90 * SECOND;
const LONG = 5 * MINUTE;
/** The exercise wants somebody to serve again within this. */
const SOON = 2 * MINUTE;

/** Standbys are cut off for a while, all is well again, and later the active one dies. */
function cutOff(forMs: number, variant: string, change: Partial<Scenario> = {}): Setup {
  const all = change.coordinators ?? PAIR;
  const standbys = all.map(({ name }) => name).slice(1);
  return sceneOfTwo(
    "cut off in standby",
    {
      horizonMs: 14 * MINUTE,
      ...change,
      coordinators: all,
      faults: [
        ...standbys.map((on) => ({ type: "partition", atMs: CUT, on, forMs, direction: "both" }) as const),
        { type: "crash", atMs: KILLED, on: A },
      ],
    },
    variant,
  );
}
const trials = (variant: string, change?: Partial<Scenario>) => [
  cutOff(SHORT, variant, change),
  cutOff(LONG, variant, change),
];

const deleted = sceneOfTwo(
  "deleted key",
  { coordinators: PAIR, faults: [{ type: "deleteKey", atMs: 70 * SECOND, key: "active", on: A }] },
  FIRST,
);
const starved = sceneOfTwo(
  "starved",
  {
    coordinators: PAIR,
    horizonMs: 4 * MINUTE,
    faults: [{ type: "pause", atMs: 70 * SECOND, on: A, forMs: SHORT }],
  },
  RELEASE,
);

export const milvus: Lesson = {
  id: "milvus",
  title: "Three faults from the field",
  point: "Each of these was reported by users of a good implementation; you know all the parts by now.",
  text: ({ faultAt: [cut, killed] }) => [
    "Milvus elects its coordinators with the keys and the transaction that you have seen. What its releases do when something goes wrong differs, and its users found out. Here are three of their reports, on the election as those releases ran it.",
    `First (issues #30100 and #28834): at ${cut ?? ""} the *standby* is cut off from etcd for ${spanText(SHORT)}, long enough to lose its lease. Then the network heals, and everything looks well for minutes. At ${killed ?? ""} the active one dies.`,
  ],
  runs: [
    {
      caption: "A standby that lost its lease (#30100)",
      setup: cutOff(SHORT, RELEASE),
      fromMs: 110 * SECOND,
    },
    { caption: "An active key that was deleted by hand (#21599)", setup: deleted, fromMs: MINUTE },
    { caption: "A process without CPU that went on writing (#53368)", setup: starved, fromMs: 65 * SECOND },
  ],
  question: () => `Does \`${B}\` take over?`,
  choices: [
    {
      text: "Yes, a TTL later",
      met: (seen) => `It tries. ${futile(seen)}`,
    },
    {
      text: "Yes, but much later",
      met: (seen) => `Not in this run. ${futile(seen)}`,
    },
    { text: "No", right: true, met: (seen) => `No. ${futile(seen)}` },
  ],
  shows: [
    (seen) => [
      `While it was cut off, its lease ran out at etcd, and its session key was deleted at ${at(lostAt(seen))}. It stayed standby: watching, reachable, useless. Only the active one acted on the loss of a lease. A standby must keep its lease as carefully, and begin anew without it; or the first fault is noticed at the second.`,
    ],
    (_, byHand) => {
      const [stale] = byHand.staleWrites;
      const [overlap] = byHand.overlaps;
      return [
        `Second, in the first active-standby: an operator deletes the key at ${at(byHand.faultAt(0))}. \`${B}\` takes over at ${at(byHand.begins(B).from)}, as it should. \`${A}\` looked at its lease alone, and that is alive; so both serve, for ${spanText((overlap?.to ?? 0) - (overlap?.from ?? 0))} to the end of the run, and at ${at(stale?.at ?? Number.NaN)} it overwrote metadata under token ${stale?.token ?? 0}, when ${stale?.newest ?? 0} was out. Later releases watch the own key as well (#21658).`,
      ];
    },
    (_, __, writer) => {
      const stale = writer.staleWrites;
      return [
        `Third: a process gets no CPU for longer than its lease, and when it runs again, the writes that waited go out before the news comes in. Here ${counted(stale.length, "write")} under token ${stale[0]?.token ?? 0} went through, at ${at(stale[0]?.at ?? Number.NaN)}, when token ${stale[0]?.newest ?? 0} was out. (Reported as data loss on the log of another component, which was given a fence then.) You know the remedy.`,
      ];
    },
  ],
  exercise: {
    type: "choice",
    task: () => [
      `Repair the first. Each remedy is run with the standbys cut off for ${spanText(SHORT)}, and for ${spanText(LONG)}. Within ${spanText(SOON)} of the death somebody must serve.`,
    ],
    hint: "Which of these makes a standby notice what it has lost?",
    options: [
      { text: `A TTL of ${spanText(2 * MINUTE)}`, setups: trials(RELEASE, { ttlSeconds: 120 }) },
      {
        text: `A third coordinator, \`${C}\``,
        setups: trials(RELEASE, { coordinators: coordinators(ROLE, 3) }),
      },
      { text: "A standby that loses its lease registers anew", setups: trials("shipped") },
      {
        text: `A supervisor that starts again, after ${spanText(5 * SECOND)}, whoever leaves by itself`,
        setups: trials(RELEASE, {
          coordinators: PAIR.map((one) => ({ ...one, restartAfterMs: 5 * SECOND })),
        }),
      },
    ],
    solution: "c",
    judge: (seen) => {
      const gap = seen.longestGap;
      const cut = `Cut off for ${spanText(seen.faultEnds(0) - seen.faultAt(0))}:`;
      if (gap.to < seen.end && gap.to - gap.from <= SOON)
        return {
          passed: true,
          decidesAt: gap.to,
          says: `${cut} nobody served for ${spanText(gap.to - gap.from)} after the death.`,
        };
      const [lost] = seen.changes(`${ROLE}-${seen.milestone(B, "identified").serverId}`, "DELETE");
      const unnoticed =
        lost === undefined ? "" : `the standby's key was deleted at ${at(lost.at)}, it did not notice, and `;
      return {
        passed: false,
        says: `${cut} ${unnoticed}nobody served from ${at(gap.from)} to ${gap.to < seen.end ? at(gap.to) : "the end of the run"}.`,
      };
    },
  },
  moral: "The standby is the part that you test least and need most.",
};

/** When the standby's session key was deleted with its lease. */
function lostAt(seen: Seen): number {
  return seen.change(`${ROLE}-${seen.milestone(B, "identified").serverId}`, "DELETE").at;
}

/** What becomes of a campaign under a dead lease. */
function futile(seen: Seen): string {
  const free = seen.milestone(B, "vacancy").at;
  const attempts = seen.requests("campaign", { from: free, to: seen.end }, B).length;
  return `From ${at(free)} on it campaigned ${counted(attempts, "time")}, each time under the lease that had died at ${at(lostAt(seen))}. etcd puts no key under a dead lease, and nobody served again.`;
}
