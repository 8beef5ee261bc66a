/** Breaking text into lines, for everything that is drawn on a terminal. */

/** A blank, but not one before a number or its unit: `60 s` and `rev 7` stay together. */
const BREAK = /(?<= )(?=[^ ])(?!(?:s|\d[\d.]*)(?:[ ,.:;)]|$))/u;

/** Breaks at blanks; a word longer than the line is cut into pieces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(BREAK)) {
    if ((line + word.trimEnd()).length > width && line !== "") {
      lines.push(line.trimEnd());
      line = "";
    }
    let rest = word;
    for (; rest.trimEnd().length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line += rest;
  }
  if (line.trimEnd() !== "") lines.push(line.trimEnd());
  return lines;
}

/** A paragraph, every line indented. */
export function flow(text: string, width: number, indent = ""): string {
  return wrap(text, width - indent.length)
    .map((line) => `${indent}${line}`)
    .join("\n");
}
