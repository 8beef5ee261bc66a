/**
 * What the pages are built without: parts of modules that only others read or call. Each is found by the shape that the formatter gives it;
 * `test/web/left-out.test.ts` holds that what is left does the same.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

const QUOTED = String.raw`"[^"]*"`;

/** Which mutants a promise reveals and what its witnesses saw: for those who test the checker. */
export function withoutTestData(text: string): string {
  return text
    .replace(/^ {2}kills: \[[^\]]*\],$/mu, "  kills: [],")
    .replace(new RegExp(String.raw`^( {4}witness\(\s*${QUOTED}),\s*${QUOTED}`, "gmu"), '$1, ""');
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

/** What takes the place of xstate's actors: what a pure step asks of one. */
const ACTORS: Readonly<Record<string, string>> = {
  Mailbox: "class Mailbox {}",
  createSystem: "function createSystem() { return { _sendInspectionEvent() {} }; }",
  Actor: "class Actor { constructor() { this.system = createSystem(); } }",
};

/** Never called in a pure step of a chart that has no actors of its own and no routes. */
const UNCALLED = [
  "reportUnhandledError",
  "toObserver",
  "createScheduledEventId",
  "getAllOwnEventDescriptors",
  "formatRouteTransitions",
  "executeCancel",
  "executeRaise",
  "executeSpawn",
  "executeStop",
  "resolveSpawn",
  "resolveStop",
  "unregisterRecursively",
  "spawnChild",
  "stopChild",
  "stopChildren",
  "createSpawner",
  "getPersistedSnapshot",
  "persistContext",
  "serializeHistoryValue",
  "restoreSnapshot",
];

/** Of xstate the pages call the pure step alone: no actor is ever started, spawned, watched, stopped or written down. */
export function withoutActors(text: string): string {
  let left = text;
  for (const [name, instead] of Object.entries(ACTORS))
    left = left.replace(new RegExp(`^(?:class|function) ${name}\\b[\\s\\S]*?^\\}$`, "mu"), () => instead);
  for (const name of UNCALLED) {
    left = left.replace(new RegExp(`^function ${name}\\([\\s\\S]*?^\\}$`, "mu"), `function ${name}() {}`);
    left = left.replace(new RegExp(`^ {2}${name}\\([\\s\\S]*?^ {2}\\}$`, "mu"), `  ${name}() {}`);
  }
  return left;
}

/** What sends to other actors or logs; of xstate's actions the charts use `assign` alone. */
function withoutActions(text: string): string {
  const names = /export \{([^}]*)\}/u.exec(text)?.[1]?.split(",") ?? [];
  const known = names.map((name) => name.trim().split(" ").at(-1) ?? "");
  return known.map((name) => `export const ${name} = undefined;`).join("\n");
}

const PARTS: readonly (readonly [filter: RegExp, without: (text: string) => string])[] = [
  [/[/\\]properties[/\\][^/\\]*\.ts$/u, withoutTestData],
  [/[/\\]simulation[/\\]faults[/\\][^/\\]*\.ts$/u, withoutDraws],
  [/[/\\]xstate[/\\]dist[/\\]log-[^/\\]*\.js$/u, withoutActions],
  [/[/\\]xstate[/\\]dist[/\\][^/\\]*\.js$/u, withoutActors],
];

export const leftOut: Plugin = {
  name: "without what the pages never use",
  setup(esbuild) {
    for (const [filter, without] of PARTS)
      esbuild.onLoad({ filter: new RegExp(filter.source) }, ({ path }) => ({
        contents: without(readFileSync(path, "utf8")),
        loader: path.endsWith(".ts") ? "ts" : "js",
      }));
  },
};
