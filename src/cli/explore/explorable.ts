/** Whether a variant can be explored at all. */
import { isDefinedVariant } from "../../../models/define-variant.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { Exploration } from "../../search/exploration.ts";
import { Disagreement, NotExplorable } from "../../search/not-explorable.ts";
import type { Space } from "../../search/space.ts";
import { patiently } from "../own/patience.ts";
import { UserError } from "../base/user-error.ts";

/** As much of a space in calm as shows every request of a protocol. */
const CALM_STATES = 1000;
/** Beyond this, code of one's own is taken to be in an endless loop. */
const LONGEST_MS = 60_000;

/** Throws a UserError for a variant that relies on what states forget. */
export async function explorable(space: Space): Promise<void> {
  if (space.variant === shipped) return;
  await refusing(space.variant, () =>
    advance(new Exploration({ ...space, faults: [], budget: 0 }, []), space, CALM_STATES, CALM_STATES),
  );
}

/** Goes on by `states`, up to `most`; false: there are no more. Some thousand states take a second. */
export function advance(
  exploration: Exploration,
  { variant }: Pick<Space, "variant">,
  states: number,
  most: number,
): boolean {
  const goOn = () => exploration.advance(states, most);
  return isDefinedVariant(variant) ? patiently(LONGEST_MS, goOn) : goOn();
}

/** Runs `work`; where it shows that the variant cannot be explored, throws a UserError that says so. */
export async function refusing<Result>(
  { name }: Pick<Variant, "name">,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const why = whyNot(error, name);
    if (why === undefined) throw error;
    throw new UserError({
      where: `--variant ${name}`,
      what: `it cannot be explored: ${why}`,
      remedy: `check it by chance: leasehold check --variant ${name}`,
    });
  }
}

/** Undefined: it is no fault of the variant's. */
function whyNot(error: unknown, name: string): string | undefined {
  if (error instanceof NotExplorable) return error.message;
  if (!(error instanceof Disagreement) || name === shipped.name) return undefined;
  return `what it does is not decided by its ledger, its chart and what etcd says in order (${error.message})`;
}
