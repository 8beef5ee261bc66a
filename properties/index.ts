/** `leasehold/properties`: the promises, generated cases, and the check. */
export * from "./arbitraries.ts";
export * from "./assumptions.ts";
export * from "./catalogue.ts";
export * from "./check.ts";
export * from "./judging.ts";
export * from "./property.ts";
export * from "./reruns.ts";
export * from "./tell.ts";
export * from "./violation.ts";
export * from "./witness.ts";
