/** `leasehold/opentelemetry`: an election as spans. Needs `@opentelemetry/api`; without an SDK behind it nothing happens. */
export { traceElection, type TraceOptions } from "./trace-election.ts";
