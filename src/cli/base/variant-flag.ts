/** The variant that a flag names. */
import { variantNamed, variants } from "../../../models/variants.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { oneOf } from "./flags.ts";

/** `name`: undefined where the flag was not given. */
export function variantAsked(name: string | undefined): Variant {
  if (name === undefined) return shipped;
  const names = variants.map((variant) => variant.name);
  return variantNamed(oneOf(name, names, "variant", "leasehold check --list-variants")) ?? shipped;
}
