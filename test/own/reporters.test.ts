/** What a check tells to test runners: the verdicts of one run in each form, and texts that would break it. */
import { afterAll, describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { githubReport } from "../../src/cli/check/report/github.ts";
import { junitReport } from "../../src/cli/check/report/junit.ts";
import type { ReportedCase } from "../../src/cli/check/report/reported.ts";
import { tapReport } from "../../src/cli/check/report/tap.ts";
import { Folder } from "./command.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const CHECK =
  "check single-active fencing determinism --variant no-fencing --runs 200 --jobs 1 --seed 1 --no-out";
const cases: readonly ReportedCase[] = [
  { name: "a", verdict: "holds", says: "", details: "", file: undefined },
  {
    name: 'b <&"#1',
    verdict: "violated",
    says: 'x < "y"\u0007',
    details: "story, 100 %:\n  <line>\n",
    file: "f",
  },
  { name: "c", verdict: "none", says: "no run was judged", details: "", file: undefined },
  { name: "d", verdict: "untested", says: "nothing can", details: "", file: undefined },
];

describe("JUnit", () => {
  it("has a test case for each promise", () => {
    const { code, out } = folder.run(`${CHECK} --reporter junit`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="leasehold" tests="3" failures="1" errors="0" skipped="0">/u,
    );
    expect(out).toContain('<testcase classname="leasehold.no-fencing" name="single-active"/>');
    expect(out).toMatch(/name="fencing">\n {6}<failure message="[^"]+">fencing is violated at [\d.]+ s\./u);
    expect(out).toContain("Again:  leasehold check fencing --variant no-fencing");
  });

  it("escapes what XML would read, and what it has no place for", () => {
    const plan = { properties: [], variant: shipped.name, seed: 1, cases: {} };
    const report = { planned: { plan } } as unknown as Parameters<typeof junitReport>[0];
    const xml = junitReport(report, cases);
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(xml).toContain('name="b &lt;&amp;&quot;#1"');
    expect(xml).toContain('message="x &lt; &quot;y&quot;\uFFFD">story, 100 %:\n  &lt;line&gt;\n</failure>');
    expect(xml).toContain('<error message="no verdict: no run was judged"></error>');
    expect(xml).toContain('<skipped message="nothing can"></skipped>');
  });
});

describe("TAP", () => {
  it("has a test point for each promise, with its story", () => {
    expect(tapReport(cases)).toBe(
      [
        "TAP version 14",
        "1..4",
        "ok 1 - a",
        'not ok 2 - b <&"\\#1',
        "  ---",
        '  message: "x < \\"y\\"\\u0007"',
        "  severity: fail",
        "  story: |",
        "    story, 100 %:",
        "      <line>",
        "  ...",
        "not ok 3 - c",
        "  ---",
        '  message: "no verdict: no run was judged"',
        "  severity: todo",
        "  ...",
        "ok 4 - d # SKIP nothing can",
        "",
      ].join("\n"),
    );
  });

  it("is all that is printed", () => {
    const { code, out } = folder.run(`${CHECK} --reporter tap`);
    expect(code).toBe(1);
    expect(out).toMatch(/^TAP version 14\n1\.\.3\nok 1 - single-active\nnot ok 2 - fencing\n/u);
    expect(out.trimEnd().split("\n").at(-1)).toBe("ok 3 - determinism");
  });
});

describe("GitHub", () => {
  it("has an annotation for each failure, on one line", () => {
    expect(githubReport(cases)).toBe(
      '::error title=b <&"#1 is violated::story, 100 %25:%0A  <line>\n::warning title=no verdict on c::no run was judged\n::notice title=d was not tested::nothing can\n',
    );
    expect(githubReport([{ ...(cases[1] as ReportedCase), name: "a:b,c%" }])).toContain(
      "title=a%3Ab%2Cc%25 is violated::",
    );
  });

  it("comes after what people read", () => {
    const { out } = folder.run(`${CHECK} --reporter github`);
    expect(out).toMatch(
      /^Checking 3 properties[^]*\nfencing +VIOLATED[^]*\n::error title=fencing is violated::fencing is/u,
    );
  });
});

describe("how long, and where to", () => {
  it("ends with the nth failure", () => {
    const broken = "check --variant key-without-lease --seed 1 --jobs 1 --no-out --runs 2000 --json";
    const violated = (flag: string) => {
      const { properties } = JSON.parse(folder.run(`${broken} ${flag}`).out) as {
        properties: { verdict: string }[];
      };
      return properties.filter(({ verdict }) => verdict === "violated").length;
    };
    expect(violated("--bail")).toBeGreaterThanOrEqual(1);
    expect(violated("--bail=2")).toBeGreaterThanOrEqual(2);
    expect(folder.run("check --bail single-active").err).toContain(
      "'single-active' is invalid. It must be a whole number",
    );
  });

  it("writes no trace where none is wanted", () => {
    expect(folder.run(CHECK).out).not.toContain("Trace:");
    expect(folder.run("check fencing --variant no-fencing --runs 200 --seed 1").out).toContain(
      "Trace:  leasehold replay .leasehold/failures",
    );
  });

  it("asks for one form at a time", () => {
    expect(folder.run("check --json --reporter tap").err).toContain(
      "--reporter tap: --json asks for another form",
    );
  });
});
