/**
 * Every promise about a run, in the order in which people should read them.
 */
import { NameTakenError } from "../models/own-code-error.ts";
import { bounded } from "./bounded-requests.ts";
import { boundedActivation } from "./bounded-activation.ts";
import { boundedTakeover } from "./bounded-takeover.ts";
import { cleanStop } from "./clean-stop.ts";
import { fencing } from "./fencing.ts";
import { keysExpire } from "./keys-expire.ts";
import { metadataComplete } from "./metadata-complete.ts";
import { noCauselessLoss } from "./no-causeless-loss.ts";
import { nobodyInTheDark } from "./nobody-in-the-dark.ts";
import { oneKeyHolder } from "./one-key-holder.ts";
import type { Property } from "./property.ts";
import { recovery } from "./recovery.ts";
import { singleActive } from "./single-active.ts";
import { uniqueIds } from "./unique-ids.ts";
import type { ViolationOf } from "./violation.ts";
import { writeOutcomes } from "./write-outcomes.ts";

const all = [
  singleActive,
  fencing,
  writeOutcomes,
  oneKeyHolder,
  boundedTakeover,
  boundedActivation,
  noCauselessLoss,
  metadataComplete,
  recovery,
  nobodyInTheDark,
  bounded,
  uniqueIds,
  keysExpire,
  cleanStop,
] as const;

const known: Property[] = [...all];
/** Every property of a run, in the order in which people should read them; then those that were adopted. */
export const catalogue: readonly Property[] = known;

/**
 * Adds a promise of one's own to the catalogue, for this operating system's process and for good. Throws a RangeError where its
 * name is taken.
 */
export function adoptProperty(property: Property): void {
  if (known.includes(property)) return;
  if (known.some(({ name }) => name === property.name)) throw new NameTakenError("a property", property.name);
  known.push(property);
}

/** Every violation of these promises: a union by `property` and `kind`, each with its facts. */
export type CatalogueViolation = ViolationOf<(typeof all)[number]>;
