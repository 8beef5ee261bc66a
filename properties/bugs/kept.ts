/**
 * A known bug as a value: a small scenario that is kept for ever, the variant that falls in it, and who says so. The same
 * scenario on the shipped chart must hold.
 */
import type { Observation } from "../../models/observation.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import {
  coordinators,
  scenario,
  type CoordinatorSetup,
  type Scenario,
} from "../../src/simulation/scenario.ts";
import type { Case } from "../case.ts";
import { catalogue } from "../catalogue.ts";
import { judgeCase } from "../check.ts";
import type { Property, Verdict } from "../property.ts";
import type { Violation } from "../violation.ts";

export interface KeptBug {
  /** As the list it comes from names it. */
  readonly id: string;
  /** Issues and pull requests: milvus-io/milvus for Milvus' bugs, etcd-io/etcd for hazards. Empty: inferred from the code. */
  readonly issues: readonly number[];
  /** What goes wrong, in one line. */
  readonly title: string;
  /** Why it does, and how the scenario brings it about. */
  readonly story: string;
  /** Name of the variant that falls. */
  readonly variant: string;
  readonly violates: Property;
  /** What the shipped chart does instead. */
  readonly shipped: string;
  readonly case: Case;
}

/** What a bug is not kept for, and why. */
export interface NotExpressed {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

export interface Retrial {
  /** Undefined: the bug escapes. */
  readonly violation: Violation | undefined;
  /** What the judge says of the shipped chart; anything but `holds` is a failure, also if it can not tell. */
  readonly shipped: Verdict | { readonly type: "outside" };
  /** Any other property that the shipped chart breaks in the same scenario. */
  readonly broken: readonly string[];
}

export function variantOfBug({ variant }: Pick<KeptBug, "variant">): Variant {
  const found = variantNamed(variant);
  if (found === undefined) throw new RangeError(`no variant named ${variant}`);
  return found;
}

export function retry(bug: KeptBug, also?: (observation: Observation) => void): Retrial {
  const [caught] = judgeCase(bug.case, variantOfBug(bug), [bug.violates], also);
  const others = catalogue.filter((property) => property !== bug.violates);
  const judged = judgeCase(bug.case, shipped, [bug.violates, ...others]);
  return {
    violation: caught?.verdict?.type === "violated" ? caught.verdict.violation : undefined,
    shipped: judged[0]?.verdict ?? { type: "outside" },
    broken: judged
      .slice(1)
      .filter(({ verdict }) => verdict?.type === "violated")
      .map(({ property }) => property.name),
  };
}

/**
 * Whether a bug is caught on its variant, and absent from the shipped chart. Where the "variant" is the shipped chart, the
 * bug is etcd's and what breaks is a naive promise; then every promise of the catalogue must hold all the same.
 */
export function stands({ variant }: KeptBug, { broken, shipped: verdict, violation }: Retrial): boolean {
  const absent = variant === shipped.name || verdict.type === "holds";
  return violation !== undefined && absent && broken.length === 0;
}

/** One coordinator as an operator of Milvus would run it: where it leaves, a supervisor starts it again after a second. */
export function alone(role: string, setup: Partial<CoordinatorSetup> = {}, count = 1): CoordinatorSetup[] {
  return coordinators(role, count).map((one) => ({
    ...one,
    afterLoss: "exit",
    restartAfterMs: 1000,
    ...setup,
  }));
}

/** Two of them, `<role>-a` and `<role>-b`; `b` starts 50 ms later. */
export function pair(role: string, setup: Partial<CoordinatorSetup> = {}): CoordinatorSetup[] {
  return alone(role, setup, 2);
}

/** What a kept scenario says of itself; everything else is as usual. */
export type CaseSetting = Partial<Scenario> & { readonly coordinators: readonly CoordinatorSetup[] };

/** A bug with its scenario, which bears its name. */
export function keep({
  setting,
  ...bug
}: Omit<KeptBug, "case"> & { readonly setting: CaseSetting }): KeptBug {
  return {
    ...bug,
    case: { scenario: scenario({ title: `${bug.id}: ${bug.title}`, ...setting }), decisions: [] },
  };
}
