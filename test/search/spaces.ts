/** Small spaces for tests. */
import { shipped } from "../../models/variant.ts";
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
    variant: variant === undefined ? shipped : (variantNamed(variant) ?? shipped),
    writes: false,
    ...given,
  };
}
