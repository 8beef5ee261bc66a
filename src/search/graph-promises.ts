/** Promises as the search judges them on the ways between the states of a space that has closed; and all that it judges. */
import { catalogue } from "../../properties/catalogue.ts";
import type { Exploration } from "./exploration.ts";
import { judgePace } from "./pace.ts";
import { STATE_PROMISES } from "./promises.ts";
import { judgeRecovery, type SlowestRecovery } from "./recovery.ts";
import type { Patience } from "./retell.ts";
import type { Space } from "./space.ts";
import type { WholeState } from "./whole-steps.ts";

/** What the ways say. */
export type GraphVerdict =
  | { readonly type: "holds"; readonly recovery?: SlowestRecovery }
  /** `patience`: for how long it is waited in vain. */
  | { readonly type: "violated"; readonly path: readonly WholeState[]; readonly patience?: Patience };

export interface GraphPromise {
  /** The property's name. */
  readonly name: string;
  /** Judges an exploration that has closed. */
  readonly judge: (exploration: Exploration, space: Space) => GraphVerdict;
}

/** Every promise that is judged on the ways, in the order of the catalogue. */
export const GRAPH_PROMISES: readonly GraphPromise[] = [
  { name: "recovery", judge: judgeRecovery },
  { name: "bounded-requests", judge: judgePace },
];

/** The names of the promises that a search judges, in the order of the catalogue. */
export const searchable: readonly string[] = catalogue
  .map(({ name }) => name)
  .filter((name) => [...STATE_PROMISES, ...GRAPH_PROMISES].some((promise) => promise.name === name));
