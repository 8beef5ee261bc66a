/**
 * A trace as a vitest file that keeps its case for ever: the scenario and the decisions by meaning, not the events, so that
 * the test goes on meaning the same when the code changes.
 */
import { dirname, relative, sep } from "node:path";
import { shipped, type Variant } from "../../../models/variant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { sentenceOf } from "../../trace/tell-verdict.ts";
import { judgeAgain } from "../../run/tolerant.ts";
import { seconds } from "../../words/seconds.ts";
import { tryFile, writeText } from "../base/output-file.ts";
import { UserError } from "../base/user-error.ts";

/** What vitest takes for a test, among what may hold TypeScript. */
const TEST_FILE = /\.(?:test|spec)\.[cm]?tsx?$/u;

/** What a kept case goes on to expect of a variant. */
export interface KeptClaim {
  readonly property: string;
  readonly variant: string;
  readonly verdict: "holds" | "violated";
}

/** Refuses a place for a test where none would be written, or none found. */
export function checkTestFile(file: string, { modules, property, scenario }: TraceHeader): void {
  if (property === undefined)
    throw new UserError({
      where: "--save-test",
      what: "the trace is about no property, so a test would have nothing to expect",
      remedy: "save the trace of a failure, as leasehold check writes it",
    });
  if ((scenario.processes ?? []).length > 0 && modules === undefined)
    throw new UserError({
      where: "--save-test",
      what: "the trace does not name the module of its programs, so a test could not import them",
      remedy:
        'give check the option module: "path/to/module.ts", which exports them by definePrograms, and record it again',
    });
  checkTestName(file);
}

/** Refuses a place where no runner would find a test, or where none can be written. */
export function checkTestName(file: string): void {
  if (!TEST_FILE.test(file))
    throw new UserError({
      where: `--save-test ${file}`,
      what: "vitest would not find it: it runs files named *.test.ts or *.spec.ts, and the test is TypeScript",
      remedy: `name it ${file.replace(/(?:\.(?:test|spec))?(?:\.[^./\\]*)?$/u, "")}.test.ts`,
    });
  tryFile(file, "--save-test");
}

/** Writes the test and returns what it keeps, in words. */
export function writeKeptTest(file: string, header: TraceHeader, variant: Variant): string {
  const { property = "" } = header;
  if ((header.scenario.processes ?? []).length > 0) {
    writeText(file, ofPrograms(header, file));
    return `${property} holds, once the mistake is mended`;
  }
  const broken = judgeAgain(header, variant).verdict?.verdict === "violated";
  const holds = { property, variant: shipped.name, verdict: "holds" } as const;
  const claims: readonly KeptClaim[] =
    variant.name === shipped.name
      ? [holds]
      : [{ property, variant: variant.name, verdict: broken ? "violated" : "holds" }, holds];
  return writeClaims(file, header, claims, headLines(header));
}

/** The same of a case of which is known what to expect. `head`: comments that say what it is. Returns the claims, in words. */
export function writeClaims(
  file: string,
  header: TraceHeader,
  claims: readonly KeptClaim[],
  head: string,
): string {
  writeText(file, textOf(header, claims, file, head));
  return claims.map(titleOf).join(", ");
}

function titleOf({ property, variant, verdict }: KeptClaim): string {
  return `${property} ${verdict === "holds" ? "holds" : "is violated"} on ${variant}`;
}

/** As a module names another: from its own folder, with slashes. */
function importPath(module: string, from: string): string {
  const path = relative(dirname(from), module).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** What the test imports of one's own, and how it makes that known. */
function ownLines(
  { modules = [] }: TraceHeader,
  file: string,
): { readonly imports: string; readonly adopts: string } {
  const named = modules.map((module, at) => ({ name: `own${at + 1}`, path: importPath(module, file) }));
  return {
    imports: named.map(({ name, path }) => `import * as ${name} from ${JSON.stringify(path)};\n`).join(""),
    adopts: named.length === 0 ? "" : `${named.map(({ name }) => `adoptExports(${name});\n`).join("")}\n`,
  };
}

function headLines({ property = "", violation }: TraceHeader): string {
  const story = violation === undefined ? "" : `\n// At ${seconds(violation.at)}: ${sentenceOf(violation)}`;
  return `// A case that once broke ${property}, kept so that it does not come back. Written by leasehold replay --save-test.${story}
`;
}

const IMPORTS = 'import { expect, test } from "vitest";\n';

function ofPrograms(header: TraceHeader, file: string): string {
  const { property = "" } = header;
  const { adopts, imports } = ownLines(header, file);
  return `${headLines(header)}${IMPORTS}import { judgeKept } from "leasehold/testing";
import { adoptExports } from "leasehold/trace";
${imports}
${adopts}const kept = ${JSON.stringify(header, undefined, 2)} as const;

test(${JSON.stringify(`${property} holds`)}, async () => {
  const { unmet, verdict } = await judgeKept(kept);
  expect(verdict).toMatchObject({ property: ${JSON.stringify(property)}, verdict: "holds" });
  // Every decision still finds the message or timer that it was about.
  expect(unmet).toEqual([]);
});
`;
}

function textOf(header: TraceHeader, claims: readonly KeptClaim[], file: string, head: string): string {
  const { adopts, imports } = ownLines(header, file);
  const isAbout = (property: string): string =>
    property === header.property ? "kept" : `about(${JSON.stringify(property)})`;
  const tests = claims.map(
    (claim) => `
test(${JSON.stringify(titleOf(claim))}, () => {
  const { unmet, verdict } = judgeAgain(${isAbout(claim.property)}, variantOf(${JSON.stringify(claim.variant)}));
  expect(verdict).toMatchObject({ property: ${JSON.stringify(claim.property)}, verdict: ${JSON.stringify(claim.verdict)} });
  // Every decision still finds the message or timer that it was about.
  expect(unmet).toEqual([]);
});
`,
  );
  const about = claims.some(({ property }) => property !== header.property)
    ? "\nconst about = (property: string) => ({ ...kept, property });\n"
    : "";
  return `${head}${IMPORTS}import { variantNamed, type Variant } from "leasehold/models";
import { ${adopts === "" ? "" : "adoptExports, "}judgeAgain } from "leasehold/trace";
${imports}
${adopts}const kept = ${JSON.stringify(header, undefined, 2)} as const;
${about}
function variantOf(name: string): Variant {
  const variant = variantNamed(name);
  if (variant === undefined) throw new Error(\`leasehold has no variant named \${name} any more\`);
  return variant;
}
${tests.join("")}`;
}
