/** The built pages on disk: `npm run build` makes them beside the compiled sources. */
import { readFileSync } from "node:fs";

/** The text of a page in `dist/web`. Throws what the file system throws: without it the package was not built. */
export function readPage(name: "replay" | "chart" | "live" = "replay"): string {
  return readFileSync(new URL(`../../web/${name}.html`, import.meta.url), "utf8");
}
