/** A check's result in the Test Anything Protocol, version 14: a test point for each promise. */
import type { ReportedCase } from "./reported.ts";

export function tapReport(outcomes: readonly ReportedCase[]): string {
  const points = outcomes.flatMap(({ details, name, says, verdict }, at) => {
    const point = `${verdict === "holds" ? "ok" : "not ok"} ${at + 1} - ${described(name)}`;
    if (verdict === "holds") return [point];
    if (verdict === "untested") return [`ok ${at + 1} - ${described(name)} # SKIP ${says}`];
    return [
      point,
      "  ---",
      `  message: ${JSON.stringify(verdict === "none" ? `no verdict: ${says}` : says)}`,
      `  severity: ${verdict === "none" ? "todo" : "fail"}`,
      ...(details === ""
        ? []
        : [
            "  story: |",
            ...details
              .trimEnd()
              .split("\n")
              .map((line) => `    ${line}`.trimEnd()),
          ]),
      "  ...",
    ];
  });
  return ["TAP version 14", `1..${outcomes.length}`, ...points, ""].join("\n");
}

/** A `#` would begin a directive. */
function described(name: string): string {
  return name.replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
