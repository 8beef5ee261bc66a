/** Before a build: nothing of an earlier one stays in `dist`. `--done`, after it: marks when it was finished. */
import { rmSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
if (process.argv.includes("--done")) writeFileSync(new URL("built", dist), "");
else rmSync(dist, { recursive: true, force: true });
