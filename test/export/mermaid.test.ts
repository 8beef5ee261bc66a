import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { exportTrace } from "../../src/export/index.ts";
import { broken, recorded, SAMPLES } from "./recorded.ts";

const PARTICIPANT = /^ {2}participant (\w+)(?: as (.+))?$/u;
const ARROW = /^ {2}(\w+)(?:->>|-->>|-x|--x|-\))(\w+): (.+)$/u;
const NOTE = /^ {2}Note over (\w+)(?:,(\w+))?: (.+)$/u;
const BAR = /^ {2}(activate|deactivate) (\w+)$/u;

/** What Mermaid 11's parser refuses, told line by line: the subset of its grammar that is written here, and its traps. */
function faultsOf(diagram: string): string[] {
  const [head, ...lines] = diagram.trimEnd().split("\n");
  const known = new Set<string>();
  const standing = new Set<string>();
  const faults = head === "sequenceDiagram" ? [] : [`begins with ${head}`];
  for (const line of lines) {
    if (/^ {2}%% /u.test(line)) continue;
    const [, participant] = PARTICIPANT.exec(line) ?? [];
    if (participant !== undefined) {
      if (participant === "end") faults.push("a participant called end");
      known.add(participant);
      continue;
    }
    const [, change, bar] = BAR.exec(line) ?? [];
    if (bar !== undefined) {
      if ((change === "activate") === standing.has(bar)) faults.push(`${line.trim()}, but it was so before`);
      if (change === "activate") standing.add(bar);
      else standing.delete(bar);
      if (!known.has(bar)) faults.push(`${bar} is no participant`);
      continue;
    }
    const parts = ARROW.exec(line) ?? NOTE.exec(line);
    if (parts === null) {
      faults.push(`not understood: ${line}`);
      continue;
    }
    for (const name of parts.slice(1, -1)) {
      if (name !== undefined && !known.has(name)) faults.push(`${name} is no participant`);
    }
    if (/;|#/u.test((parts.at(-1) ?? "").replaceAll(/#\d+;/gu, ""))) faults.push(`unescaped: ${line}`);
  }
  return faults;
}

describe("a Mermaid diagram", () => {
  it.each(SAMPLES)("of $name obeys the grammar, with turning points and with everything", ({ lines }) => {
    const trace = lines();
    const short = exportTrace("mermaid", trace);
    const long = exportTrace("mermaid", trace, { everything: true });
    expect([...faultsOf(short), ...faultsOf(long)]).toEqual([]);
    expect(long.length).toBeGreaterThan(short.length);
  });

  it("of generated runs obeys the grammar", () => {
    fc.assert(
      fc.property(cases(), (given) => {
        expect(faultsOf(exportTrace("mermaid", recorded({ ...given, variant: shipped })))).toEqual([]);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("tells who serves, what was cut off, and where the promise broke", () => {
    const diagram = exportTrace("mermaid", broken());
    expect(diagram).toContain("participant c1 as rootcoord-a");
    expect(diagram).toMatch(/Note over c1: 0\.074 s ACTIVE, token 4/u);
    expect(diagram).toContain("Note over c1: 61.000 s cut off from etcd (100 s)");
    expect(diagram).toMatch(/c1-xetcd: \d+\.\d+ s renew cut off/u);
    expect(diagram).toMatch(/Note over c1,c2: \d+\.\d+ s ✗ single-active violated/u);
    expect(diagram).toMatch(/Note over etcd: ⋮ .*\d+ × renew/u);
  });

  it("counts no more messages than it leaves out", () => {
    const trace = broken();
    const arrows = (text: string): number => text.split("\n").filter((line) => ARROW.test(line)).length;
    const counted = [...exportTrace("mermaid", trace).matchAll(/(\d+) × /gu)].map(([, times]) =>
      Number(times),
    );
    const sum = counted.reduce((left, right) => left + right, 0);
    const missing =
      arrows(exportTrace("mermaid", trace, { everything: true })) - arrows(exportTrace("mermaid", trace));
    expect(sum).toBeGreaterThan(0);
    // Only requests are counted; their replies go without saying.
    expect(sum).toBeLessThan(missing);
  });

  it("is refused by the rules when it is wrong", () => {
    expect(faultsOf("sequenceDiagram\n  participant a\n  deactivate a\n  a->>b: x; y\n  what")).toEqual([
      "deactivate a, but it was so before",
      "b is no participant",
      "unescaped:   a->>b: x; y",
      "not understood:   what",
    ]);
  });
});
