/** Kept cases: traces in a folder that a check runs again, by meaning, before it generates new ones. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ChalkInstance } from "chalk";
import type { Variant } from "../../../models/variant.ts";
import { judgeAgain, type Again } from "../../run/tolerant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { countOf } from "../../words/count.ts";
import { readTrace } from "../base/trace-input.ts";
import { holdTrace } from "../base/trace-source.ts";
import { adoptForTrace } from "../own/trace-modules.ts";
import { UserError } from "../base/user-error.ts";

/** Looked for where the check runs; its absence is no fault. */
export const DEFAULT_CORPUS = "corpus";

export interface KeptCase {
  readonly file: string;
  readonly property: string;
  /** `open`: a decision found no question, or the run could not be judged. */
  readonly verdict: "holds" | "violated" | "open";
}

/** Runs the cases about `properties`. `folder`: undefined where nobody named one. */
export async function runCorpus(
  folder: string | undefined,
  properties: readonly string[],
  variant: Variant,
): Promise<KeptCase[]> {
  const kept: KeptCase[] = [];
  for (const file of filesIn(folder)) {
    await holdTrace(file);
    await adoptForTrace(file, { variant: variant.name }, false);
    const header = headerOfWhole(file);
    const { property } = header;
    if (property !== undefined && !properties.includes(property)) continue;
    const again = judgeAgain(header, variant);
    kept.push(
      property === undefined ? byAll(file, properties, again) : { file, property, verdict: verdictOf(again) },
    );
  }
  return kept;
}

function filesIn(folder: string | undefined): string[] {
  const place = folder ?? DEFAULT_CORPUS;
  const found = statSync(place, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    if (folder === undefined) return [];
    throw new UserError({
      where: `--corpus ${folder}`,
      what: found === undefined ? "there is no such folder" : "it is not a folder",
      remedy: "name a folder of traces, or leave --corpus out",
    });
  }
  return readdirSync(place)
    .filter((name) => /\.jsonl(?:\.gz)?$/u.test(name))
    .sort()
    .map((name) => join(place, name));
}

/** A file that is cut or edited is no kept case: it is refused as a whole. */
function headerOfWhole(file: string): TraceHeader {
  let header: TraceHeader | undefined;
  for (const { line } of readTrace(file)) if (line.type === "header") header = line;
  if (header === undefined) throw new Error(`${file} was read without a header`);
  return header;
}

/** A case about no property, kept since it comes to where few do: judged by all. */
function byAll(file: string, properties: readonly string[], { broken, unmet }: Again): KeptCase {
  const property = properties.find((name) => broken.includes(name));
  if (property !== undefined) return { file, property, verdict: "violated" };
  return { file, property: "every property", verdict: unmet.length === 0 ? "holds" : "open" };
}

function verdictOf({ outcome }: Again): KeptCase["verdict"] {
  if (outcome === "reproduced") return "violated";
  return outcome === "diverged" ? "open" : "holds";
}

export function renderCorpus(cases: readonly KeptCase[], paint: ChalkInstance): string {
  const bad = cases.filter(({ verdict }) => verdict !== "holds");
  const lines = bad.map(({ file, property, verdict }) =>
    verdict === "violated"
      ? `${paint.red.bold(`${property} is violated again`)}: leasehold replay ${file} tells how`
      : `${paint.yellow(`no verdict on ${property}`)}: leasehold replay ${file} tells why`,
  );
  const held = cases.length - bad.length;
  const rest = `${countOf(held, "kept case")} ${held === 1 ? "holds" : "hold"}`;
  return `${[...lines, rest].join("\n")}\n\n`;
}
