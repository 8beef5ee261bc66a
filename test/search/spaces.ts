/** Small spaces for tests. */
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import type { Space } from "../../src/search/space.ts";

interface Given extends Partial<Omit<Space, "variant">> {
  readonly variant?: string;
}

/** Two coordinators with the usual TTL on a grid of 2 s, and one fault if there are any. */
export function spaceOf({ faults = [], variant, ...given }: Given): Space {
  return {
    coordinators: 2,
    faults,
    budget: faults.length === 0 ? 0 : 1,
    ttlSeconds: 60,
    gridMs: 2000,
    variant: variant === undefined ? shipped : known(variant),
    writes: false,
    ...given,
  };
}

function known(name: string): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new Error(`no variant is called ${name}`);
  return variant;
}
