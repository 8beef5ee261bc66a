/**
 * What a visitor can do to a run, as data: buttons and fields are drawn from what each kind of fault says of itself, and what
 * a link asks for is checked by the same.
 */
import { FAULT_KINDS, kindOf, type Fault, type FaultType } from "../../simulation/fault.ts";
import type { Field as Described } from "../../simulation/faults/fields.ts";
import type { FaultKind } from "../../simulation/faults/kind.ts";
import { LEGS, messageText } from "../../simulation/faults/message.ts";

/** What is asked about a fault. Spans are asked in seconds; `never`: the field may be left empty. */
export type FormField =
  | {
      readonly type: "span" | "number";
      readonly name: string;
      readonly label: string;
      /** Absent: the field is left empty. */
      readonly usual?: number;
      readonly least: number;
      readonly most: number;
      readonly never?: true;
    }
  | {
      readonly type: "choice";
      readonly name: string;
      readonly label: string;
      readonly options: readonly (readonly [value: string, text: string])[];
      /** What is chosen is a number where it looks like one. */
      readonly numbers?: true;
    }
  | { readonly type: "flag"; readonly name: string; readonly label: string };

export interface FaultForm {
  readonly type: FaultType;
  readonly label: string;
  /** The key that injects it with its usual values. */
  readonly key?: string;
  /** Whether a coordinator has to be chosen for it. */
  readonly strikes: "coordinator" | "etcd";
  /** It befalls an etcd of several members, which the page's own runs do not have. */
  readonly several?: true;
  readonly fields: readonly FormField[];
}

const HOUR = 3600;
const MOST_MESSAGES = 100;
const MOST_REVISIONS = 10_000;
const FASTEST_RATE = 10;
const MEMBERS = [["leader", "whoever leads"] as const, ...["1", "2", "3"].map((one) => [one, one] as const)];

export const FAULT_FORMS: readonly FaultForm[] = FAULT_KINDS.map(formFor);

function formFor({ button, fields, members, name }: FaultKind<Fault>): FaultForm {
  return {
    type: name,
    ...button,
    strikes: "on" in fields ? "coordinator" : "etcd",
    ...(members === "several" ? { several: true as const } : {}),
    fields: Object.entries(fields).flatMap(([field, described]) => fieldFor(field, described) ?? []),
  };
}

/** Undefined: it is not asked for, the coordinator is chosen apart. */
function fieldFor(name: string, field: Described): FormField | undefined {
  const common = { name, label: field.label ?? name.replace(/Ms$/u, "") };
  switch (field.type) {
    case "coordinator":
      return undefined;
    case "span":
    case "period":
    case "shift": {
      const usual = field.usualMs === undefined ? {} : { usual: field.usualMs / 1000 };
      const least = field.type === "shift" ? -HOUR : 0.001;
      const never = field.optional === true ? { never: true as const } : {};
      return { type: "span", ...common, ...usual, least, most: HOUR, ...never };
    }
    case "rate":
      return { type: "number", ...common, usual: field.usual, least: 0, most: FASTEST_RATE };
    case "count":
      return { type: "number", ...common, usual: field.ifAbsent, least: 1, most: MOST_MESSAGES };
    case "whole":
      return { type: "number", ...common, usual: field.ifAbsent, least: 0, most: MOST_REVISIONS };
    case "flag":
      return { type: "flag", ...common };
    case "choice":
      return { type: "choice", ...common, options: Object.entries(field.words) };
    case "member":
      return { type: "choice", ...common, numbers: true, options: MEMBERS };
    case "leg":
      return {
        type: "choice",
        ...common,
        options: LEGS.map((leg) => [leg, messageText(leg, leg === "watch" ? "watch" : undefined)]),
      };
    case "purpose": {
      const named = field.purposes.map((one) => [one, one] as const);
      return { type: "choice", ...common, options: [["", "any"], ...named] };
    }
  }
}

export function formOf(type: string): FaultForm {
  const form = FAULT_FORMS.find((one) => one.type === type);
  if (form === undefined) throw new RangeError(`no fault ${type}`);
  return form;
}

/** What stands in the fields of a form, by their names. */
export type FaultValues = Readonly<Record<string, string>>;

/** The values that a form begins with. */
export function usualValues({ fields }: FaultForm): FaultValues {
  return Object.fromEntries(
    fields.map((field) => {
      if (field.type === "flag") return [field.name, ""];
      if (field.type === "choice") return [field.name, field.options[0]?.[0] ?? ""];
      return [field.name, String(field.usual ?? "")];
    }),
  );
}

/** More writes of others than this would take longer to run than one likes to wait. */
const MOST_WRITES = 20_000;

/** The fault that was asked for, at instant 0; a text: what is wrong. `on`: the coordinator, where one is struck. */
export function faultOf(form: FaultForm, on: string, values: FaultValues): Fault | string {
  const made: Record<string, unknown> = { type: form.type, atMs: 0 };
  if (form.strikes === "coordinator") made["on"] = on;
  for (const field of form.fields) {
    const given = (values[field.name] ?? "").trim();
    if (field.type === "flag") {
      if (given !== "") made[field.name] = true;
    } else if (field.type === "choice") {
      if (given !== "")
        made[field.name] = field.numbers === true && given !== "leader" ? Number(given) : given;
    } else if (given !== "" || field.never !== true) {
      const value = Number(given.replace(",", "."));
      if (given === "" || !Number.isFinite(value) || value < field.least || value > field.most)
        return `${field.label}: write a number from ${field.least} to ${field.most}`;
      made[field.name] = field.type === "span" ? Math.round(value * 1000) : value;
    }
  }
  return checkedFault(made, [on]);
}

/** Takes what may be a fault and is one only if every field fits; a text: what is wrong. */
export function checkedFault(given: unknown, names: readonly string[]): Fault | string {
  if (typeof given !== "object" || given === null) return "not a fault";
  const values = given as Readonly<Record<string, unknown>>;
  const form = FAULT_FORMS.find(({ type }) => type === values["type"]);
  if (form === undefined) return `no fault is called ${String(values["type"])}`;
  const { atMs, on } = values;
  if (typeof atMs !== "number" || !(atMs >= 0)) return `${form.type} needs an instant`;
  if (form.strikes === "coordinator" && !names.includes(String(on)))
    return `${String(on)} is not a coordinator`;
  for (const field of form.fields) {
    const problem = fieldProblem(field, values[field.name]);
    if (problem !== undefined) return `${form.type}: ${problem}`;
  }
  const wanted = new Set(["type", "atMs", "on", ...form.fields.map(({ name }) => name)]);
  const fault = Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name)));
  // Every field that its form names was looked at.
  const known = fault as unknown as Fault;
  if ((kindOf(known).workOf?.(known) ?? 0) > MOST_WRITES)
    return `that would be more than ${MOST_WRITES} writes: choose a longer time between them`;
  return known;
}

function fieldProblem(field: FormField, value: unknown): string | undefined {
  switch (field.type) {
    case "flag":
      return value === undefined || typeof value === "boolean" ? undefined : `${field.name} is true or false`;
    case "choice":
      return (value === undefined && field.options.some(([one]) => one === "")) ||
        field.options.some(([one]) => one === (field.numbers === true ? String(value) : value))
        ? undefined
        : `${field.name} is none of ${field.options.map(([one]) => one).join(", ")}`;
    case "span":
    case "number": {
      if (value === undefined && field.never === true) return undefined;
      const scale = field.type === "span" ? 1000 : 1;
      return typeof value === "number" && value >= field.least * scale && value <= 24 * field.most * scale
        ? undefined
        : `${field.name} is not a number that fits`;
    }
  }
}
