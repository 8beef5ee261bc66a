/**
 * The rules of the house, as data and a pure checker: files in, violations out.
 *
 * What a floor may import is what makes "the code that was checked is the code that runs" true: once a model
 * reads a clock or the election knows the command line, a simulated run proves nothing. The checker takes texts,
 * not paths, so that its own test can hand it an offending file.
 */
import { posix } from "node:path";
import { lineAt, scanSource } from "./source-scan.ts";
import type { SourceScan } from "./source-scan.ts";

/** Path from the project's root, with forward slashes, to the text of the file. */
export type Sources = ReadonlyMap<string, string>;

export interface Violation {
  file: string;
  line: number;
  rule: string;
  detail: string;
}

export const MAXIMUM_LINES = 400;

/** The stepper runs in a browser too, all but its terminal. */
const ENGINE =
  /^(?:models|src\/(?:words|time|election|simulation|search|trace|run|reading|evidence|teach|export|milvus(?!\/log-format\.ts$))|properties)\/|^src\/stepper\/(?!terminal-)/u;
const TEST = /\.test\.ts$/u;
const SYSTEM_CLOCK = /^src\/time\/system-clock\.ts$/u;
/** Adapters to the world outside. The engine, which also runs in a browser, must not reach them. */
const ADAPTER = /^src\/(?:kv\/etcd|time\/system-clock\.ts$)/u;

