/** What it costs to read a long log: a million lines, of which one in a hundred is about an election. */
import { Evidence } from "../src/evidence/evidence.ts";
import { judgeEvidence } from "../src/evidence/promises.ts";
import { formatInstant } from "../src/milvus/log-format.ts";
import { median, say, spreadOf, time } from "./measure.ts";

const LINES = 1_000_000;
const ROUNDS_OF_A_MILLION = 3;
const FIRST = 1_700_000_000_000;

function lineAt(index: number): string {
  const instant = formatInstant({ epochMs: FIRST + index * 10, offsetMinutes: 0 });
  if (index % 100 === 0)
    return `[${instant}] [INFO] [sessionutil/session_util.go:1007] ["try to register as ACTIVE rootcoord service..."]`;
  return `[${instant}] [INFO] [proxy/impl.go:${index % 997}] ["search done, nq is small"] [traceID=ab${index}] [duration=12.5ms]`;
}

/** Prints the seconds, and what they cost in memory. */
export function validating(): void {
  // Few texts, many times over: the reader is measured, not the writer.
  const lines = Array.from({ length: 10_000 }, (_, index) => lineAt(index));
  const seconds = Array.from({ length: ROUNDS_OF_A_MILLION }, () =>
    time(() => {
      const evidence = new Evidence();
      for (let index = 0; index < LINES; index++)
        evidence.line("a.log", index + 1, lines[index % lines.length] ?? "");
      judgeEvidence(evidence.sources);
    }),
  );
  say("validate: a million lines of a log, one in a hundred about an election, read and judged on one core");
  say(`  ${median(seconds).toFixed(1)} s (${spreadOf(seconds, 1)})`);
}
