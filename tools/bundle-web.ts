/**
 * Builds the web pages: TypeScript, styles and frame into one file each without outside parts, `dist/web/replay.html` and
 * `dist/web/index.html`. Run by `npm run build`; tests call the functions and write nothing.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

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

/** The teaching pages. Their policy names the one script that may run, so that nothing in a link or a file ever can. */
export async function bundleTeaching(root: string): Promise<string> {
  const folder = `${root}${SOURCES}/teach`;
  const [code, style] = await Promise.all([bundled(`${folder}/app.ts`), bundled(`${folder}/teach.css`)]);
  const script = code.replaceAll("</script", "<\\/script");
  const digest = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`;
  return readFileSync(`${folder}/index.html`, "utf8")
    .replace("<!--policy-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
    .replace("/*style*/", () => style)
    .replace("<!--script-->", () => `<script>${script}</script>`);
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome123", "firefox125", "safari17.5"],
    charset: "utf8",
    legalComments: "none",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return entry.endsWith(".css") ? file.text.trimEnd() : smallest(file.text);
}

/** What esbuild leaves is by some three percent smaller, compressed, when terser has gone over it. */
async function smallest(script: string): Promise<string> {
  const { code } = await minify(script, {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 2, inline: 1, sequences: false },
    format: { comments: false },
  });
  if (code === undefined) throw new Error("terser made nothing of the page's script");
  return code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(TARGET, { recursive: true });
  writeFileSync(`${TARGET}/replay.html`, await bundlePage(""));
  writeFileSync(`${TARGET}/index.html`, await bundleTeaching(""));
}
