/** The built page on disk: `npm run build` makes it beside the compiled sources. */
import { readFileSync } from "node:fs";

/** The text of `dist/web/replay.html`. Throws what the file system throws: without it the package was not built. */
export function readPage(): string {
  return readFileSync(new URL("../../web/replay.html", import.meta.url), "utf8");
}
