/** What a fault does and how it ends, in a few words for a lane. */
import { writeDuration } from "../scenario-file/duration.ts";
import { messageText } from "../scenario-file/fault-syntax.ts";
import type { Fault } from "../simulation/fault.ts";

/** `running`: the process that it strikes is up; another cannot be killed, stopped or paused. */
export function faultBegins(fault: Fault, running: boolean): string {
  switch (fault.type) {
    case "crash":
      return running ? "KILLED" : "killed, but it is down already";
    case "stop":
      return running ? "asked to stop" : "asked to stop, but it is down already";
    case "pause":
      if (running) return `stands still${fault.clockStops === true ? ", its clock too" : ""}`;
      return fault.clockStops === true
        ? "its clock stands still; the process is down already"
        : "paused, but it is down already";
    case "drift":
      return `its clock runs ${percent(fault.rate)}`;
    case "clockStep":
      return `its clock jumps by ${writeDuration(fault.byMs)}`;
    case "partition":
      return {
        both: "cut off from etcd",
        toEtcd: "nothing it sends reaches etcd",
        fromEtcd: "hears nothing from etcd",
      }[fault.direction];
    case "lose":
      return `will lose ${counted(fault.count, messageText(fault.leg, fault.purpose))}`;
    case "delay":
      return `${counted(fault.count, messageText(fault.leg, fault.purpose))} will be ${writeDuration(fault.byMs)} late`;
    case "duplicate":
      return `${counted(fault.count, messageText("request", fault.purpose))} will arrive twice`;
    case "leaderChange":
      return "leader lost: elects another";
    case "strand":
      return `its leader loses touch, with ${fault.on}; the others elect another`;
    case "stall":
      return "stalls: answers nobody";
    case "etcdRestart":
      return "DOWN";
    case "compact":
      return "history compacted";
    case "deleteKey":
      return `an operator deletes the ${fault.key === "role" ? "active" : "session"} key of ${fault.on}`;
    case "hammer":
      return `others write every ${writeDuration(fault.everyMs)}`;
  }
}

/** Undefined: nothing ends, or another observation tells it. `paused`: the process that it struck stands still yet. */
export function faultEnds(fault: Fault, paused: boolean): string | undefined {
  switch (fault.type) {
    case "pause":
      if (paused) return "wakes up";
      return fault.clockStops === true ? "its clock runs again" : undefined;
    case "drift":
      return "its clock runs as before";
    case "partition":
      return "connected again";
    case "leaderChange":
      return "new leader: every lease starts anew";
    case "strand":
      return "the old leader is in touch again";
    case "stall":
      return "answers again";
    case "etcdRestart":
      return "up: elects a leader, leases start anew";
    case "hammer":
      return "the others are done";
    default:
      return undefined;
  }
}

function counted(count: number, what: string): string {
  return count === 1 ? `the next ${what}` : `the next ${count} of ${what}`;
}

function percent(rate: number): string {
  const off = Math.round(Math.abs(rate - 1) * 1000) / 10;
  return rate === 1 ? "true" : `${off} % too ${rate < 1 ? "slow" : "fast"}`;
}
