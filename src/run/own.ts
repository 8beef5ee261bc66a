/** What somebody's module exports, added to what this operating system's process knows. */
import { isDefinedVariant } from "../../models/define-variant.ts";
import { DEFAULT_TTL_SECONDS, timingFor } from "../../models/timing.ts";
import { adoptVariant } from "../../models/variants.ts";
import type { Variant } from "../../models/variant.ts";
import { adoptProperty } from "../../properties/catalogue.ts";
import { isDefinedProperty } from "../../properties/define-property.ts";
import type { Property } from "../../properties/property.ts";
import { adoptFault } from "../simulation/fault.ts";
import { isDefinedFault } from "../simulation/faults/define.ts";
import { adoptMakers, type ProcessMakers } from "../simulation/setup.ts";
import { isStandIn } from "../trace/own-kinds.ts";
import type { FaultKind } from "../simulation/faults/kind.ts";

/** Processes of somebody's own, and what is promised of them. */
export interface OwnProcesses {
  /** How each is made, by its kind. */
  readonly makers: ProcessMakers;
  readonly promises: readonly Property[];
}

const defined = new WeakSet<object>();

/** Processes that {@link adoptExports} knows when a module exports them. */
export function defineProcesses<Own extends OwnProcesses>(own: Own): Own {
  defined.add(own);
  return own;
}

function isDefinedProcesses(value: unknown): value is OwnProcesses {
  return typeof value === "object" && value !== null && defined.has(value);
}

/** What of a module's exports `defineVariant`, `defineProperty` and `defineFault` have made. */
export interface OwnParts {
  readonly variants: readonly Variant[];
  readonly properties: readonly Property[];
  readonly faults: readonly FaultKind[];
  readonly processes: readonly OwnProcesses[];
}

/**
 * Knows from now on what a module exports: `import * as mine from "./mine.ts"; adoptExports(mine)`. Twice is once. Throws a
 * RangeError where a name is taken, and whatever a chart throws that cannot be made.
 */
export function adoptExports(exported: Readonly<Record<string, unknown>>): OwnParts {
  const all = [...new Set(Object.values(exported))];
  const parts: OwnParts = {
    variants: all.filter(isDefinedVariant),
    properties: all.filter(isDefinedProperty),
    faults: all.filter(isDefinedFault),
    processes: all.filter(isDefinedProcesses),
  };
  for (const variant of parts.variants) {
    // A chart that cannot be made is found out before anything runs.
    variant.createChart(timingFor(DEFAULT_TTL_SECONDS), { activeStandby: true, afterLoss: "registerAnew" });
    adoptVariant(variant);
  }
  for (const property of parts.properties) adoptProperty(property);
  for (const fault of parts.faults) adoptFault(fault, isStandIn);
  for (const { makers, promises } of parts.processes) {
    adoptMakers(makers);
    for (const property of promises) adoptProperty(property);
  }
  return parts;
}
