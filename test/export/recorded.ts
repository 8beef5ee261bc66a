/** Traces to export: every shipped scenario, broken promises, generated cases. */
import { variantNamed } from "../../models/variants.ts";
import { shipped } from "../../models/variant.ts";
import { builtIns, walk } from "../../src/scenario-file/built-in.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { recordCase, type Recordable } from "../../src/run/record.ts";
import { pair } from "../simulation/helpers.ts";

export function recorded(given: Recordable): TraceLine[] {
  const lines: TraceLine[] = [];
  recordCase(given, (_, line) => lines.push(line));
  return lines;
}

/** Two serve at once: the claim of one that was cut off never ends. Recorded up to the violation. */
export function broken(): TraceLine[] {
  const variant = variantNamed("claim-never-ends");
  if (variant === undefined) throw new Error("no such mutant");
  const scenario = pair([
    { type: "partition", atMs: 61_000, on: "rootcoord-a", forMs: 100_000, direction: "both" },
  ]);
  return recorded({ scenario, variant, property: "single-active", seed: 7 });
}

/** Titles and names that formats might stumble over. */
export const HOSTILE = `</script><b>"a";#1 & 'b'\u2028\n<!-- }{ end --> % $& \\`;

export function hostile(): TraceLine[] {
  return recorded({ scenario: { ...walk(), title: HOSTILE }, variant: shipped });
}

export interface Sample {
  readonly name: string;
  readonly lines: () => TraceLine[];
}

export const SAMPLES: readonly Sample[] = [
  ...builtIns.map(({ name, scenario }): Sample => ({
    name,
    lines: () => recorded({ scenario, variant: shipped }),
  })),
  { name: "a broken promise", lines: broken },
  { name: "a hostile title", lines: hostile },
];