/** Who may import a package. A package that is not listed is free for every floor but `models/`. */
const PACKAGE_USERS: Readonly<Record<string, { only: RegExp; where: string }>> = {
  xstate: { only: /^models\//u, where: "models/" },
  "fast-check": {
    only: /^(?:properties|src\/cli|src\/testing)\//u,
    where: "properties/, src/cli/ and src/testing/",
  },
  chalk: { only: /^src\/cli\/|\/render[^/]*\.ts$/u, where: "src/cli/ and files named render*.ts" },
  "@grpc/grpc-js": { only: /^src\/(?:kv\/etcd|serve\/)/u, where: "src/kv/etcd and src/serve" },
  jiti: { only: /^src\/cli\/own\//u, where: "src/cli/own/" },
  protobufjs: { only: /^src\/kv\/etcd/u, where: "src/kv/etcd" },
  "@opentelemetry/api": { only: /^src\/opentelemetry\//u, where: "src/opentelemetry/" },
  "prom-client": { only: /^src\/coordinator\//u, where: "src/coordinator/" },
  vitest: { only: TEST, where: "*.test.ts" },
  "node:": {
    only: /^src\/(?:cli|coordinator|service|serve|testing)\/|^src\/kv\/etcd|^src\/time\/system-clock\.ts$|^src\/(?:trace|export)\/[^/]*file[^/]*\.ts$|^src\/stepper\/terminal-|\.test\.ts$/u,
    where:
      "src/cli/, src/coordinator/, src/service/, src/serve/, src/testing/, src/kv/etcd*, src/time/system-clock.ts, src/{trace,export}/*file*.ts and src/stepper/terminal-*",
  },
};

/** What the lower floors may import inside the project. Folders that are not listed only obey the other rules. */
const FLOOR_MAY_IMPORT: ReadonlyArray<{ floor: RegExp; may: RegExp; where: string }> = [
  { floor: /^src\/words\//u, may: /^src\/words\//u, where: "src/words/" },
  { floor: /^models\//u, may: /^models\//u, where: "models/" },
  { floor: /^src\/time\//u, may: /^(?:models|src\/time)\//u, where: "models/ and src/time/" },
  {
    floor: /^src\/kv\//u,
    may: /^(?:models|src\/(?:kv|time|words))\//u,
    where: "models/, src/words/, src/time/ and src/kv/",
  },
  {
    floor: /^src\/election\//u,
    may: /^(?:models|src\/(?:kv|time|election))\//u,
    where: "models/, src/kv/, src/time/ and src/election/",
  },
  {
    floor: /^src\/opentelemetry\//u,
    may: /^(?:models|src\/(?:version\.ts$|(?:service|opentelemetry)\/))/u,
    where: "models/, src/service/ and src/opentelemetry/",
  },
  {
    floor: /^src\/reading\//u,
    may: /^(?:models|properties|src\/(?:version\.ts$|(?:words|time|simulation|trace|reading)\/))/u,
    where: "the trace and what judges a run, and below",
  },
  {
    floor: /^src\/evidence\//u,
    may: /^(?:models|properties|src\/(?:words|simulation|trace|milvus|reading|evidence)\/|src\/version\.ts$)/u,
    where: "the reading, Milvus' texts and what judges, and below",
  },
  {
    floor: /^src\/export\//u,
    may: /^(?:models|src\/(?:words|simulation|trace|reading|export))\//u,
    where: "the reading and what it is of",
  },
];

/** In the simulation the coordinator is one kind of process: what is not about it, or made of it, does not know it. Faults
 * aim at a coordinator's messages by its words. */
const KNOWS_ELECTION =
  /^(?:src\/election\/|models\/(?:election|dialect|election-vocabulary|timing|variants?|mutants|milvus\/))/u;
const MAY_KNOW_ELECTION = /^src\/simulation\/(?:coordinator-process|setup|scenario|faults\/message)\.ts$/u;

const BANNED_GLOBALS = [
  "Date",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "crypto",
  "process",
];

const BANNED_GLOBAL = new RegExp(
  // A member (`event.process`) or a key (`process: 1`, `process?: T`) only shares the name.
  String.raw`(?<![\w$#]|(?<!\.\.|globalThis)\.)(?:${BANNED_GLOBALS.join("|")})(?![\w$])(?!\s*\??:)`,
  "gu",
);
const MATH_RANDOM = /(?<![\w$.])Math\s*\??\.\s*random(?![\w$])/gu;
const ASYNCHRONOUS = /(?<![\w$.#])(?:async|await|Promise)(?![\w$])(?!\s*\??:)/gu;

/** What one module tells people; the fields that such a text stands in. */
const TOLD = String.raw`(?:[\w$#[\]]+[.?!]+)+(?:text|sentence|story|says|why|detail)|(?:sentenceOf|tell[A-Z]\w*)\([^()]*\)`;
const READS = "startsWith|endsWith|includes|indexOf|lastIndexOf|match|matchAll|search|split";
/**
 * A told text that is taken apart or recognised. Its type forbids most of it (`src/words/told.ts`); what a type cannot see is a
 * regular expression that is handed the text, and a comparison with a text.
 */
const READ_PROSE = new RegExp(
  [
    String.raw`\.(?:test|exec)\(\s*(?:${TOLD})\s*\)`,
    String.raw`(?<![\w$]|typeof )(?:${TOLD})\s*(?:===|!==)\s*""`,
    String.raw`(?<![\w$])(?:${TOLD})\??\.(?:${READS})\(`,
  ].join("|"),
  "gu",
);
/** Where texts for people are made and shown; elsewhere a text is what somebody typed. */
const SHOWS = /^(?:properties|src\/(?:trace|run|reading|stepper|export|web|teach|cli))\//u;
/** Lessons are written as paragraphs, and what is in one is its author's own. */
const PARAGRAPHS = /^src\/cli\/teach\//u;

/**
 * One place runs a simulation, `src/simulation/execute.ts`. Beside it a history steps through kept worlds, the promises about
 * worlds themselves hold copies of them against each other, and the search takes single steps: of whole worlds, and along a path.
 */
const RUNS = /(?<![\w$])new\s+Simulation\(/gu;
const MAY_RUN = new Set([
  "src/simulation/execute.ts",
  "src/run/history.ts",
  "properties/reruns.ts",
  "src/search/whole-steps.ts",
  "src/search/retell.ts",
  "src/search/run-beside.ts",
]);

/** The parts of a reading are worked out in `src/reading`; everybody else takes them from a `Reading` or an `ObservedRun`. */
const READING = /^src\/reading\//u;
const READS_RUN =
  /(?<![\w$.])(?:(?:breaches|changes|clocks|faults|lanes|leases|messages|outdatedWrites|refusedWrites|servingCounts|servings|takeovers|troubles|turns|vacancies)Of|claimsOf|leadsTo|gatherRun|seenIn)\(/gu;
/** A takeover and its bound have one place; the promise judges what it finds, the search has it as a timer, and the reading shows it. */
const FINDS_TAKEOVERS = /(?<![\w$.])(?:new\s+Takeovers|(?:crash|clean)TakeoverBoundMs)\(/gu;
const MAY_FIND_TAKEOVERS =
  /^(?:models\/timing|properties\/(?:bounded-takeover|takeovers)|src\/reading\/takeovers|src\/search\/folds\/takeovers)\.ts$/u;

/**
 * Whoever shows a run and hears a claim works out who serves; whoever opens etcd's lessor, how long a lease lasts. Both are said by
 * the reading, and for a world that stands still by `moment.ts`.
 */
const SHOWS_RUNS = /^src\/(?:run|stepper|export|web|teach|cli)\//u;
const HEARS_CLAIMS = /(?:[!=]==|\bcase)\s*"claim"/gu;
const OPENS_LESSOR = /\blessor\s*\.|\.\s*claims\s*\[/gu;
const MAY_OPEN_LESSOR = "src/run/moment.ts";

/** Every rule, over every file of `models/`, `src/` and `properties/`. */
export function checkArchitecture(sources: Sources): Violation[] {
  const scans = new Map<string, SourceScan>();
  for (const [file, text] of sources) scans.set(file, scanSource(text));
  return [
    ...[...sources].flatMap(([file, text]) => checkLength(file, text)),
    ...[...scans].flatMap(([file, scan]) => checkImports(file, scan)),
    ...[...scans].flatMap(([file, scan]) => checkPurity(file, scan)),
    ...[...sources].flatMap(([file, text]) => checkInference(file, text)),
    ...checkCycles(importGraph(scans), "import cycle between files"),
    ...checkCycles(floorGraph(scans), "import cycle between folders"),
  ];
}

function checkLength(file: string, text: string): Violation[] {
  const lines = text.replace(/\n$/u, "").split("\n").length;
  if (lines <= MAXIMUM_LINES) return [];
  return [{ file, line: lines, rule: "length", detail: `${lines} lines, at most ${MAXIMUM_LINES}` }];
}

function checkImports(file: string, scan: SourceScan): Violation[] {
  return scan.imports.flatMap(({ specifier, line }) => {
    const target = resolveImport(file, specifier);
    const detail = target === undefined ? packageFault(file, specifier) : floorFault(file, target);
    return detail === undefined ? [] : [{ file, line, rule: "import", detail }];
  });
}

function packageFault(file: string, specifier: string): string | undefined {
  const name = packageName(specifier);
  const users = Object.hasOwn(PACKAGE_USERS, name) ? PACKAGE_USERS[name] : undefined;
  if (users !== undefined && !users.only.test(file)) return `${specifier} belongs in ${users.where}`;
  const isModel = file.startsWith("models/") && !TEST.test(file);
  if (isModel && name !== "xstate") return `models/ imports xstate and nothing else, not ${specifier}`;
  return undefined;
}

function floorFault(file: string, target: string): string | undefined {
  if (!/^(?:models|src|properties)\//u.test(target)) {
    return TEST.test(file) && target.startsWith("test/")
      ? undefined
      : `${target} is outside models, src, properties`;
  }
  if (TEST.test(file)) return undefined;
  if (TEST.test(target)) return `${target} is a test`;
  if (target.startsWith("src/cli/") && !file.startsWith("src/cli/")) return `src/cli/ is the roof: ${target}`;
  if (ENGINE.test(file) && ADAPTER.test(target) && folderOf(file) !== folderOf(target)) {
    return `${target} is an adapter; the engine knows contracts only`;
  }
  if (file.startsWith("src/simulation/") && KNOWS_ELECTION.test(target) && !MAY_KNOW_ELECTION.test(file)) {
    return `${target} is the election's; the world knows processes only`;
  }
  const rule = FLOOR_MAY_IMPORT.find(({ floor }) => floor.test(file));
  if (rule !== undefined && !rule.may.test(target)) return `${target} is above; allowed here: ${rule.where}`;
  return undefined;
}

function checkPurity(file: string, { code }: SourceScan): Violation[] {
  if (TEST.test(file)) return [];
  const found: Violation[] = [];
  const report = (pattern: RegExp, rule: string): void => {
    for (const match of code.matchAll(pattern)) {
      found.push({ file, line: lineAt(code, match.index), rule, detail: match[0] });
    }
  };
  if (ENGINE.test(file) && !SYSTEM_CLOCK.test(file)) {
    report(BANNED_GLOBAL, "banned global");
    report(MATH_RANDOM, "banned global");
  }
  if (/^(?:models|src\/election|src\/simulation)\//u.test(file)) report(ASYNCHRONOUS, "synchronous floor");
  if (!MAY_RUN.has(file) && !TEST.test(file)) report(RUNS, "runs by itself");
  if (!READING.test(file)) report(READS_RUN, "reads a run by itself");
  if (!MAY_FIND_TAKEOVERS.test(file)) report(FINDS_TAKEOVERS, "finds takeovers by itself");
  if (SHOWS.test(file) && !PARAGRAPHS.test(file)) report(READ_PROSE, "reads prose");
  return found;
}

/** Looks at the text itself: which observation is heard stands in a literal. */
function checkInference(file: string, text: string): Violation[] {
  if (TEST.test(file) || !SHOWS_RUNS.test(file)) return [];
  const patterns = file === MAY_OPEN_LESSOR ? [HEARS_CLAIMS] : [HEARS_CLAIMS, OPENS_LESSOR];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      file,
      line: lineAt(text, match.index),
      rule: "infers service or leases by itself",
      detail: match[0],
    })),
  );
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function importGraph(scans: ReadonlyMap<string, SourceScan>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, { imports }] of scans) {
    const targets = imports.map(({ specifier }) => resolveImport(file, specifier));
    graph.set(file, new Set(targets.filter((target) => target !== undefined)));
  }
  return graph;
}

/** The same edges between folders (`models`, `src/kv`, …), without tests and without a folder's edges to itself. */
function floorGraph(scans: ReadonlyMap<string, SourceScan>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of importGraph(scans)) {
    if (TEST.test(file)) continue;
    const from = folderOf(file);
    const edges = graph.get(from) ?? new Set();
    for (const target of targets) if (folderOf(target) !== from) edges.add(folderOf(target));
    graph.set(from, edges);
  }
  return graph;
}

/** Each cycle once, named from its first member: depth-first search with three colours. */
function checkCycles(graph: Graph, rule: string): Violation[] {
  const found: Violation[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const open = path.indexOf(node);
    if (open !== -1) {
      const detail = [...path.slice(open), node].join(" → ");
      found.push({ file: node, line: 1, rule, detail });
      return;
    }
    if (finished.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return found;
}

/** `src/kv` for `src/kv/etcd/x.ts`, `models` for `models/store/x.ts`; a file right under `src/` stands for itself. */
function folderOf(file: string): string {
  const [top = "", second = "", ...rest] = file.split("/");
  if (top !== "src") return top;
  return `${top}/${second}${rest.length === 0 ? " (file)" : ""}`;
}

function resolveImport(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.js$/u, ".ts");
}

/** `xstate` for `xstate/graph`, `@scope/name` for `@scope/name/part`, `node:` for every built-in module. */
function packageName(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** One line of a failure: `src/kv/x.ts:3 import: …`. */
export function describeViolation({ file, line, rule, detail }: Violation): string {
  return `${file}:${line} ${rule}: ${detail}`;
}
