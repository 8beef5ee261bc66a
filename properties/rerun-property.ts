/** A promise that one run's observations cannot show: it runs its case by itself, once or several times. */
import type { Variant } from "../models/variant.ts";
import type { cloneWorld, World } from "../src/simulation/world.ts";
import type { Case } from "./case.ts";
import type { Verdict } from "./property.ts";
import type { Finding, Violation, ViolationKinds } from "./violation.ts";

/** A property that needs several runs of one case. */
export interface RerunProperty<Name extends string = string, Found extends Finding = Finding> {
  readonly name: Name;
  readonly guarantee: string;
  /** In a full check it looks at one case in so many: it costs runs of its own. */
  readonly every: number;
  /** What must break it: a mutant, or the name of the broken part in its test. */
  readonly kills: readonly string[];
  /** Every way in which it can be broken. */
  readonly kinds: ViolationKinds<Found>;
  readonly rerun: (given: Case, variant: Variant, parts?: BrokenParts) => RerunVerdict<Name, Found>;
}

type RerunVerdict<Name extends string, Found extends Finding> =
  | Extract<Verdict, { readonly type: "holds" }>
  | { readonly type: "violated"; readonly violation: Violation<Name, Found> };

/** What a test may break to show that these properties can say no. */
export interface BrokenParts {
  readonly copy?: typeof cloneWorld;
  readonly disturb?: (world: World, run: number) => void;
}
