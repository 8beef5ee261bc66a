/**
 * The text of a scenario file as a document in which every value knows its place. YAML; JSON is a part of it, but a file
 * that calls itself JSON must be JSON.
 */
import {
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
  const fault = json ? jsonFault(text) : undefined;
  if (fault !== undefined) {
    return [
      {
        ...at(fault.offset),
        what: `JSON syntax: ${fault.what}`,
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
  if (document.errors.length > 0) {
    return document.errors.map(({ code, message, pos }) => ({ ...at(pos[0]), ...explained(code, message) }));
  }
  const alias = aliasOfNothing(document);
  if (alias !== undefined)
    return [
      {
        ...at(alias),
        what: "an alias stands here, and no anchor of that name before it",
        remedy: "put the text into quotes, if its * is part of it",
      },
    ];
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return [
      { line: 1, column: 1, what: "the aliases amount to too much", remedy: "write out what they stand for" },
    ];
  }
  return {
    value,
    place: (finding) => ({ ...at(offsetOf(document, finding)), what: finding.what, remedy: finding.remedy }),
  };
}

/** Where an alias stands that means nothing; undefined: there is none. */
function aliasOfNothing(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) !== undefined) return undefined;
      offset = startOf(node, 0);
      return visit.BREAK;
    },
  });
  return offset;
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
