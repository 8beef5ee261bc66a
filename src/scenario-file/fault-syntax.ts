/**
 * How a scenario file says what goes wrong: an instant, a verb with its victim, and how. `at: 100s, crash: rootcoord-a`.
 * Each verb is a kind of fault, and its one strict shape is derived from what the kind says of its fields; the same shapes
 * serve the check, the JSON Schema and the list in messages.
 */
import { z } from "zod";
import { FAULT_KINDS, ofKinds, fieldOf, kindNamed, kindOf, type Fault } from "../simulation/fault.ts";
import type { Field } from "../simulation/faults/fields.ts";
import type { FaultKind } from "../simulation/faults/kind.ts";
import { MESSAGES, messageNamed, messageText, REQUESTS } from "../simulation/faults/message.ts";
import { LIMITS } from "./limits.ts";
import { parseDuration, writeDuration } from "./duration.ts";
import {
  count,
  duration,
  flag,
  lasting,
  member,
  name,
  oneOf,
  pause,
  rate,
  signedDuration,
  whole,
} from "./leaves.ts";

/** What a fault says, by its name in a file. */
export type FaultEntry = Readonly<Record<string, string | number | boolean>>;

const etcd = oneOf("victim", ["etcd"], "what it strikes");

/** Every verb's shape. A fault has exactly one verb. */
export const verbShapes = ofKinds(
  (): ReadonlyMap<string, z.ZodObject> => new Map(FAULT_KINDS.map((kind) => [kind.name, shapeOf(kind)])),
);
export const verbNames = ofKinds((): readonly string[] => FAULT_KINDS.map(({ name: verb }) => verb));

/** The fields of a verb as a file has them, the verb itself among them. */
export function verbFields(verb: string): readonly string[] {
  return Object.keys(verbShapes().get(verb)?.shape ?? {});
}

/**
 * What a fault's field is called in a file: `for` for `forMs`; the verb names one of them; the coordinator, where it is
 * another, is `of`.
 */
export function writtenName({ name: verb, names }: FaultKind<Fault>, field: string): string {
  if (field === names) return verb;
  return field === "on" ? "of" : field.replace(/Ms$/u, "");
}

function shapeOf(kind: FaultKind<Fault>): z.ZodObject {
  const shape: Record<string, z.ZodType> = { at: duration("when it happens, from the beginning of the run") };
  if (kind.names === "etcd") shape[kind.name] = etcd;
  for (const [field, described] of Object.entries(kind.fields)) {
    if (described.type === "leg") continue;
    if (described.type === "purpose") {
      shape[kind.name] =
        "leg" in kind.fields
          ? oneOf("message", MESSAGES, described.meaning)
          : oneOf("request", REQUESTS, described.meaning);
      continue;
    }
    const leaf = leafOf(described);
    const spare =
      described.optional === true || ("ifAbsent" in described && described.ifAbsent !== undefined);
    shape[writtenName(kind, field)] = spare ? leaf.optional() : leaf;
  }
  return z.strictObject(shape);
}

function leafOf(field: Exclude<Field, { readonly type: "leg" | "purpose" }>): z.ZodType {
  const { meaning } = field;
  switch (field.type) {
    case "span":
      return lasting(meaning);
    case "period":
      return pause(meaning);
    case "shift":
      return signedDuration(meaning);
    case "rate":
      return rate(meaning, field.stands === true ? LIMITS.standingRate : LIMITS.rate);
    case "count":
      return count(meaning);
    case "whole":
      return whole(meaning);
    case "choice":
      return oneOf(field.what, Object.keys(field.words), meaning);
    case "flag":
      return flag(meaning);
    case "coordinator":
      return name(meaning);
    case "member":
      return member(meaning);
  }
}

/** Whether a file writes the field as a duration. */
function isDuration({ type }: Field): boolean {
  return type === "span" || type === "period" || type === "shift";
}

/** The fault that an entry stands for, which its verb's shape has found right. */
export function readFault(entry: FaultEntry): Fault {
  const kind = Object.keys(entry)
    .map(kindNamed)
    .find((one) => one !== undefined);
  if (kind === undefined) throw new RangeError("an entry without a verb");
  const fault: Record<string, unknown> = { type: kind.name, atMs: ms(entry["at"]) };
  const message = messageNamed(String(entry[kind.name]));
  for (const [field, described] of Object.entries(kind.fields)) {
    let value: unknown;
    if (described.type === "leg") value = message.leg;
    else if (described.type === "purpose") value = message.purpose;
    else {
      const written = entry[writtenName(kind, field)];
      const absent = "ifAbsent" in described ? described.ifAbsent : undefined;
      value = written === undefined ? absent : isDuration(described) ? ms(written) : written;
    }
    if (value !== undefined) fault[field] = value;
  }
  return fault as unknown as Fault;
}

/** The entry that {@link readFault} reads as this fault; what is usual is left out. */
export function writeFault(fault: Fault): FaultEntry {
  const kind = kindOf(fault);
  const entry: Record<string, string | number | boolean> = { at: writeDuration(fault.atMs) };
  // The verb comes before its manner.
  entry[kind.name] = kind.names === "message" ? messageOf(fault) : "etcd";
  for (const [field, described] of Object.entries(kind.fields)) {
    const value = fieldOf(fault, field) as string | number | boolean | undefined;
    if (described.type === "leg" || described.type === "purpose" || value === undefined) continue;
    if ("ifAbsent" in described && described.ifAbsent === value) continue;
    entry[writtenName(kind, field)] = isDuration(described) ? writeDuration(Number(value)) : value;
  }
  return entry;
}

function messageOf(fault: Fault): string {
  const leg = "leg" in fault ? fault.leg : "request";
  return messageText(leg, "purpose" in fault ? fault.purpose : undefined);
}

function ms(text: unknown): number {
  const parsed = parseDuration(String(text));
  if (parsed === undefined) throw new RangeError(`${String(text)} is not a duration`);
  return parsed;
}
