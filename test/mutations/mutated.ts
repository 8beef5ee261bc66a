/** The check as it would be with one line of the sources changed: bundled apart, so that nothing else sees the change. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { build } from "esbuild";
import type { catalogue } from "../../properties/catalogue.ts";
import type * as check from "../../properties/check.ts";
import type { inVain } from "../../properties/strike-counts.ts";
import type { SourceMutant } from "./edits.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * V8 compiles a function to machine code after so many bytes of bytecode have run in it. Each bundle is new to it and done in seconds:
 * after the usual 66 KiB, 300 schedules cost 910 compilations, of which 331 were thrown away again; so late it is 117 and 32.
 */
setFlagsFromString("--interrupt-budget=2000000");

/** What the bundle exports. */
export interface MutatedCheck {
  readonly check: typeof check;
  readonly catalogue: typeof catalogue;
  readonly inVain: typeof inVain;
}

const ENTRY = `
export * as check from "./properties/check.ts";
export { catalogue } from "./properties/catalogue.ts";
export { inVain } from "./properties/strike-counts.ts";
`;

/** Undefined: the sources as they are. Throws where the text to change is not there exactly once. */
export async function mutatedCheck(
  mutant: Pick<SourceMutant, "file" | "from" | "to"> | undefined,
): Promise<MutatedCheck> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-mutant-"));
  const outfile = join(folder, "check.mjs");
  let found = mutant === undefined ? 1 : 0;
  try {
    await build({
      stdin: { contents: ENTRY, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
      plugins: [
        {
          name: "mutant",
          setup(bundler) {
            bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
              if (mutant === undefined || path !== join(ROOT, mutant.file)) return undefined;
              const text = readFileSync(path, "utf8");
              found = text.split(mutant.from).length - 1;
              return { contents: text.replace(mutant.from, () => mutant.to), loader: "ts" as const };
            });
          },
        },
      ],
    });
    if (found !== 1) throw new Error(`the text to change stands ${found} times in ${mutant?.file ?? ""}`);
    return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as MutatedCheck;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
