/**
 * Reads TypeScript well enough to list imports and identifiers, and no better.
 *
 * The architecture test must not depend on a compiler's programming interface, so comments, strings and regular
 * expressions are blanked out by a small scanner first; after that, plain patterns are safe.
 */

export interface ImportStatement {
  specifier: string;
  line: number;
}

export interface SourceScan {
  /** The text with comments removed and every literal emptied. Line numbers are kept. */
  code: string;
  imports: readonly ImportStatement[];
}

/** Blanks out what is not code, then collects static, re-exporting, side-effect and dynamic imports. */
export function scanSource(text: string): SourceScan {
  const { code, literals } = blankOut(text);
  const imports: ImportStatement[] = [];
  for (const match of code.matchAll(IMPORT)) {
    const start = match.index + match[0].lastIndexOf('"', match[0].length - 2);
    const specifier = literals.get(start);
    if (specifier !== undefined) imports.push({ specifier, line: lineAt(code, start) });
  }
  return { code, imports };
}

/** `import … from ""`, `export … from ""`, `import ""`, `import("")`; literals are already empty here. */
const IMPORT = /(?<![\w$.])(?:(?:import|export)\b[\w\s{},*$]*?\bfrom\s*""|import\s*""|import\s*\(\s*"")/gu;

/** Number of the line that holds `index`, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Lengths change (literals become `""`), lines do not. The map holds each string by the place of its quote. */
function blankOut(text: string): { code: string; literals: Map<number, string> } {
  const literals = new Map<number, string>();
  /** Open braces; `true` marks one that was opened by `${` and so returns to a template. */
  const braces: boolean[] = [];
  let code = "";
  let at = 0;

  const keepLines = (from: number, to: number): string => text.slice(from, to).replace(/[^\n]/gu, "");
  const readTemplate = (from: number): void => {
    const end = templateEnd(text, from);
    code += keepLines(at, end);
    at = end;
    if (text.startsWith("${", end)) {
      braces.push(true);
      code += "(";
      at = end + 2;
    } else {
      code += '""';
      at = end + 1;
    }
  };

  while (at < text.length) {
    const char = text.charAt(at);
    const pair = text.slice(at, at + 2);
    if (pair === "//") {
      at = endOr(text.indexOf("\n", at), text);
    } else if (pair === "/*") {
      const end = endOr(text.indexOf("*/", at + 2) + 2, text, 2);
      code += ` ${keepLines(at, end)}`;
      at = end;
    } else if (char === '"' || char === "'") {
      const end = quotedEnd(text, at);
      literals.set(code.length, text.slice(at + 1, end));
      code += '""';
      at = end + 1;
    } else if (char === "`") {
      readTemplate(at + 1);
    } else if (char === "/" && regexMayStart(code)) {
      code += "/./";
      at = regexEnd(text, at) + 1;
    } else if (char === "}" && braces.pop() === true) {
      code += ")";
      readTemplate(at + 1);
    } else {
      if (char === "{") braces.push(false);
      code += char;
      at += 1;
    }
  }
  return { code, literals };
}

function endOr(index: number, text: string, offset = 0): number {
  return index < offset ? text.length : index;
}

function quotedEnd(text: string, open: number): number {
  const quote = text.charAt(open);
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === quote || char === "\n") return at;
  }
  return text.length;
}

/** The place of the closing back-tick or of the next `${`. */
function templateEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "`" || text.startsWith("${", at)) return at;
  }
  return text.length;
}

function regexEnd(text: string, open: number): number {
  let inClass = false;
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "\n" || (char === "/" && !inClass)) return at;
  }
  return text.length;
}

/** A slash divides after a value and opens a regular expression after anything else. */
function regexMayStart(codeBefore: string): boolean {
  const before = codeBefore.slice(-60).trimEnd();
  if (before === "" || /(?<![\w$.])(?:return|typeof|case|in|of|void|yield|await|throw|else)$/u.test(before))
    return true;
  return !/[\w$)\]"}]$/u.test(before);
}
