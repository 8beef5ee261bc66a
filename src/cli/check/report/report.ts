/** What a check tells in the end, in the form that was asked for. */
import { Chalk } from "chalk";
import { jsonDocument } from "../../base/json.ts";
import type { Terminal } from "../../base/terminal.ts";
import { checkDocument } from "../document.ts";
import { reportedCases, type CheckReport } from "./reported.ts";
import { githubReport } from "./github.ts";
import { junitReport } from "./junit.ts";
import type { Reporter } from "./names.ts";
import { tapReport } from "./tap.ts";
import { textReport } from "./text.ts";

/** Whether people read it as it comes: what is under way is told before it is over. */
export function isForPeople(reporter: Reporter): boolean {
  return reporter === "text" || reporter === "github";
}

export function renderReport(reporter: Reporter, report: CheckReport, terminal: Terminal): string {
  const { failures, kept, planned, result, runs } = report;
  // No colours in what programs read.
  const plain = { paint: new Chalk({ level: 0 }), proseWidth: Number.POSITIVE_INFINITY };
  switch (reporter) {
    case "text":
      return textReport(report, terminal);
    case "json":
      return jsonDocument("check", { ...checkDocument(planned.plan, runs, result, failures), kept });
    case "github":
      return textReport(report, terminal) + githubReport(reportedCases(report, plain));
    case "junit":
      return junitReport(report, reportedCases(report, plain));
    case "tap":
      return tapReport(reportedCases(report, plain));
  }
}
