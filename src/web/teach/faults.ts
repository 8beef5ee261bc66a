/**
 * What a visitor can do to a run, as data: buttons and fields are drawn from this table, and what a link asks for is checked
 * by it.
 */
import { REQUEST_KINDS } from "../../../models/election-vocabulary.ts";
import { lastsMs, type Fault, type FaultType } from "../../simulation/fault.ts";

/** What is asked about a fault. Spans are asked in seconds; `never`: the field may be left empty. */
export type Field =
  | {
      readonly type: "span" | "number";
      readonly name: string;
      readonly label: string;
      readonly usual: number;
      readonly least: number;
      readonly most: number;
      readonly never?: true;
    }
  | {
      readonly type: "choice";
      readonly name: string;
      readonly label: string;
      readonly options: readonly (readonly [value: string, text: string])[];
    }
  | { readonly type: "flag"; readonly name: string; readonly label: string };

export interface FaultForm {
  readonly type: FaultType;
  readonly label: string;
  /** The key that injects it with its usual values. */
  readonly key?: string;
  readonly strikes: "coordinator" | "etcd";
  readonly fields: readonly Field[];
}

const HOUR = 3600;

function span(name: string, label: string, usual: number, least = 0.001): Field {
  return { type: "span", name, label, usual, least, most: HOUR };
}

const RESTART: Field = {
  type: "span",
  name: "restartAfterMs",
  label: "restarts after (empty: never)",
  usual: 10,
  least: 0.001,
  most: HOUR,
  never: true,
};
const COUNT: Field = { type: "number", name: "count", label: "how many", usual: 1, least: 1, most: 100 };

function purposes(...more: string[]): Field {
  const named = [...REQUEST_KINDS, "write", ...more].map((one) => [one, one] as const);
  return { type: "choice", name: "purpose", label: "which", options: [["", "any"], ...named] };
}

const LEG: Field = {
  type: "choice",
  name: "leg",
  label: "message",
  options: [
    ["reply", "reply"],
    ["request", "request"],
    ["watch", "watch event"],
  ],
};

export const FAULT_FORMS: readonly FaultForm[] = [
  { type: "crash", label: "Kill", key: "k", strikes: "coordinator", fields: [RESTART] },
  { type: "stop", label: "Stop cleanly", key: "s", strikes: "coordinator", fields: [RESTART] },
  {
    type: "pause",
    label: "Pause",
    key: "p",
    strikes: "coordinator",
    fields: [
      span("forMs", "for", 70),
      { type: "flag", name: "clockStops", label: "its clock stops too (a suspended machine)" },
    ],
  },
  {
    type: "partition",
    label: "Partition",
    key: "c",
    strikes: "coordinator",
    fields: [
      span("forMs", "for", 70),
      {
        type: "choice",
        name: "direction",
        label: "what is cut",
        options: [
          ["both", "both ways"],
          ["toEtcd", "its requests"],
          ["fromEtcd", "what etcd says"],
        ],
      },
    ],
  },
  {
    type: "drift",
    label: "Clock drifts",
    key: "r",
    strikes: "coordinator",
    fields: [
      { type: "number", name: "rate", label: "its clock's rate (1 is true)", usual: 0.5, least: 0, most: 10 },
      span("forMs", "for", 140),
    ],
  },
  {
    type: "clockStep",
    label: "Clock jumps",
    key: "j",
    strikes: "coordinator",
    fields: [{ type: "span", name: "byMs", label: "by (− is back)", usual: -30, least: -HOUR, most: HOUR }],
  },
  {
    type: "lose",
    label: "Drop messages",
    key: "m",
    strikes: "coordinator",
    fields: [LEG, purposes("watch"), COUNT],
  },
  {
    type: "delay",
    label: "Delay messages",
    key: "y",
    strikes: "coordinator",
    fields: [LEG, purposes("watch"), COUNT, span("byMs", "by", 10)],
  },
  {
    type: "duplicate",
    label: "Double requests",
    strikes: "coordinator",
    fields: [purposes(), COUNT],
  },
  {
    type: "deleteKey",
    label: "Delete the key",
    key: "x",
    strikes: "coordinator",
    fields: [
      {
        type: "choice",
        name: "key",
        label: "which",
        options: [
          ["role", "the active key of its role"],
          ["session", "its session key"],
        ],
      },
    ],
  },
  {
    type: "leaderChange",
    label: "Change leader",
    key: "e",
    strikes: "etcd",
    fields: [span("electionMs", "without a leader for", 2)],
  },
  {
    type: "strand",
    label: "Stale leader",
    strikes: "coordinator",
    fields: [span("forMs", "for", 90)],
  },
  { type: "stall", label: "Stall", strikes: "etcd", fields: [span("forMs", "for", 20)] },
  { type: "etcdRestart", label: "Restart", strikes: "etcd", fields: [span("downMs", "down for", 5)] },
  {
    type: "compact",
    label: "Compact",
    strikes: "etcd",
    fields: [
      { type: "number", name: "keep", label: "keep so many revisions", usual: 0, least: 0, most: 10_000 },
    ],
  },
  {
    type: "hammer",
    label: "Other writers",
    strikes: "etcd",
    fields: [span("forMs", "for", 10), span("everyMs", "one write every", 0.1)],
  },
];

