/**
 * The large cruelties of a scenario, as people write and read them, and what is asked about any of them. What each kind is
 * stands in `faults/`, one file each. Instants and spans are true milliseconds.
 */
import { FAULT_TABLE } from "./faults/index.ts";
import type { FaultKind, FaultOf } from "./faults/kind.ts";

/** Something that goes wrong in a scenario, at an instant, in true milliseconds. docs/scenarios.md lists the kinds. */
export type Fault = FaultOf<(typeof FAULT_TABLE)[number]>;
/** The kinds of faults, by name. */
export type FaultType = Fault["type"];
export type { Leg } from "./faults/message.ts";

/** Every kind of fault. */
export const FAULT_KINDS: readonly FaultKind<Fault>[] = FAULT_TABLE;

const byName: ReadonlyMap<string, FaultKind<Fault>> = new Map(FAULT_KINDS.map((kind) => [kind.name, kind]));

/** Undefined: this version knows no such fault. */
export function kindNamed(name: string): FaultKind<Fault> | undefined {
  return byName.get(name);
}

/** Whether faults of this kind ask a process to stop. */
export function asksToStop(name: string): boolean {
  return byName.get(name)?.asksToStop === true;
}

/** Throws a RangeError for a fault of no kind. */
export function kindOf({ type }: Fault): FaultKind<Fault> {
  const kind = byName.get(type);
  if (kind === undefined) throw new RangeError(`no fault is called ${type}`);
  return kind;
}

/** What a fault says under a name; undefined: nothing. */
export function fieldOf(fault: Fault, name: string): unknown {
  return (fault as Readonly<Record<string, unknown>>)[name];
}

/** The coordinator that a fault strikes or concerns; undefined: none. */
export function concerns(fault: Fault): string | undefined {
  return "on" in fault ? fault.on : undefined;
}

/** The coordinator that a fault strikes, by name; undefined: etcd. */
export function struckBy(fault: Fault): string | undefined {
  return kindOf(fault).strikes === "coordinator" ? concerns(fault) : undefined;
}

/** How long a fault lasts by itself, ms; 0 for those that happen at one instant, or for ever. */
export function lastsMs(fault: Fault): number {
  const { span } = kindOf(fault);
  return span === undefined ? 0 : ((fieldOf(fault, span) as number | undefined) ?? 0);
}
