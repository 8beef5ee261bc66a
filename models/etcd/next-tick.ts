/** When the simulated etcd has something to do by itself. */
import { nextMemberMs } from "./at-member.ts";
import { nextScanMs } from "./lessor.ts";
import type { Etcd, Watcher } from "./types.ts";
import { noticedLossMs, soonestDeadline } from "./waiting.ts";

/** The earliest instant at which a `tick` is due; Infinity if there is none. May be past if a tick is late. */
export function nextTickMs(etcd: Etcd): number {
  switch (etcd.mode) {
    case "down":
      return Infinity;
    case "stalled":
    case "stalledElecting":
      return etcd.stallEndsMs;
    case "electing":
      return Math.min(
        etcd.electionEndsMs,
        soonestDeadline(etcd.waiting),
        nextOfWatches(etcd),
        watchesEndMs(etcd),
      );
    case "serving":
      return Math.min(
        nextScanMs(etcd.lessor, etcd.options),
        nextOfWatches(etcd),
        soonestDeadline(etcd.waiting),
      );
  }
}

/** With several members some may wait in vain, however well the others are. */
function nextOfWatches(etcd: Etcd): number {
  return etcd.cluster === null ? nextWatchMs(etcd) : nextMemberMs(etcd);
}

/** A watch that asked for a leader is ended after so many election time-outs without one. */
const CHECKS_OF_LEADER = 3;

/** When watches of a single server that asked for a leader end; Infinity: there is a leader, or no such watch. */
export function watchesEndMs(etcd: Etcd): number {
  if (etcd.cluster !== null || etcd.mode !== "electing") return Infinity;
  const { synced, unsynced } = etcd.watchers;
  const asks = ({ hasLeader }: Watcher): boolean => hasLeader === true;
  if (!synced.some(asks) && !unsynced.some(asks)) return Infinity;
  return noticedLossMs(etcd) + CHECKS_OF_LEADER * etcd.options.electionTimeoutMs;
}

function nextWatchMs({ watchers }: Etcd): number {
  const { progressAtMs, syncAtMs } = watchers;
  if (syncAtMs === 0) return progressAtMs === 0 ? Infinity : progressAtMs;
  return progressAtMs === 0 ? syncAtMs : Math.min(syncAtMs, progressAtMs);
}
