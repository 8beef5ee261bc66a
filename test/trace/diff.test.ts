import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diffTraces, type WholeTrace } from "../../src/trace/diff.ts";
import type { TraceEnd, TraceEvent, TraceHeader, TraceLine } from "../../src/trace/format.ts";
import { ROOT } from "../helpers/repository.ts";

const lines = readFileSync(join(ROOT, "docs", "examples", "fencing-no-fencing.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as TraceLine);

const wholeOf = (all: readonly TraceLine[]): WholeTrace => ({
  header: all[0] as TraceHeader,
  events: all.filter((line): line is TraceEvent => line.type === "event"),
  end: all.at(-1) as TraceEnd,
});

test("what files of earlier versions could not say is no difference, whichever of the two is older", () => {
  const older = lines.map((line) => {
    if (line.type !== "event" || line.seen === undefined) return line;
    const seen = line.seen.map(({ token, ...one }) => (one.type === "written" ? one : { ...one, token }));
    return { ...line, seen };
  });
  expect(JSON.stringify(older).length).toBeLessThan(JSON.stringify(lines).length);
  for (const [left, right] of [
    [lines, older],
    [older, lines],
  ] as const)
    expect(diffTraces(wholeOf(left), wholeOf(right)).first).toBeUndefined();
});

test("another token is one", () => {
  const other = lines.map((line) =>
    line.type === "event" && line.seen?.some(({ type }) => type === "written") === true
      ? { ...line, seen: line.seen.map((one) => ({ ...one, token: 99 })) }
      : line,
  );
  expect(diffTraces(wholeOf(lines), wholeOf(other)).first?.left?.seen).toContainEqual(
    expect.objectContaining({ type: "written", token: 4 }),
  );
});
