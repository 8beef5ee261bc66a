/** When etcd itself changes its leader, or stalls. */
import type { Lesson } from "../lesson.ts";
import { at, spanText } from "../words.ts";
import { A, B, sceneOfTwo, ROLE, SECOND } from "./scenes.ts";

const KILLED = 61 * SECOND;
const killedThenElected = sceneOfTwo("new leader", {
  horizonMs: 240 * SECOND,
  faults: [
    { type: "crash", atMs: KILLED, on: A },
    { type: "changeLeader", atMs: 90 * SECOND, forMs: 1500 },
  ],
});
const STALLED = 40 * SECOND;

export const etcdMoves: Lesson = {
  id: "etcd-moves",
  title: "When etcd itself moves",
  point: "A new leader of etcd gives every lease its full time again, those of the dead included.",
  text: ({ faultAt: [killed, elects], ttl }) => [
    "etcd is not one process either. Several members elect a leader of their own, and that leader keeps the time of all leases. When it is lost, another is elected; the leases are still known, but how long each had left is not.",
    `\`${A}\` is killed at ${killed ?? ""} with a lease of ${ttl}. At ${elects ?? ""}, while \`${B}\` waits for that lease to end, etcd loses its leader.`,
  ],
  runs: [
    { caption: "A crash, and then a new leader of etcd", setup: killedThenElected, fromMs: 60 * SECOND },
    {
      caption: "etcd takes requests and answers none for a while",
      setup: sceneOfTwo("stall", { faults: [{ type: "stall", atMs: KILLED, forMs: STALLED }] }),
      fromMs: 60 * SECOND,
    },
  ],
  question: () => `What does that mean for the takeover?`,
  choices: [
    {
      text: "Nothing: the lease ends when it would have ended",
      met: (seen) =>
        `The new leader does not know how much of it had gone by. The lease that should have ended at ${at(seen.leaseEnd(A, KILLED) ?? Number.NaN)} ended at ${at(seen.change(ROLE, "DELETE").at)}.`,
    },
    {
      text: `It comes sooner: the new leader sees that \`${A}\` is not connected`,
      met: (seen) =>
        `Nobody's connection is asked about. The takeover came at ${at(seen.begins(B).from)}, ${spanText(seen.longestGap.to - seen.longestGap.from)} after the crash.`,
    },
    {
      text: "It comes later: the lease begins anew",
      right: true,
      met: (seen) =>
        `It should have ended at ${at(seen.leaseEnd(A, KILLED) ?? Number.NaN)} and ended at ${at(seen.change(ROLE, "DELETE").at)}. Nobody served for ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
  ],
  shows: [
    (seen) => [
      `With the new leader, at ${at(seen.faultEnds(1))}, every lease got its full time again and a little more. That errs on the right side: a live holder who could not renew during the election must not lose what it holds. The dead profit, too. A bound that you promise to your users must count it.`,
    ],
    (_, stalled) => [
      `When etcd answers nobody, nobody can renew and nobody can take over. \`${A}\` tries again and again; it serves as long as its claim lasts, and here etcd was back before that: ${stalled.longestGap.to === 0 ? `it served without a break through ${spanText(STALLED)} of silence` : `nobody served for ${spanText(stalled.longestGap.to - stalled.longestGap.from)}`}. How long a stall may be depends on when the last renewal went through.`,
    ],
  ],
  exercise: {
    type: "fault",
    typed: [
      "etcd's own faults have these verbs:",
      "    at: 61s, stall: etcd, for: 10s",
      "    at: 61s, restart: etcd, for: 10s",
      "    at: 61s, changeLeader: etcd, for: 10s",
    ],
    task: () => [
      "Leave the coordinators alone. With one fault of etcd, see to it that nobody serves for a second or longer.",
    ],
    hint: "The claim ends if no renewal gets through for as long as it lasts.",
    solution: "at: 61s, stall: etcd, for: 60s",
    setup: sceneOfTwo("etcd alone", { horizonMs: 300 * SECOND }),
    most: 1,
    kinds: ["stall", "restart", "changeLeader"],
    judge: (seen) => {
      const gap = seen.longestGap;
      const lasted = seen.faultEnds(0) - seen.faultAt(0);
      if (gap.to - gap.from >= SECOND)
        return {
          passed: true,
          says: `The claim ended at ${at(gap.from)} with no renewal granted, and somebody served again at ${at(gap.to)}: ${spanText(gap.to - gap.from)} without anybody.`,
        };
      const struck = seen.faultAt(0);
      const [holder] = seen.serving(struck);
      return {
        passed: false,
        says:
          holder === undefined
            ? `At ${at(struck)} nobody served yet; let somebody begin first.`
            : `${spanText(lasted)} were not enough: the last renewal before had left at ${at(seen.lastRenewal(holder, struck))}, and the claim outlived the silence.`,
      };
    },
  },
  moral: "Count an outage of etcd as a full TTL on top; never trust a takeover bound that forgets it.",
};
