/** Whether a variant can be explored at all. */
import { isDefinedVariant } from "../../../models/define-variant.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import { Exploration } from "../../search/exploration.ts";
import { Disagreement, NotExplorable } from "../../search/not-explorable.ts";
import type { Space } from "../../search/space.ts";
import { patiently } from "../own/patience.ts";
import { shellWord } from "../base/shell-word.ts";
import { UserError } from "../base/user-error.ts";

/** As much of a space in calm as shows every request of a protocol. */
const CALM_STATES = 1000;
/** Beyond this, code of one's own is taken to be in an endless loop. */
const LONGEST_MS = 60_000;

/** Throws a UserError for a variant that relies on what states forget. `word`: how the variant was named; undefined: by its name. */
export async function explorable(space: Space, word: string | undefined): Promise<void> {
  if (space.variant === shipped) return;
  const calm = { ...space, faults: [], budget: 0 };
  const goOn = () => advance(new Exploration(calm, []), space, CALM_STATES, CALM_STATES);
  await refusing(space.variant, word, goOn);
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

/** Runs `work`; where it shows that the variant, named by `word`, cannot be explored, throws a UserError that says so. */
export async function refusing<Result>(
  { name }: Pick<Variant, "name">,
  word: string | undefined,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const why = whyNot(error, name);
    if (why === undefined) throw error;
    const flag = `--variant ${shellWord(word ?? name)}`;
    throw new UserError({
      where: flag,
      what: `it cannot be explored: ${why}`,
      remedy: `check it by chance: leasehold check ${flag}`,
    });
  }
}

/** Undefined: it is no fault of the variant's. */
function whyNot(error: unknown, name: string): string | undefined {
  if (error instanceof NotExplorable) return error.message;
  if (!(error instanceof Disagreement) || name === shipped.name) return undefined;
  return `what it does is not decided by its ledger, its chart and what etcd says in order, or the search is wrong about it, which is a bug to report (${error.message})`;
}
