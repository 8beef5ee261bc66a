/**
 * Builds the web page: TypeScript, styles and frame into one file without outside parts, `dist/web/replay.html`. Run by
 * `npm run build`; tests call {@link bundlePage} and write nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const SOURCES = "src/web";
const TARGET = "dist/web";

/** The page's text. `root`: the folder of the package, ending in a slash. */
export async function bundlePage(root: string): Promise<string> {
  const [script, style] = await Promise.all([
    bundled(`${root}${SOURCES}/page.ts`),
    bundled(`${root}${SOURCES}/page.css`),
  ]);
  const frame = readFileSync(`${root}${SOURCES}/replay.html`, "utf8");
  return frame
    .replace("/*style*/", () => style)
    .replace("/*script*/", () => script.replaceAll("</script", "<\\/script"));
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome123", "firefox120", "safari17.5"],
    charset: "utf8",
    legalComments: "none",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return file.text.trimEnd();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(TARGET, { recursive: true });
  writeFileSync(`${TARGET}/replay.html`, await bundlePage(""));
}
