/**
 * What the package exports, read off its built declarations: for each sub-path every name with its type, comments left out.
 * Text, not a compiler: declarations have few forms, and one that is not understood is an error.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../helpers/repository.ts";

export interface Exported {
  readonly name: string;
  /** As declared, on one line. */
  readonly declaration: string;
  /** Whether it carries a doc comment. */
  readonly documented: boolean;
}

/** By sub-path, in the order of their names. */
export function exportsOf(subPath: string): Exported[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, { types: string }>;
  };
  const entry = exports[subPath];
  if (entry === undefined) throw new Error(`the package has no sub-path ${subPath}`);
  const file = join(ROOT, entry.types);
  return namesIn(file)
    .map(({ from, name }) => ({ name, ...declarationOf(name, from) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

const NAMED = /export (?:type )?\{([^}]*)\} from "([^"]+)"/gu;

function namesIn(file: string): { readonly name: string; readonly from: string }[] {
  const text = readFileSync(file, "utf8");
  if (/export \*/u.test(text)) throw new Error(`${file} exports whole modules`);
  return [...text.matchAll(NAMED)].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((one) => one.trim().replace(/^type /u, ""))
      .filter((one) => one !== "")
      .map((name) => ({ name, from: declarations(file, from) })),
  );
}

function declarations(file: string, specifier: string): string {
  return join(dirname(file), specifier.replace(/\.(?:ts|js)$/u, ".d.ts"));
}

function declarationOf(name: string, file: string): Omit<Exported, "name"> {
  const text = readFileSync(file, "utf8");
  const start = new RegExp(
    String.raw`^export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) ${name}\b`,
    "mu",
  ).exec(text);
  if (start !== null) {
    const before = text.slice(0, start.index).trimEnd();
    return {
      declaration: oneLine(withoutComments(text.slice(start.index, endOf(text, start.index)))),
      documented: before.endsWith("*/"),
    };
  }
  // Handed on from another file.
  for (const [, names = "", from = ""] of text.matchAll(NAMED))
    if (new RegExp(String.raw`\b${name}\b`, "u").test(names))
      return declarationOf(name, declarations(file, from));
  for (const [, from = ""] of text.matchAll(/export (?:type )?\* from "([^"]+)"/gu)) {
    const target = declarations(file, from);
    if (new RegExp(String.raw`\b${name}\b`, "u").test(readFileSync(target, "utf8")))
      return declarationOf(name, target);
  }
  throw new Error(`${name} is not declared in ${file}`);
}

/** A declaration ends at a semicolon outside of all brackets, or with the brace that closes a class or an interface. */
function endOf(text: string, from: number): number {
  const block = /^export (?:declare )?(?:abstract )?(?:class|interface) /u.test(text.slice(from, from + 40));
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith("/*", at)) at = text.indexOf("*/", at) + 1;
    const character = text[at] ?? "";
    if (text.startsWith("=>", at)) at++;
    else if ("{([<".includes(character)) depth++;
    else if ("})]>".includes(character)) {
      depth--;
      if (block && depth === 0 && character === "}") return at + 1;
    } else if (character === ";" && depth === 0) return at;
  }
  throw new Error(`a declaration does not end: ${text.slice(from, from + 80)}`);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//gu, "").replaceAll(/\/\/.*$/gmu, "");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}
