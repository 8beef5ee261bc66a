/** `leasehold/models`: the protocol, pure: chart, timing, dialect, variants, and the simulated etcd. */
export * from "./bytes.ts";
export * from "./election.ts";
export * from "./diagram.ts";
export * from "./dialect.ts";
export * from "./etcd.ts";
export * from "./mutants.ts";
export * from "./naive.ts";
export * from "./observation.ts";
export * from "./outcome.ts";
export * from "./compile-chart.ts";
export * from "./timing.ts";
export * from "./variant.ts";
export * from "./variants.ts";
export * from "./etcd-api.ts";
