/**
 * The text of a scenario file as a document in which every value knows its place. YAML; JSON is a part of it, but a file
 * that calls itself JSON must be JSON.
 */
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from "yaml";
import { jsonFault } from "./json-fault.ts";
import type { FileFinding, Problem } from "./problem.ts";

export interface Placed {
  readonly value: unknown;
  readonly place: (finding: FileFinding) => Problem;
}

/** Reads the text; problems if it is none that can be read. `json`: it must be JSON. `empty`: what to do with an empty one. */
export function readDocument(
  text: string,
  json: boolean,
  empty = "a scenario needs at least: coordinators: {rootcoord: 2}",
): Placed | readonly Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { col, line } = lines.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = json ? jsonFault(text) : undefined;
  if (broken !== undefined) {
    return [
      {
        ...at(broken.offset),
        what: `JSON syntax: ${broken.what}`,
        remedy: "correct it, or name the file .yaml",
      },
    ];
  }
  if (text.trim() === "" || document.contents === null) {
    return [
      {
        line: 1,
        column: 1,
        what: "the file is empty",
        remedy: empty,
      },
    ];
  }
  const depth = document.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (depth !== undefined)
    return [
      { ...at(depth.pos[0]), what: "lists within lists, too deep", remedy: "a scenario is no deeper than 4" },
    ];
  if (document.errors.length > 0) {
    return document.errors.map(({ code, message, pos }) => ({ ...at(pos[0]), ...explained(code, message) }));
  }
  const fault = shapeFault(document);
  if (fault !== undefined) return [{ ...at(fault.offset), what: fault.what, remedy: fault.remedy }];
  return {
    value: document.toJS({ maxAliasCount: -1 }) as unknown,
    place: (finding) => ({ ...at(offsetOf(document, finding)), what: finding.what, remedy: finding.remedy }),
  };
}

/** What YAML can say and a value cannot be. */
interface ShapeFault {
  readonly offset: number;
  readonly what: string;
  readonly remedy: string;
}

const IN_QUOTES = "put the text into quotes, if its * is part of it";
const WITHOUT_ALIAS = "write out what is meant, in place of *name";
/** More, and a small file becomes a value that fills the memory. */
const MOST_VALUES = 2000;

/** The first name that is no word, the first `*name` that stands for nothing or for itself, and aliases that amount to too much. */
function shapeFault(document: Document.Parsed): ShapeFault | undefined {
  let found: ShapeFault | undefined;
  let aliases = 0;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      const what = `a ${isMap(key) ? "group of fields" : "list"} where the name of a field should be`;
      found = { offset: startOf(key, 0), what, remedy: "write a word before the colon" };
      return visit.BREAK;
    },
    Alias(_, node, above) {
      aliases++;
      const target = node.resolve(document);
      if (target !== undefined && !above.includes(target)) return undefined;
      const offset = startOf(node, 0);
      // Its name is not said: it may be a password that begins with a star.
      found =
        target === undefined
          ? { offset, what: "an alias stands here, and no anchor of that name before it", remedy: IN_QUOTES }
          : { offset, what: `*${node.source} stands within what it stands for`, remedy: WITHOUT_ALIAS };
      return visit.BREAK;
    },
  });
  if (found !== undefined || aliases === 0 || valuesOfAliases(document) <= MOST_VALUES) return found;
  const what = `the aliases amount to too much, more than ${MOST_VALUES} values`;
  return { offset: startOf(document.contents, 0), what, remedy: WITHOUT_ALIAS };
}

/** How many values all aliases amount to when each is written out; an anchor stands before them. */
function valuesOfAliases(document: Document.Parsed): number {
  const sizes = new Map<unknown, number>();
  let values = 0;
  const size = (node: unknown): number => {
    if (isAlias(node)) {
      const one = sizes.get(node.resolve(document)) ?? 1;
      values += one;
      return one;
    }
    if (isPair(node)) return size(node.key) + size(node.value);
    const all = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + size(item), 1) : 1;
    sizes.set(node, all);
    return all;
  };
  size(document.contents);
  return values;
}

function explained(code: string, message: string): { what: string; remedy: string } {
  // What follows a colon, and an escape, is quoted from the file: of the very line that may hold a password.
  const first = (message.split("\n")[0] ?? message)
    .replace(/ at line .*$/u, "")
    .replace(/: .*$/u, "")
    .replace(/(escape sequence) .*$/u, "$1");
  switch (code) {
    case "DUPLICATE_KEY":
      return { what: "this field stands here twice", remedy: "keep one of the two" };
    case "TAB_AS_INDENT":
      return { what: "a tab indents this line", remedy: "YAML indents by spaces alone" };
    case "MISSING_CHAR":
    case "BAD_INDENT":
    case "BLOCK_IN_FLOW":
      return { what: `YAML syntax: ${first}`, remedy: "close every bracket and quote; is the file cut off?" };
    default:
      return {
        what: `YAML syntax: ${first}`,
        remedy: "indent alike what belongs together, and write field: value",
      };
  }
}

/** Where the value at `path` begins; if there is none, its nearest surroundings. */
function offsetOf(document: Document.Parsed, { key = false, path }: FileFinding): number {
  let node: unknown = document.contents;
  let offset = startOf(node, 0);
  for (const [depth, step] of path.entries()) {
    if (!isCollection(node)) return offset;
    const last = depth === path.length - 1;
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    if (last && key && pair !== undefined) return startOf(pair.key, offset);
    const next: unknown = isMap(node) ? pair?.value : node.items[Number(step)];
    if (pair !== undefined) offset = startOf(pair.key, offset);
    offset = startOf(isPair(next) ? next.key : next, offset);
    node = next;
  }
  return offset;
}

function startOf(node: unknown, otherwise: number): number {
  return isNode(node) && node.range !== undefined && node.range !== null ? node.range[0] : otherwise;
}
