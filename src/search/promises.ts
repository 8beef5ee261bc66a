/**
 * Promises as the search judges them: on one state alone. The same promises are judged by their properties where a run is told, and a
 * test holds both against each other.
 */
import { catalogue } from "../../properties/catalogue.ts";
import { unmet, type Property } from "../../properties/property.ts";
import type { Assumption } from "../../properties/assumptions.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import { spaceScenario, type Space } from "./space.ts";

/** A promise whose breach shows in a state, or in the step to it. */
export interface StatePromise {
  /** The property's name. */
  readonly name: string;
  /** Says nothing where nobody writes metadata. */
  readonly needsWrites?: true;
  /** `activated`: who began to serve in the step to this state, by place; -1: nobody. */
  readonly broken: (space: CompiledSpace, row: ArrayLike<number>, activated: number) => boolean;
}

/** Every promise that the search can judge, in the order of the catalogue. */
export const STATE_PROMISES: readonly StatePromise[] = [
  { name: "single-active", broken: (space, row) => space.serving(row) > 1 },
  { name: "fencing", needsWrites: true, broken: (space, row) => space.superseded(row) },
  { name: "one-key-holder", broken: (space, row) => space.overwritten(row) },
  {
    name: "metadata-complete",
    needsWrites: true,
    broken: (space, row, activated) => activated >= 0 && space.missesWrite(row, activated),
  },
];

/** Judged by `judgeRecovery`, on a space that has closed. */
export const RECOVERY = "recovery";

/** The names of the promises that a search judges. */
export const searchable: readonly string[] = [...STATE_PROMISES.map(({ name }) => name), RECOVERY];

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
