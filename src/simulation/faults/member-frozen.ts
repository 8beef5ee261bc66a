/**
 * One of etcd's members stands still (SIGSTOP, a machine that thrashes): connections to it live and bring nothing, and it hears the
 * others no more. If it led, they elect another.
 */
import { memberFault } from "./members.ts";

export const memberFrozen = memberFault("memberFrozen", {
  is: "frozen",
  begins: "stands still: it takes requests and answers none",
  ends: "wakes up",
  meaning: "which member stands still",
  usualMs: 70_000,
  weight: 20,
  button: "Freeze a member",
  offer: "etcd: freeze its leader",
});