export function formOf(type: string): FaultForm {
  const form = FAULT_FORMS.find((one) => one.type === type);
  if (form === undefined) throw new RangeError(`no fault ${type}`);
  return form;
}

/** The values that a form begins with. */
export function usualValues({ fields, type }: FaultForm): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => {
      if (field.type === "flag") return [field.name, ""];
      if (field.type === "choice") return [field.name, field.options[0]?.[0] ?? ""];
      // A kill is for ever unless somebody says otherwise; whoever stops cleanly is usually replaced.
      return [field.name, field.never === true && type === "crash" ? "" : String(field.usual)];
    }),
  );
}

/** More writes of others than this would take longer to run than one likes to wait. */
const MOST_WRITES = 20_000;

/** The fault that was asked for, at instant 0; a text: what is wrong. `on`: the coordinator, where one is struck. */
export function faultOf(
  form: FaultForm,
  on: string,
  values: Readonly<Record<string, string>>,
): Fault | string {
  const made: Record<string, unknown> = { type: form.type, atMs: 0 };
  if (form.strikes === "coordinator") made["on"] = on;
  for (const field of form.fields) {
    const given = (values[field.name] ?? "").trim();
    if (field.type === "flag") {
      if (given !== "") made[field.name] = true;
    } else if (field.type === "choice") {
      if (given !== "") made[field.name] = given;
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
  if (form.strikes === "coordinator" && !names.includes(String(on))) return `${String(on)} is no coordinator`;
  for (const field of form.fields) {
    const problem = fieldProblem(field, values[field.name]);
    if (problem !== undefined) return `${form.type}: ${problem}`;
  }
  const wanted = new Set(["type", "atMs", "on", ...form.fields.map(({ name }) => name)]);
  const fault = Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name)));
  // Every field that its form names was looked at.
  const known = fault as unknown as Fault;
  if (known.type === "hammer" && lastsMs(known) / known.everyMs > MOST_WRITES)
    return `that would be more than ${MOST_WRITES} writes: choose a longer time between them`;
  return known;
}

function fieldProblem(field: Field, value: unknown): string | undefined {
  switch (field.type) {
    case "flag":
      return value === undefined || typeof value === "boolean" ? undefined : `${field.name} is true or false`;
    case "choice":
      return (value === undefined && field.options.some(([one]) => one === "")) ||
        field.options.some(([one]) => one === value)
        ? undefined
        : `${field.name} is none of ${field.options.map(([one]) => one).join(", ")}`;
    case "span":
    case "number": {
      if (value === undefined && field.never === true) return undefined;
      const scale = field.type === "span" ? 1000 : 1;
      return typeof value === "number" && value >= field.least * scale && value <= 24 * field.most * scale
        ? undefined
        : `${field.name} is no fitting number`;
    }
  }
}
