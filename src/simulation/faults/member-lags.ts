/**
 * One of etcd's members applies nothing of what the others decide, and hears them all the same: what may be old it answers as it was, its
 * watches tell late, and other answers of it wait until it has caught up. Leases it has renewed: the leader does that.
 */
import { memberFault } from "./members.ts";

export const memberLags = memberFault("memberLags", {
  is: "lags",
  begins: "lags: it applies nothing more",
  ends: "has caught up",
  meaning: "which member lags",
  usualMs: 70_000,
  weight: 16,
  // A lease runs out in it, and whoever waits asks more than once.
  longestTtls: 4,
  button: "Let a member lag",
  offer: "etcd: its leader lags",
});
