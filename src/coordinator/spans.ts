/** A coordinator's election as spans, where OpenTelemetry's API is there: the package does not bring it. */
import type { ElectionOptions } from "../service/term.ts";

/** For `runElection`: nothing without the API; and without an SDK behind it, next to nothing. */
export async function spansFor(role: string): Promise<Pick<ElectionOptions, "onNotice">> {
  try {
    const { traceElection } = await import("../opentelemetry/trace-election.ts");
    return { onNotice: traceElection({ role }) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return {};
    throw error;
  }
}
