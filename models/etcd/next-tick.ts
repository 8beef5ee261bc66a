/** When the simulated etcd has something to do by itself. */
import { nextMemberMs } from "./at-member.ts";
import { nextScanMs } from "./lessor.ts";
import type { Etcd } from "./types.ts";
import { soonestDeadline } from "./waiting.ts";

/** The earliest instant at which a `tick` is due; Infinity if there is none. May be past if a tick is late. */
export function nextTickMs(etcd: Etcd): number {
  switch (etcd.mode) {
    case "down":
      return Infinity;
    case "stalled":
    case "stalledElecting":
      return etcd.stallEndsMs;
    case "electing":
      return Math.min(etcd.electionEndsMs, soonestDeadline(etcd.waiting), nextOfWatches(etcd));
    case "serving":
      return Math.min(nextScanMs(etcd.lessor, etcd.options), nextOfWatches(etcd));
  }
}

/** With several members some may wait in vain, however well the others are. */
function nextOfWatches(etcd: Etcd): number {
  return etcd.cluster === null
    ? nextWatchMs(etcd)
    : Math.min(nextMemberMs(etcd), soonestDeadline(etcd.waiting));
}

function nextWatchMs({ watchers }: Etcd): number {
  const { progressAtMs, syncAtMs } = watchers;
  if (syncAtMs === 0) return progressAtMs === 0 ? Infinity : progressAtMs;
  return progressAtMs === 0 ? syncAtMs : Math.min(syncAtMs, progressAtMs);
}
