/**
 * Every variant of the protocol that can be asked for by name: the shipped one, its mutants, the steps on the way to it,
 * and Milvus' own ways.
 */
import { milvusVariants } from "./milvus/variants.ts";
import { maskedMutants } from "./masked-mutants.ts";
import { mutants } from "./mutants.ts";
import { naive } from "./naive.ts";
import { shipped, type Variant } from "./variant.ts";

/** Every variant that can be asked for by name. */
export const variants: readonly Variant[] = [
  shipped,
  ...mutants,
  ...maskedMutants.flatMap(({ together, variant }) => (together ? [variant, together.variant] : [variant])),
  ...naive,
  ...milvusVariants,
];

/** A variant by name; undefined: there is none. */
export function variantNamed(name: string): Variant | undefined {
  return variants.find((variant) => variant.name === name);
}
