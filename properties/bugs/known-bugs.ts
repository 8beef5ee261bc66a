/** All kept bugs. */
import { hazards } from "./hazards.ts";
import type { KeptBug } from "./kept.ts";
import { inferredBugs } from "./milvus-inferred.ts";
import { reportedBugs } from "./milvus-reported.ts";

export { hazards } from "./hazards.ts";

export const milvusBugs: readonly KeptBug[] = [...reportedBugs, ...inferredBugs];

export const keptBugs: readonly KeptBug[] = [...milvusBugs, ...hazards];
