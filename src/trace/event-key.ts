/** Events are the same when the same thing happens for the same reason, whatever became of it. */
import type { TraceEvent } from "./format.ts";

/** What makes two events the same thing happening. */
export function eventKey({ cause, node }: TraceEvent): readonly string[] {
  switch (cause.type) {
    case "timer":
      return [node, cause.type, cause.timer];
    case "request":
      return [node, cause.type, cause.from, cause.purpose];
    case "watch":
    case "unwatch":
      return [node, cause.type, cause.from];
    case "reply":
    case "timeout":
      return [node, cause.type, cause.purpose];
    case "fault":
      return [node, cause.type, cause.kind, cause.phase];
    default:
      return [node, cause.type];
  }
}
