/** An entry of a list: its first line stands out. */
import { wrap } from "../../words/cells.ts";

export function hanging(text: string, width: number): string {
  return wrap(text, width - 4)
    .map((line, at) => `${at === 0 ? "  " : "    "}${line}`)
    .join("\n");
}
