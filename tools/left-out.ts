/**
 * What the pages are built without: parts of modules that only others read or call. Each is found by the shape that the formatter gives it;
 * `test/web/left-out.test.ts` holds that what is left does the same.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import { withoutActions, withoutActors, withoutTheUnused } from "./left-out-xstate.ts";

const QUOTED = String.raw`"[^"]*"`;
const TEMPLATE = "`[^`]*`";

/** Which mutants a promise reveals and what its witnesses saw, for those who test the checker; what it promises, and under what, in a sentence. */
export function withoutTestData(text: string): string {
  return text
    .replace(/^ {2}kills: \[[^\]]*\],$/mu, "  kills: [],")
    .replace(
      new RegExp(String.raw`^( {2}(?:guarantee|says)):\s+(?:${QUOTED}|${TEMPLATE}),$`, "gmu"),
      '$1: "",',
    )
    .replace(new RegExp(String.raw`^( {4}witness\(\s*${QUOTED}),\s*${QUOTED}`, "gmu"), '$1, ""');
}

/** What watches a run: for pages that only tell what others found. */
export function withoutJudges(text: string): string {
  return text.replace(/^ {2}(?:judge|watch)\b(?:[^\n]*,|[^\n]*\n(?: {3}[^\n]*\n|\n)*? {2}\},)$/gmu, "");
}

/** The promises that need several runs: no page makes a run for one of them. */
export function withoutReruns(text: string): string {
  return text.replace(/^ {2}const found = reruns\.find\(.*$/mu, "  return [];");
}

/** How a fault is drawn by a check, and what its fields mean to those who write scenario files. */
export function withoutDraws(text: string): string {
  return text
    .replace(/^( +)draw\b(?:[^\n]*,|[^\n]*\n(?:\1 [^\n]*\n)*?\1[})]+,)$/gmu, "draw: undefined,")
    .replace(new RegExp(String.raw`\b(meaning):\s+${QUOTED}`, "gu"), '$1: ""')
    .replace(
      new RegExp(String.raw`\b((?:coordinator|member|span)Field|restartAfter)\(\s*${QUOTED}`, "gu"),
      '$1(""',
    );
}

/** Answers that pass, and how they are typed, for those who ask for one at a terminal. */
function withoutSolutions(text: string): string {
  return text
    .replace(new RegExp(String.raw`^( {4}solution): (?:${QUOTED}|${TEMPLATE}),$`, "mu"), '$1: "",')
    .replace(/^ {4}typed: \[(?:[^\]]*\],|[^\n]*\n(?: {5}[^\n]*\n)*? {4}\],)$/mu, "");
}

/** Which durations do not fit: the pages ask no more than whether all do. */
function withoutReasons(text: string): string {
  return text.replace(/faults\.push\([\s\S]*?\);/gu, 'faults.push("");');
}

/** What the chart's states are for: the pages draw it with words of their own. */
function withoutDescriptions(text: string): string {
  return text.replace(new RegExp(String.raw`^ +description:\s+${QUOTED},\n`, "gmu"), "");
}

/** What covers a mistake, for those who test the checker. */
function withoutCovers(text: string): string {
  return text.replace(new RegExp(String.raw`^( {4}by): ${QUOTED},$`, "gmu"), '$1: "",');
}

/** At whose edges white space is not seen. */
const EDGED = "(?:p|li|button|text|h[1-6]|t[dh]|d[dt]|summary|option|title)";

/** How a template is indented, and broken at the edges of its elements, which nobody sees; elsewhere it means nothing either. */
export function withoutIndents(text: string): string {
  return text
    .replace(/\n +/gu, "\n")
    .replace(new RegExp(String.raw`(<${EDGED}\b(?:[^<>]|=>)*>)\n`, "gu"), "$1")
    .replace(new RegExp(String.raw`\n(</${EDGED}>)`, "gu"), "$1");
}

/** What is wrong where only a mistake in the code can be: it is told to those who make it. */
export function withoutMistakes(text: string): string {
  return text.replace(
    new RegExp(String.raw`\b(throw new (?:Range|Type)?Error)\(\s*(?:${QUOTED}|${TEMPLATE}),?\s*\);`, "gu"),
    '$1("a mistake");',
  );
}

function toldOnly(text: string): string {
  return withoutJudges(withoutTestData(text));
}

type Part = readonly [filter: RegExp, without: (text: string) => string];

/** Mutants that only promises show which need several runs: no page judges one of these, nor makes a run of such a mutant. */
function withoutMutants(text: string): string {
  return text.replace(/(?<=readonly Variant\[\] = )\[[\s\S]*^\];$/mu, "[];");
}

/** How two runs of one case part: what it says is about the simulation, and for those who test that. */
function withoutPartings(text: string): string {
  return text
    .replace(/^ {2}\["(?:determinism|faithful-copies)", \w+\],$/gmu, "")
    .replace(/(?<=: )parting\(/gu, "/* @__PURE__ */ parting(");
}

const PARTS: readonly Part[] = [
  [/[/\\]properties[/\\](?:tell|rerun-kinds)\.ts$/u, withoutPartings],
  [/[/\\]models[/\\]rerun-mutants\.ts$/u, withoutMutants],
  // The pages judge runs by the catalogue alone.
  [/[/\\]src[/\\]run[/\\]monitors\.ts$/u, withoutReruns],
  [/[/\\]properties[/\\]bugs[/\\][^/\\]*\.ts$/u, toldOnly],
  [/[/\\]src[/\\]web[/\\].*\.ts$/u, withoutIndents],
  [/[/\\]properties[/\\][^/\\]*\.ts$/u, withoutTestData],
  [/[/\\]simulation[/\\]faults[/\\][^/\\]*\.ts$/u, withoutDraws],
  [/[/\\]models[/\\]election\.ts$/u, withoutDescriptions],
  [/[/\\]models[/\\]timing\.ts$/u, withoutReasons],
  [/[/\\]models[/\\]masked-mutants\.ts$/u, withoutCovers],
  [/[/\\](?:models|election|simulation|time)[/\\].*\.ts$/u, withoutMistakes],
  [/[/\\]src[/\\]teach[/\\][^/\\]*\.ts$/u, withoutMistakes],
  [/[/\\]teach[/\\]lessons[/\\][^/\\]*\.ts$/u, withoutSolutions],
  [/[/\\]xstate[/\\]dist[/\\]log-[^/\\]*\.js$/u, withoutActions],
  [/[/\\]xstate[/\\]dist[/\\][^/\\]*\.js$/u, (text) => withoutTheUnused(withoutActors(text))],
];

/** Of a page that makes no runs. */
const TELLING: Part = [/[/\\]properties[/\\][^/\\]*\.ts$/u, toldOnly];

/** `runs`: whether the page makes runs, which are judged. */
export const leftOut = (runs: boolean): Plugin => ({
  name: "without what the pages never use",
  setup(esbuild) {
    for (const [filter, without] of runs ? PARTS : [TELLING, ...PARTS])
      esbuild.onLoad({ filter: new RegExp(filter.source) }, ({ path }) => ({
        contents: without(readFileSync(path, "utf8")),
        loader: path.endsWith(".ts") ? "ts" : "js",
      }));
  },
});
