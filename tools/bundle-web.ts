/**
 * Builds the web pages: TypeScript, styles and frame into one file each without outside parts, `dist/web/replay.html`,
 * `dist/web/live.html`, `dist/web/chart.html` and `dist/web/index.html`. Run by `npm run build`; tests call the functions and write nothing.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { minify } from "terser";
import { leftOut } from "./left-out.ts";

const SOURCES = "src/web";
const TARGET = "dist/web";

/** The page's text. `root`: the folder of the package, ending in a slash; `entry`: what it is of. */
export async function bundlePage(root: string, entry: "page" | "live" = "page"): Promise<string> {
  const [script, style, help] = await Promise.all([
    bundled(`${root}${SOURCES}/${entry}.ts`),
    bundled(`${root}${SOURCES}/page.css`),
    evaluated<{ readonly drawRunHelp: () => string }>(`${root}${SOURCES}/help.ts`),
  ]);
  const frame = readFileSync(`${root}${SOURCES}/replay.html`, "utf8");
  return frame
    .replace("/*style*/", () => style)
    .replace("<!--help-->", () => help.drawRunHelp())
    .replace("/*script*/", () => script.replaceAll("</script", "<\\/script"));
}

/** The page of a chart, which runs no script. */
export async function bundleChart(root: string): Promise<string> {
  const style = await bundled(`${root}${SOURCES}/chart-page.css`);
  return readFileSync(`${root}${SOURCES}/chart.html`, "utf8").replace("/*style*/", () => style);
}

const NO_NETWORK = "img-src data:";

/** The page of a recording that is still written. It asks who handed it out for more, and nobody else. */
export async function bundleLive(root: string): Promise<string> {
  const page = await bundlePage(root, "live");
  if (!page.includes(NO_NETWORK)) throw new Error("the page's policy says nothing of the network");
  return page
    .replace(NO_NETWORK, `${NO_NETWORK}; connect-src 'self'`)
    .replace("<!--title-->", "what clients do · leasehold")
    .replace("<!--trace-->", "")
    .replace(/ It asks nothing of the\s+network\./u, "");
}

/** The teaching pages. Their policy names the one script that may run, so that nothing in a link or a file ever can. */
export async function bundleTeaching(root: string): Promise<string> {
  const folder = `${root}${SOURCES}/teach`;
  const [code, style, help, charts] = await Promise.all([
    bundled(`${folder}/app.ts`, true),
    bundled(`${folder}/teach.css`),
    evaluated<{ readonly drawHelp: () => string }>(`${folder}/help.ts`),
    evaluated<{ readonly drawCharts: () => ReadonlyMap<string, readonly string[]> }>(`${folder}/charts.ts`),
  ]);
  const script = code.replaceAll("</script", "<\\/script");
  const digest = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`;
  return readFileSync(`${folder}/index.html`, "utf8")
    .replace("<!--policy-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
    .replace("/*style*/", () => style)
    .replace("<!--help-->", () => help.drawHelp())
    .replace("<!--charts-->", () => packedCharts(charts.drawCharts()))
    .replace("<!--script-->", () => `<script>${script}</script>`);
}

/** Compressed each, since a browser goes through all of a page before it shows it, and few charts are ever looked at. */
function packedCharts(charts: ReadonlyMap<string, readonly string[]>): string {
  return [...charts]
    .map(([drawn, names]) => {
      const packed = deflateRawSync(drawn, { level: 9 }).toString("base64");
      return `<template data-charts="${names.join(" ")}">${packed}</template>`;
    })
    .join("\n");
}

/** `runs`: whether the page makes runs. */
async function bundled(entry: string, runs = false): Promise<string> {
  const { metafile, outputFiles } = await build({
    ...USUAL,
    entryPoints: [entry],
    plugins: [anywhere, leftOut(runs)],
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  if (entry.endsWith(".css")) return file.text.trimEnd();
  // What of a module nothing is used of would come in for its place.
  const [output] = Object.values(metafile.outputs);
  const modules = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
    path.endsWith(".ts") && bytesInOutput > 0 ? [path] : [],
  );
  return smallest(await inOrder([...modules.sort(), relative(process.cwd(), entry)], runs));
}

const USUAL = {
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: "iife",
  target: ["chrome123", "firefox125", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
} as const satisfies BuildOptions;

const { resolve } = createRequire(import.meta.url);

/** Of lit-html the form that can also be loaded where there is no document: by the worker, which runs the page's script. */
const anywhere: Plugin = {
  name: "anywhere",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^lit-html$/ }, ({ path }) => ({
      // Whoever bundles may be run where Node takes what is meant for development.
      path: resolve(path).replace(/development[/\\]/u, ""),
      sideEffects: false,
    }));
  },
};

/** What is alike stands side by side, by its path, and not where it is first used: so it compresses by one percent better. */
async function inOrder(modules: readonly string[], runs: boolean): Promise<string> {
  const contents = modules.map((path) => `import ${JSON.stringify(`./${path}`)};`).join("\n");
  const { outputFiles } = await build({
    ...USUAL,
    stdin: { contents, resolveDir: process.cwd() },
    plugins: [inItsPlace, anywhere, leftOut(runs)],
  });
  return outputFiles[0]?.text ?? "";
}

/** An import for its place alone would be left out, since no module here does anything by being loaded. */
const inItsPlace: Plugin = {
  name: "in its place",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\./ }, async ({ importer, kind, path, resolveDir }) =>
      importer === "<stdin>"
        ? { path: (await esbuild.resolve(path, { kind, resolveDir })).path, sideEffects: true }
        : undefined,
    );
  },
};

/** A module's exports, run while the page is built: what never changes is drawn here and not by the page. */
async function evaluated<Exports>(entry: string): Promise<Exports> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "node20",
  });
  const script = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return (await import(`data:text/javascript;base64,${script}`)) as Exports;
}

/** What esbuild leaves is by some three percent smaller, compressed, when terser has gone over it. */
async function smallest(script: string): Promise<string> {
  const { code } = await minify(script, {
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 2,
      inline: 1,
      unsafe_arrows: true,
      sequences: false,
      keep_fargs: false,
      pure_getters: true,
      unsafe_undefined: true,
    },
    // What lit-html names so is its own.
    mangle: { properties: { regex: /^_\$/u } },
    format: { comments: false },
  });
  if (code === undefined) throw new Error("terser made nothing of the page's script");
  // A browser takes a script of small characters alone by half the memory, and sooner.
  return code.replace(
    /[\u0100-\uffff]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(TARGET, { recursive: true });
  writeFileSync(`${TARGET}/replay.html`, await bundlePage(""));
  writeFileSync(`${TARGET}/chart.html`, await bundleChart(""));
  writeFileSync(`${TARGET}/live.html`, await bundleLive(""));
  writeFileSync(`${TARGET}/index.html`, await bundleTeaching(""));
}
