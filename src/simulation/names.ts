/** What things are called where people and other versions read of them: nodes, timers, what is about to happen. */
import type { SimulationSetup } from "./setup.ts";
import { processesOf, type Scenario } from "./scenario.ts";
import type { Item } from "./world.ts";

/** How etcd is called where a process' name could stand. */
export const ETCD = "etcd";

export function nameOfNode(scenario: Scenario, node: number): string {
  return processesOf(scenario)[node]?.name ?? ETCD;
}

/** The process' place; -1: etcd, or nobody. */
export function nodeNamed(scenario: Scenario, name: string): number {
  return processesOf(scenario).findIndex((one) => one.name === name);
}

/** `xstate.after.renewDue.election.member.lease` as `renewDue@election.member.lease`; chart events stay as they are. */
export function writeEventName(type: string): string {
  if (!type.startsWith(AFTER)) return type;
  const dot = type.indexOf(".", AFTER.length);
  return `${type.slice(AFTER.length, dot)}@${type.slice(dot + 1)}`;
}

/** Back from {@link writeEventName}. */
export function readEventName(name: string): string {
  const at = name.indexOf("@");
  return at < 0 ? name : `${AFTER}${name.slice(0, at)}.${name.slice(at + 1)}`;
}

/** One line's worth of meaning, for decisions about order: `reply campaign rootcoord-a`. */
export function briefOf(item: Item, { scenario }: SimulationSetup): string {
  switch (item.type) {
    case "etcd":
      return "tick etcd";
    case "fault":
      return `fault ${item.index}${item.phase === "goes on" ? "" : ` ${item.phase}`}`;
    case "timer":
      return `timer ${writeEventName(item.timer)} ${nameOfNode(scenario, item.node)}`;
    case "task":
      return `${item.task.type} ${nameOfNode(scenario, item.node)}`;
    default: {
      const purpose = "purpose" in item ? ` ${item.purpose}` : "";
      return `${item.type}${purpose} ${nameOfNode(scenario, item.node)}`;
    }
  }
}

const AFTER = "xstate.after.";
