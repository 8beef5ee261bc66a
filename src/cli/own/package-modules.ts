/** This package as modules of other people import it: the copy that runs, wherever theirs would be found. */

/** By what stands in an import. */
export async function packageModules(): Promise<Record<string, unknown>> {
  const [root, models, properties, simulation, election, trace, testing, xstate, fastCheck] =
    await Promise.all([
      import("../../index.ts"),
      import("../../../models/index.ts"),
      import("../../../properties/index.ts"),
      import("../../simulation/index.ts"),
      import("../../election/index.ts"),
      import("../../run/index.ts"),
      import("../../testing/index.ts"),
      import("../../../models/xstate.ts"),
      import("fast-check"),
    ]);
  return {
    leasehold: root,
    "leasehold/models": models,
    "leasehold/properties": properties,
    "leasehold/simulation": simulation,
    "leasehold/election": election,
    "leasehold/trace": trace,
    "leasehold/testing": testing,
    xstate,
    "fast-check": fastCheck,
  };
}
