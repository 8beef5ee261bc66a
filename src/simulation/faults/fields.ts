/**
 * What a fault says beside its kind and its instant, as small descriptions. From them are derived: the fault's type, the
 * shapes of scenario files and traces, the forms of the page, and what may make a fault simpler.
 *
 * Spans are true milliseconds; their names end in `Ms`, and a scenario file writes them without it, with their unit.
 */
import type { Purpose } from "../../kv/kv.ts";
import type { Leg } from "./message.ts";

interface Described {
  /** What it says, for people who write scenario files. */
  readonly meaning: string;
  /** What a form asks; absent: the file's word for it. */
  readonly label?: string;
  /** The fault may be without it. */
  readonly optional?: true;
}

/** How long something lasts. A shorter one is simpler. `usualMs`: what a form begins with; absent: empty. */
export interface SpanField extends Described {
  readonly type: "span";
  readonly usualMs?: number;
}
/** The pause between two of a row. A shorter one is not simpler: there are more of them. */
export interface PeriodField extends Described {
  readonly type: "period";
  readonly usualMs?: number;
}
/** How far something moves, forward or back. */
export interface ShiftField extends Described {
  readonly type: "shift";
  readonly usualMs?: number;
}
/** Own seconds of a clock in a true second. `plain`: the simplest values on either side of 1. */
export interface RateField extends Described {
  readonly type: "rate";
  readonly usual: number;
  readonly plain: readonly [slow: number, fast: number];
  /** It may stand still, at 0; absent: something would never fall due. */
  readonly stands?: true;
}
/** How many: `count` from 1 on, `whole` from 0 on. A file may leave it out; it is `ifAbsent` then. */
export interface NumberField extends Described {
  readonly type: "count" | "whole";
  readonly ifAbsent: number;
}
/** One of a few words, each with what it means. `ifAbsent`: a file may leave it out. */
export interface ChoiceField<Word extends string = string> extends Described {
  readonly type: "choice";
  /** What such a word is, for "x is no direction". */
  readonly what: string;
  readonly words: Readonly<Record<Word, string>>;
  readonly ifAbsent?: NoInfer<Word>;
}
export interface FlagField extends Described {
  readonly type: "flag";
}
/** The name of a coordinator. */
export interface CoordinatorField extends Described {
  readonly type: "coordinator";
}
/** One of etcd's members by its number, from 1 on, or whoever leads them when the fault strikes. */
export interface MemberField extends Described {
  readonly type: "member";
}
export interface LegField extends Described {
  readonly type: "leg";
}
/** What the message is for; absent: any. */
export interface PurposeField<Of extends string = string> extends Described {
  readonly type: "purpose";
  readonly purposes: readonly Of[];
  readonly optional: true;
}

/** What a fault says under one name. */
export type Field =
  | SpanField
  | PeriodField
  | ShiftField
  | RateField
  | NumberField
  | ChoiceField
  | FlagField
  | CoordinatorField
  | MemberField
  | LegField
  | PurposeField;

/** By the name of the fault's field. The coordinator that a fault concerns is always called `on`. */
export type FieldTable = Readonly<Record<string, Field>>;

/** A member's number, from 1 on, or whoever leads. */
export type FaultyMember = number | "leader";

type ValueOf<Of> = Of extends { readonly type: "span" | "period" | "shift" | "rate" | "count" | "whole" }
  ? number
  : Of extends { readonly type: "choice"; readonly words: Readonly<Record<infer Word, string>> }
    ? Word
    : Of extends { readonly type: "flag" }
      ? boolean
      : Of extends { readonly type: "coordinator" }
        ? string
        : Of extends { readonly type: "member" }
          ? FaultyMember
          : Of extends { readonly type: "leg" }
            ? Leg
            : Of extends PurposeField<infer Named>
              ? Named
              : never;

type OptionalIn<Table> = {
  [Name in keyof Table]: Table[Name] extends { readonly optional: true } ? Name : never;
}[keyof Table];

/** A fault of one kind: its type, its instant, and what its fields say. */
export type FaultWith<Name extends string, Table> = {
  readonly type: Name;
  /** When it strikes, true ms. */
  readonly atMs: number;
} & { readonly [Part in Exclude<keyof Table, OptionalIn<Table>>]: ValueOf<Table[Part]> } & {
  readonly [Part in OptionalIn<Table>]?: ValueOf<Table[Part]>;
};

/** The coordinator that a fault strikes or concerns. */
export function coordinatorField(meaning = "the coordinator that it befalls"): CoordinatorField {
  return { type: "coordinator", meaning };
}

/** The member of etcd that a fault befalls; it is always called `member`. */
export function memberField(meaning: string): MemberField {
  return { type: "member", meaning, label: "member (a number, or leader)" };
}

export const leg: LegField = { type: "leg", meaning: "which way it goes", label: "message" };

export function purpose<const Of extends Purpose>(
  purposes: readonly Of[],
  meaning: string,
): PurposeField<Of> {
  return { type: "purpose", meaning, label: "which", purposes, optional: true };
}

/** How long a fault lasts. `usualMs`: what a form begins with. */
export function spanField(meaning: string, usualMs: number, label?: string): SpanField {
  return { type: "span", meaning, usualMs, ...(label === undefined ? {} : { label }) };
}

/** The pause of a supervisor; without it the process stays down. `usualMs`: what a form suggests. */
export function restartAfter(meaning: string, usualMs?: number): SpanField & { readonly optional: true } {
  const label = "restarts after (empty: never)";
  return { type: "span", meaning, label, optional: true, ...(usualMs === undefined ? {} : { usualMs }) };
}

/** How many messages. */
export const messageCount: NumberField = {
  type: "count",
  meaning: "how many such messages, 1 if not given",
  label: "how many",
  ifAbsent: 1,
};
