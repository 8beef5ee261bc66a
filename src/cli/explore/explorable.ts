/** Whether a variant can be explored at all. */
import { shipped } from "../../../models/variant.ts";
import { Exploration } from "../../search/exploration.ts";
import { NotExplorable } from "../../search/parts.ts";
import type { Space } from "../../search/space.ts";
import { UserError } from "../base/user-error.ts";

/** As much of a space in calm as shows every request of a protocol. */
const CALM_STATES = 1000;

/** Throws a UserError for a variant that relies on what states forget. */
export function explorable(space: Space): void {
  const { variant } = space;
  if (variant === shipped) return;
  try {
    new Exploration({ ...space, faults: [], budget: 0 }, []).advance(CALM_STATES, CALM_STATES);
  } catch (error) {
    if (!(error instanceof NotExplorable)) throw error;
    throw new UserError({
      where: `--variant ${variant.name}`,
      what: `it cannot be explored: ${error.message}`,
      remedy: `check it by chance: leasehold check --variant ${variant.name}`,
    });
  }
}
