/** A check's result as JUnit XML, as build servers read it: a test case for each promise. */
import type { CheckReport, ReportedCase } from "./reported.ts";

const ELEMENTS = { violated: "failure", none: "error", untested: "skipped" } as const;

export function junitReport({ planned: { plan } }: CheckReport, outcomes: readonly ReportedCase[]): string {
  const count = (verdict: ReportedCase["verdict"]) =>
    outcomes.filter((one) => one.verdict === verdict).length;
  const counts = `tests="${outcomes.length}" failures="${count("violated")}" errors="${count("none")}" skipped="${count("untested")}"`;
  const suite = attribute(`leasehold check of ${plan.variant}, seed ${plan.seed}`);
  const cases = outcomes.map(({ details, name, says, verdict }) => {
    const head = `    <testcase classname="${attribute(`leasehold.${plan.variant}`)}" name="${attribute(name)}"`;
    if (verdict === "holds") return `${head}/>`;
    const element = ELEMENTS[verdict];
    const message = attribute(verdict === "none" ? `no verdict: ${says}` : says);
    return `${head}>\n      <${element} message="${message}">${escaped(details)}</${element}>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="leasehold" ${counts}>`,
    `  <testsuite name="${suite}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function attribute(text: string): string {
  return escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
}

/** XML has no place for most control characters, not even escaped. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
