/** A kind of fault of one's own, from code outside of this package: the same value as a shipped one, with less to say. */
import { OwnCodeError } from "../../../models/own-code-error.ts";
import type { FaultWith, Field, FieldTable } from "./fields.ts";
import { faultKind, type Draw, type FaultKind, type FaultTraits } from "./kind.ts";

type Traits<Name extends string, Table extends FieldTable> = FaultTraits<
  FaultWith<Name, Table>,
  keyof Table & string
>;

/** Whatever may be left out: what a story, a menu and the draws make of it. */
type Spare = "button" | "disturbs" | "names" | "offers" | "strikes" | "weight";

/** What is said of a kind of fault. */
export type FaultDefinition<Name extends string, Table extends FieldTable> = Omit<
  Traits<Name, Table>,
  Spare
> &
  Partial<Pick<Traits<Name, Table>, Spare>> & {
    /** Its name in scenario files, traces and `--faults`. */
    readonly name: Name;
    /** What it says beside its instant. The coordinator that it strikes is called `on`. */
    readonly fields: Table;
  };

/** As often as this beside the shipped ones, whose weights are from 1 to 12. */
const USUAL_WEIGHT = 6;
const NAME = /^[a-z][a-zA-Z0-9]{0,39}$/u;
/** What every fault says in a scenario file, and a field that is called so would be read as another. */
const TAKEN = ["at", "atMs", "type"];

const defined = new WeakSet<object>();

/** A kind of fault for `leasehold check --fault ./mine.ts`. Throws a TypeError where the definition cannot be one. */
export function defineFault<const Name extends string, const Table extends FieldTable>(
  definition: FaultDefinition<Name, Table>,
): FaultKind<FaultWith<Name, Table>> {
  const { fields, name, ...traits } = definition;
  const complain = (what: string) => new TypeError(`defineFault: ${what}`);
  if (typeof name !== "string" || !NAME.test(name))
    throw complain(`name: ${JSON.stringify(name)} is no name: write letters and digits, a small one first`);
  if (typeof fields !== "object" || fields === null)
    throw complain(`${name} has no fields: write fields: {} where it needs none`);
  const strange = TAKEN.find((field) => Object.hasOwn(fields, field));
  if (strange !== undefined) throw complain(`${name}: no field can be called ${strange}`);
  if (typeof traits.words?.begins !== "function")
    throw complain(`${name} has no words: say words: { begins: () => "..." }, for stories`);
  if (typeof traits.draw !== "function")
    throw complain(
      `${name} is never drawn: say what draw makes of its numbers, such as draw: ({ on }) => ({ on })`,
    );
  if (traits.span !== undefined && !Object.hasOwn(fields, traits.span))
    throw complain(`${name}: its span is a field that it does not have: ${traits.span}`);
  const { weight = USUAL_WEIGHT } = traits;
  if (!(Number.isInteger(weight) && weight > 0))
    throw complain(`${name}: weight is no whole number from 1 on`);
  const strikesOne = Object.hasOwn(fields, "on");
  const kind = faultKind<Name, Table>(name, fields, {
    strikes: strikesOne ? "coordinator" : "etcd",
    names: strikesOne ? "on" : "etcd",
    disturbs: "while it lasts",
    button: { label: name },
    offers: () => [],
    ...traits,
    weight,
    draw(given) {
      const drawn = traits.draw(given);
      const wrong = misdrawn(fields, drawn, given);
      if (wrong !== undefined) throw new OwnCodeError(`the fault ${name} draws ${wrong}`);
      return drawn;
    },
  });
  defined.add(kind);
  return kind;
}

/** What of a draw is no fault of this kind, in words. */
function misdrawn(fields: FieldTable, drawn: unknown, { on }: Draw): string | undefined {
  if (typeof drawn !== "object" || drawn === null) return `${String(drawn)}, not an object of its fields`;
  const given = drawn as Readonly<Record<string, unknown>>;
  const strange = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (strange !== undefined) return `${strange}, which is none of its fields`;
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name];
    if (value === undefined && field.optional === true) continue;
    const wanted = wantedOf(field, value, on);
    if (wanted !== undefined)
      return `${name}: ${typeof value === "number" ? value : (JSON.stringify(value) ?? "nothing")}, where ${wanted} belongs`;
  }
  return undefined;
}

/** What belongs there; undefined: the value is it. */
function wantedOf(field: Field, value: unknown, on: string): string | undefined {
  switch (field.type) {
    case "span":
    case "period":
      return typeof value === "number" && value >= 1 && value < Infinity
        ? undefined
        : "milliseconds from 1 on";
    case "shift":
    case "rate":
      return Number.isFinite(value) ? undefined : "a number";
    case "count":
    case "whole":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "choice":
      return typeof value === "string" && Object.hasOwn(field.words, value)
        ? undefined
        : `one of ${Object.keys(field.words).join(", ")}`;
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false";
    case "member":
      return value === "leader" || (Number.isInteger(value) && Number(value) >= 1)
        ? undefined
        : "a member's number, from 1 on, or leader";
    case "coordinator":
      return value === on ? undefined : "the coordinator that was drawn, on";
    case "leg":
    case "purpose":
      return typeof value === "string" ? undefined : "a message's word";
  }
}

/** Whether a value is a kind of fault that was made by {@link defineFault}. */
export function isDefinedFault(value: unknown): value is FaultKind {
  return typeof value === "object" && value !== null && defined.has(value);
}
