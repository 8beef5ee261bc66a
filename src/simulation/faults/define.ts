/** A kind of fault of one's own, from code outside of this package: the same value as a shipped one, with less to say. */
import type { FaultWith, FieldTable } from "./fields.ts";
import { faultKind, type FaultKind, type FaultTraits } from "./kind.ts";

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
  });
  defined.add(kind);
  return kind;
}

/** Whether a value is a kind of fault that was made by {@link defineFault}. */
export function isDefinedFault(value: unknown): value is FaultKind {
  return typeof value === "object" && value !== null && defined.has(value);
}
