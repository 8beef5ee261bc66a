/** What it costs to read a long log: a million lines and three, of which one in a hundred is about an election. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatInstant } from "../src/milvus/log-format.ts";
import { say, wallTime } from "./measure.ts";

const LINES = 1_000_000;
const FIRST = 1_700_000_000_000;

function lineAt(index: number): string {
  const instant = formatInstant({ epochMs: FIRST + index * 10, offsetMinutes: 0 });
  if (index % 100 === 0)
    return `[${instant}] [INFO] [sessionutil/session_util.go:1007] ["try to register as ACTIVE rootcoord service..."]`;
  return `[${instant}] [INFO] [proxy/impl.go:${index % 997}] ["search done, nq is small"] [traceID=ab${index}] [duration=12.5ms]`;
}

const MAIN = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));
const HEAP_MB = 96;

/** The command itself, from a file, with all that it says; in a heap that a whole file would not fit into. */
export function validating(): void {
  say(
    "validate: a log, one line in a hundred about an election, from a file, by the command, with its whole result",
  );
  const folder = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  try {
    for (const lines of [LINES, 3 * LINES]) {
      const file = join(folder, `${lines}.log`);
      write(file, lines);
      let status: number | null = null;
      const seconds = wallTime(() => {
        const args = [`--max-old-space-size=${HEAP_MB}`, MAIN, "validate", file, "--json"];
        ({ status } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }));
      });
      const ended = status === 3 ? "" : `, but it ended with ${status}`;
      say(
        `  ${lines / LINES} million from a file, by the command, in a heap of ${HEAP_MB} MB: ${seconds.toFixed(1)} s${ended}`,
      );
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(file: string, lines: number): void {
  const out = openSync(file, "w");
  const some = 10_000;
  for (let from = 0; from < lines; from += some)
    writeSync(out, `${Array.from({ length: some }, (_, index) => lineAt(from + index)).join("\n")}\n`);
  closeSync(out);
}
