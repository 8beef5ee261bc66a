/**
 * Nothing passes between one of etcd's members and the others; its clients still reach it. It decides nothing, answers what may be old
 * as it was, tells its watches nothing, and says that it has no leader once it has noticed. If it led, the others elect another.
 */
import { memberFault } from "./members.ts";

export const memberCut = memberFault("memberCut", {
  is: "cut",
  begins: "is cut off from the other members",
  ends: "hears the others again",
  meaning: "which member is cut off from the others",
  usualMs: 70_000,
  weight: 18,
  button: "Cut off a member",
  offer: "etcd: cut off its leader",
});
