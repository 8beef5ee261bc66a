/** What a fault does, in a few words, as a lane tells it. */
import type { Fault } from "../simulation/fault.ts";

export function tellFault(fault: Fault): string {
  switch (fault.type) {
    case "crash":
      return "killed";
    case "stop":
      return "asked to stop";
    case "pause":
      return `paused for ${span(fault.forMs)}${fault.clockStops === true ? ", its clock too" : ""}`;
    case "drift":
      return `clock runs at ${fault.rate} for ${span(fault.forMs)}`;
    case "clockStep":
      return `clock jumps by ${span(fault.byMs)}`;
    case "partition": {
      const way = {
        both: "cut off from etcd",
        toEtcd: "etcd hears nothing of it",
        fromEtcd: "hears nothing of etcd",
      };
      return `${way[fault.direction]} for ${span(fault.forMs)}`;
    }
    case "lose":
      return `will lose ${counted(fault.count, messageName(fault.leg, fault.purpose))}`;
    case "delay":
      return `${counted(fault.count, messageName(fault.leg, fault.purpose))} ${span(fault.byMs)} late`;
    case "duplicate":
      return `${counted(fault.count, messageName("request", fault.purpose))} will arrive twice`;
    case "leaderChange":
      return `leader lost, none for ${span(fault.electionMs)}`;
    case "strand":
      return `${fault.on} on a stale leader for ${span(fault.forMs)}`;
    case "stall":
      return `stalled for ${span(fault.forMs)}`;
    case "etcdRestart":
      return `down for ${span(fault.downMs)}`;
    case "compact":
      return "history compacted";
    case "deleteKey":
      return `${fault.key === "role" ? "active" : "session"} key of ${fault.on} deleted by hand`;
    case "hammer":
      return `others write every ${span(fault.everyMs)}`;
  }
}

/** `campaign reply`; a watch's messages are events. */
export function messageName(leg: "request" | "reply" | "watch", purpose: string | undefined): string {
  if (leg === "watch") return "watch event";
  return purpose === undefined ? leg : `${purpose} ${leg}`;
}

function counted(count: number, what: string): string {
  return count === 1 ? `next ${what}` : `next ${count} of ${what}`;
}

/** `77 ms`, `3.5 s`. */
export function span(ms: number): string {
  return Math.abs(ms) < 1000 ? `${trim(ms)} ms` : `${trim(ms / 1000)} s`;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
