/**
 * The large cruelties of a scenario, as people write and read them, and what is asked about any of them. What each kind is
 * stands in `faults/`, one file each. Instants and spans are true milliseconds.
 */
import { NameTakenError } from "../../models/own-code-error.ts";
import { FAULT_TABLE } from "./faults/index.ts";
import type { FaultKind, FaultOf } from "./faults/kind.ts";

/** Something that goes wrong in a scenario, at an instant, in true milliseconds. docs/scenarios.md lists the kinds. */
export type Fault = FaultOf<(typeof FAULT_TABLE)[number]>;
/** The kinds of faults, by name. */
export type FaultType = Fault["type"];
export type { Leg } from "./faults/message.ts";

const kinds: FaultKind<Fault>[] = [...FAULT_TABLE];
/** Every kind of fault: the shipped ones, then those that were adopted. */
export const FAULT_KINDS: readonly FaultKind<Fault>[] = kinds;

/** How often the table has changed. */
let changes = 0;

const byName = new Map(FAULT_KINDS.map((kind): [string, FaultKind<Fault>] => [kind.name, kind]));

/**
 * Adds a kind of one's own to all others, for this operating system's process and for good. Throws a RangeError where its name
 * is taken. `givesWay`: whether the one that has the name is replaced.
 */
export function adoptFault(kind: FaultKind, givesWay: (known: object) => boolean = () => false): void {
  // Whatever its fields are, they are described by its table: nothing else looks at a fault that it does not know by name.
  const own = kind as unknown as FaultKind<Fault>;
  if (kinds.includes(own)) return;
  const other = byName.get(kind.name);
  if (other !== undefined && !givesWay(other)) throw new NameTakenError("a kind of fault", kind.name);
  if (other === undefined) kinds.push(own);
  else kinds.splice(kinds.indexOf(other), 1, own);
  byName.set(own.name, own);
  changes += 1;
}

/** Whether it is one of this package. */
export function isShippedKind(kind: object): boolean {
  return (FAULT_TABLE as readonly object[]).includes(kind);
}

/** What is made from the table of kinds: once, and anew when a kind was adopted. */
export function ofKinds<Made>(make: () => Made): () => Made {
  let made: { readonly of: number; readonly is: Made } | undefined;
  return () => {
    if (made?.of !== changes) made = { of: changes, is: make() };
    return made.is;
  };
}

/** The kinds that can befall an etcd of so many members. */
export function kindsFor(members = 1): readonly FaultKind<Fault>[] {
  const not = members === 1 ? "several" : "one";
  return FAULT_KINDS.filter((kind) => kind.members !== not);
}

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
