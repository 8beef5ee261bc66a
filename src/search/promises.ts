/**
 * Promises as the search judges them: on one state, which holds what judges remember. The same promises are judged by their properties
 * where a run is told, and a test holds both against each other.
 */
import { catalogue } from "../../properties/catalogue.ts";
import { unmet, type Property } from "../../properties/property.ts";
import type { Assumption } from "../../properties/assumptions.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import { causesFold } from "./folds/causes.ts";
import { fencingFold } from "./folds/fencing.ts";
import { takeoversFold } from "./folds/takeovers.ts";
import { uniqueIdsFold } from "./folds/unique-ids.ts";
import type { PromiseFold } from "./memory.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { spaceScenario, type Space } from "./space.ts";

/** A promise whose breach shows in a state, or in the step to it. */
export interface StatePromise {
  /** The property's name. */
  readonly name: string;
  /** Says nothing where nobody writes metadata. */
  readonly needsWrites?: true;
  /** `activated`: who began to serve in the step to this state, by place; -1: nobody. */
  readonly broken: (space: CompiledSpace, row: ArrayLike<number>, activated: number) => boolean;
  /** Judged by looking back. */
  readonly fold?: (scenario: Scenario) => PromiseFold;
}

function lookingBack(name: string, fold: (scenario: Scenario) => PromiseFold): StatePromise {
  return { name, fold, broken: (space, row) => space.isBroken(row, name) };
}

/** Every promise that the search can judge, in the order of the catalogue. */
export const STATE_PROMISES: readonly StatePromise[] = [
  { name: "single-active", broken: (space, row) => space.serving(row) > 1 },
  { ...lookingBack("fencing", fencingFold), needsWrites: true },
  { name: "one-key-holder", broken: (space, row) => space.overwritten(row) },
  lookingBack("bounded-takeover", takeoversFold),
  lookingBack("no-causeless-takeover", causesFold),
  {
    name: "metadata-complete",
    needsWrites: true,
    broken: (space, row, activated) => activated >= 0 && space.missesWrite(row, activated),
  },
  lookingBack("unique-ids", uniqueIdsFold),
];

/** The folds of those that look back. */
export function foldsOf(promises: readonly StatePromise[], space: Space): PromiseFold[] {
  return promises.flatMap(({ fold }) => fold?.(spaceScenario(space)) ?? []);
}

/** The property of that name. Throws a RangeError where there is none. */
export function propertyNamed(name: string): Property {
  const property = catalogue.find((one) => one.name === name);
  if (property === undefined) throw new RangeError(`no property is called ${name}`);
  return property;
}

/** What the space breaks of what the promise assumes; nothing is promised there. */
export function outsideOf(name: string, space: Space): Assumption[] {
  return unmet(propertyNamed(name), spaceScenario(space));
}
