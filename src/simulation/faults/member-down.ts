/** One of etcd's members is killed, and comes back with what it had stored. If it led, the others elect another. */
import { memberFault } from "./members.ts";

export const memberDown = memberFault("memberDown", {
  is: "down",
  begins: "is KILLED",
  ends: "is up again",
  meaning: "which member is down",
  usualMs: 30_000,
  weight: 18,
  button: "Kill a member",
  offer: "etcd: kill its leader",
});
