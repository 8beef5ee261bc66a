/** Lease and keepalive: where the minute of a takeover comes from. */
import type { Lesson } from "../lesson.ts";
import type { Seen } from "../seen.ts";
import { at, spanText } from "../words.ts";
import { A, B, sceneOfTwo, ROLE, SECOND } from "./scenes.ts";

const KILLED = 61 * SECOND;
const killed = sceneOfTwo("lease", { faults: [{ type: "crash", atMs: KILLED, on: A }] });

/** What passed between the last renewal and the takeover. */
function stages(seen: Seen, killedAt: number) {
  const renewed = seen.lastRenewal(A, killedAt);
  const leaseEnds = seen.leaseEnd(A, killedAt) ?? Number.NaN;
  const deleted = seen.change(ROLE, "DELETE", killedAt).at;
  const serves = seen.begins(B, killedAt).from;
  return { renewed, leaseEnds, deleted, serves };
}

export const lease: Lesson = {
  id: "lease",
  title: "Lease and keepalive",
  point: "A lease turns a death into a deletion, one TTL later at most.",
  text: ({ faultAt: [killedAt], renewEvery, ttl }) => [
    `A *lease* is a promise of etcd for a limited time, its *TTL*: here ${ttl}, as Milvus has it. Keys can be put under it. When the lease runs out, etcd deletes all of them, in one revision.`,
    `Its holder renews it with a *keepalive*, here every ${renewEvery}, and each renewal sets the clock back to the full TTL. So the key says "alive" as long as somebody keeps saying so, and nobody needs to notice a death: the silence is enough.`,
    `\`${A}\` holds the role and renews. At ${killedAt ?? ""} it is killed.`,
  ],
  runs: [
    { caption: "The active one is killed", setup: killed, fromMs: 59 * SECOND, inTrueTime: true },
    {
      caption: "The active one is stopped in the ordinary way instead",
      setup: sceneOfTwo("clean stop", { faults: [{ type: "stop", atMs: KILLED, on: A }] }),
      fromMs: 59 * SECOND,
    },
  ],
  question: () => `How long is it until \`${B}\` serves?`,
  choices: [
    {
      text: "No time at all: the broken connection tells etcd",
      met: (seen) =>
        `Connections break without anybody dying, so etcd draws no conclusion from it. It waits for the lease: ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
    {
      text: ({ renewEvery }) => `${renewEvery}: then the next renewal is missing`,
      met: (seen) =>
        `A missing renewal is no news to etcd; only the end of the lease is. It took ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
    {
      text: ({ ttl }) => `Nearly ${ttl}`,
      right: true,
      met: (seen) =>
        `${spanText(seen.longestGap.to - seen.longestGap.from)} it was, for the lease had just been renewed.`,
    },
    {
      text: ({ ttl }) => `Twice ${ttl}, to be safe`,
      met: (seen) =>
        `Once is enough: the full TTL counts from the last renewal. It took ${spanText(seen.longestGap.to - seen.longestGap.from)}.`,
    },
  ],
  shows: [
    (seen) => {
      const { deleted, leaseEnds, renewed, serves } = stages(seen, KILLED);
      return [
        `The last renewal left at ${at(renewed)}, so at ${at(KILLED)} the lease had ${spanText(leaseEnds - KILLED)} to go, to ${at(leaseEnds)}. etcd looks for leases that have run out now and then, and deleted the keys at ${at(deleted)}, ${spanText(deleted - leaseEnds)} later. \`${B}\`, told of the deletion, created the key anew and loaded the metadata; it served at ${at(serves)}, ${spanText(serves - deleted)} after the deletion.`,
        `Nearly all of the ${spanText(serves - KILLED)} is waiting for the lease.`,
      ];
    },
    (_, stopped) => [
      `Whoever leaves in an orderly way gives the lease back: *revoke*. Its keys go at once, and the takeover takes ${spanText(stopped.longestGap.to - stopped.longestGap.from)}. Deploy as often as you like; it is the crashes that cost.`,
    ],
  ],
  exercise: {
    type: "fault",
    task: ({ renewEvery }) => [
      `How long the users wait depends on *when* the crash comes. Renewals leave every ${renewEvery}. Crash \`${A}\` once, at any time after the first minute, so that nobody serves for less than ${spanText(LUCKY)}.`,
    ],
    hint: "The lease is youngest just after a renewal. When is it oldest? The run above shows when renewals leave.",
    solution: `at: 79s, crash: ${A}`,
    setup: sceneOfTwo("lucky crash", { horizonMs: 300 * SECOND }),
    most: 1,
    kinds: ["crash"],
    judge: (seen) => {
      const crashedAt = seen.faultAt(0);
      if (crashedAt < 60 * SECOND)
        return { passed: false, says: `${at(crashedAt)} is within the first minute; crash it later.` };
      if (seen.all("ended")[0]?.node !== 0)
        return { passed: false, says: `\`${A}\` is the active one; another's crash costs nobody anything.` };
      const gap = seen.longestGap;
      const renewed = seen.lastRenewal(A, crashedAt);
      const left = (seen.leaseEnd(A, crashedAt) ?? crashedAt) - crashedAt;
      const says = `Its last renewal had left ${spanText(crashedAt - renewed)} before, the lease had ${spanText(left)} to go, and nobody served for ${spanText(gap.to - gap.from)}.`;
      return { passed: gap.to - gap.from < LUCKY, says };
    },
  },
  moral:
    "After a crash the wait is between two thirds of a TTL and one, and a moment; after a clean stop it is a blink.",
};

/** Two thirds of the TTL, a scan and the hand-over, and a little. */
const LUCKY = 42 * SECOND;
