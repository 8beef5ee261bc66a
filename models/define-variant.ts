/** A variant of one's own, from code outside of this package: what it changes, checked where it is written. */
import { shippedDialect, type Dialect } from "./dialect.ts";
import { speaking, variantWith } from "./edits.ts";
import { heldToEvents } from "./own-dialect.ts";
import { shipped, type Variant } from "./variant.ts";

/** What is said of a variant; whatever is left out is as shipped. */
export interface VariantDefinition {
  /** As given to `--variant`, written to traces and file names: small letters, digits and dashes. */
  readonly name: string;
  /** What it does otherwise than the shipped protocol, in a sentence that goes on from its name: "trusts its lease for ever". */
  readonly summary: string;
  /** Another chart: `edited(...)` or `delayed(...)` of `leasehold/models`. */
  readonly chart?: Variant["createChart"];
  /** Entries of its dialect that differ. */
  readonly dialect?: Partial<Dialect>;
}

/** What variants, properties and faults of one's own are called. */
export const OWN_NAME = /^[a-z][a-zA-Z0-9-]{0,59}$/u;

const defined = new WeakSet<object>();

/** A variant of the protocol for `leasehold check --variant ./mine.ts`. Throws a TypeError where the definition cannot be one. */
export function defineVariant({ chart, dialect, name, summary }: VariantDefinition): Variant {
  const complain = (what: string) => new TypeError(`defineVariant: ${what}`);
  if (typeof name !== "string" || !OWN_NAME.test(name))
    throw complain(`name: ${JSON.stringify(name)} is no name: write small letters, digits and dashes`);
  if (typeof summary !== "string" || summary.trim() === "")
    throw complain(`${name} has no summary: say in a sentence what it does otherwise`);
  if (chart === undefined && dialect === undefined)
    throw complain(`${name} changes nothing: give it a chart or a dialect`);
  if (chart !== undefined && typeof chart !== "function")
    throw complain(`${name}: its chart is no function: make it by edited(...) or delayed(...)`);
  if (dialect !== undefined) {
    const wrong = dialectFault(dialect);
    if (wrong !== undefined) throw complain(`${name}: its dialect ${wrong}`);
  }
  const variant = variantWith(name, summary, {
    ...(chart === undefined ? {} : { chart }),
    ...(dialect === undefined
      ? {}
      : { dialect: speaking(heldToEvents(name, dialect, chart ?? shipped.createChart)) }),
  });
  defined.add(variant);
  return variant;
}

/** What is wrong with the shape of a dialect's entries; undefined: nothing. */
function dialectFault(dialect: Partial<Dialect>): string | undefined {
  for (const [part, given] of Object.entries(dialect) as [string, unknown][]) {
    if (!isEntryOf(shippedDialect, part))
      return `has no entry ${part}: ${Object.keys(shippedDialect).join(", ")}`;
    const known: unknown = shippedDialect[part];
    if (typeof known === "function") {
      if (typeof given !== "function") return `has a ${part} that is no function`;
      continue;
    }
    const missing = Object.keys(known as object).find(
      (key) => typeof (given as Record<string, unknown> | null | undefined)?.[key] !== "function",
    );
    if (missing !== undefined)
      return `has no function ${part}.${missing}: begin with { ...shippedDialect.${part} }`;
  }
  return undefined;
}

function isEntryOf<Of extends object>(of: Of, name: string): name is keyof Of & string {
  return Object.hasOwn(of, name);
}

/** Whether a value is a variant that was made by {@link defineVariant}. */
export function isDefinedVariant(value: unknown): value is Variant {
  return typeof value === "object" && value !== null && defined.has(value);
}
