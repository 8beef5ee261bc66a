/** Data files against the declarations of those who read them: written out as literals, and judged by the compiler. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../helpers/repository.ts";

export interface Typed {
  /** What a fault is told of. */
  readonly name: string;
  readonly value: unknown;
  /** An exported type, and the module that declares it. */
  readonly type: string;
  readonly from: string;
}

/** A string enumeration takes its texts, as JSON has them. */
const PLAIN = `type Plain<T> = T extends string ? \`\${T}\`
  : T extends readonly (infer Each)[] ? Plain<Each>[]
  : T extends object ? { [Key in keyof T]: Plain<T[Key]> }
  : T;`;

/** What the compiler has against them, a line each: a missing field, one that is unknown, a value of the wrong kind. */
export function typeFaults(all: readonly Typed[]): string[] {
  // Inside the project, so that its packages are found.
  mkdirSync(join(ROOT, ".leasehold"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".leasehold", "typed-"));
  try {
    const file = join(folder, "typed.ts");
    const parts = all.map(
      ({ from, name, type, value }, index) =>
        `// ${name}\nimport type { ${type} as T${index} } from "${from}";\n` +
        `export const v${index}: Plain<T${index}> = ${JSON.stringify(value, undefined, 1)};\n`,
    );
    writeFileSync(file, `${PLAIN}\n${parts.join("")}`);
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", "--ignoreConfig"];
    const found = spawnSync(
      process.execPath,
      [join(ROOT, "node_modules", "typescript", "bin", "tsc"), ...flags, "--module", "nodenext", file],
      { encoding: "utf8", cwd: ROOT },
    );
    return `${found.stdout}${found.stderr}`
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(" "))
      .map((line) => line.replace(/^.*typed\.ts/u, ""));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
