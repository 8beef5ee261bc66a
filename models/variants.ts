/**
 * Every variant of the protocol that can be asked for by name: the shipped one, its mutants, the steps on the way to it,
 * and Milvus' own ways.
 */
import { milvusVariants } from "./milvus/variants.ts";
import { maskedMutants } from "./masked-mutants.ts";
import { mutants } from "./mutants.ts";
import { NameTakenError } from "./own-code-error.ts";
import { naive } from "./naive.ts";
import { shipped, type Variant } from "./variant.ts";

const known: Variant[] = [
  shipped,
  ...mutants,
  ...maskedMutants.map(({ variant }) => variant),
  ...naive,
  ...milvusVariants,
];

/** Every variant that can be asked for by name: the shipped ones, then those that were adopted. */
export const variants: readonly Variant[] = known;

/**
 * Adds a variant of one's own to those that can be asked for, for this operating system's process and for good. Throws a
 * RangeError where its name is taken.
 */
export function adoptVariant(variant: Variant): void {
  const other = variantNamed(variant.name);
  if (other === variant) return;
  if (other !== undefined) throw new NameTakenError("a variant", variant.name);
  known.push(variant);
}

/** A variant by name; undefined: there is none. */
export function variantNamed(name: string): Variant | undefined {
  return variants.find((variant) => variant.name === name);
}
