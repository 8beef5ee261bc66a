/** Tables of docs/what-is-checked.md that are written from what the code says: `UPDATE_DOCS=1` writes them anew. */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../../docs/what-is-checked.md", import.meta.url);

export function docTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The document's block of that name, after it was written if that is asked for; and what it should be. */
export function docBlock(
  name: string,
  table: string,
): { readonly is: string | undefined; readonly should: string } {
  const block = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- end -->`, "u");
  const should = `\n${table}\n\n`;
  if (process.env["UPDATE_DOCS"] === "1")
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(block, () => `<!-- ${name} -->\n${should}<!-- end -->`),
    );
  return { is: block.exec(readFileSync(file, "utf8"))?.[1], should };
}
