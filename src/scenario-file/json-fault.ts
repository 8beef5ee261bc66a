/**
 * Where a text stops being JSON. The built-in parser's messages name the place in some engines only, and YAML's parser
 * takes more than JSON; so this looks for the first offence by itself.
 */
export interface JsonFault {
  readonly offset: number;
  readonly what: string;
}

const SPACE = /[ \t\r\n]*/uy;
// oxlint-disable-next-line no-control-regex -- JSON forbids them inside strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/uy;
const DEEPEST = 100;

/** The first offence; undefined: the text is JSON, or empty. */
export function jsonFault(text: string): JsonFault | undefined {
  if (text.trim() === "") return undefined;
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found !== null;
  };
  const fault = (wanted: string): JsonFault => {
    skip(SPACE);
    return {
      offset: at,
      what: `${at >= text.length ? "the text ends" : JSON.stringify(text[at])} where ${wanted} should be`,
    };
  };
  const eat = (character: string): boolean => {
    skip(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const list = (end: string, item: () => JsonFault | undefined): JsonFault | undefined => {
    if (eat(end)) return undefined;
    for (;;) {
      const inner = item();
      if (inner !== undefined) return inner;
      if (eat(end)) return undefined;
      if (!eat(",")) return fault(`a comma or ${end}`);
    }
  };
  const value = (depth: number): JsonFault | undefined => {
    if (depth > DEEPEST) return fault("less nesting");
    if (eat("[")) return list("]", () => value(depth + 1));
    if (eat("{")) {
      return list("}", () => {
        skip(SPACE);
        if (!skip(STRING)) return fault("a field name in double quotes");
        return eat(":") ? value(depth + 1) : fault("a colon");
      });
    }
    return skip(STRING) || skip(LITERAL) ? undefined : fault("a value");
  };
  const found = value(0);
  if (found !== undefined) return found;
  skip(SPACE);
  return at < text.length ? fault("the end") : undefined;
}
