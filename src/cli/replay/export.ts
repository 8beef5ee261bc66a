/** `leasehold replay --export`: a trace in a format that other programs read. */
import { EXPORT_ENDINGS, type ExportFormat } from "../../export/formats.ts";
import { exportTrace } from "../../export/index.ts";
import { readPage } from "../../export/page-file.ts";
import type { TraceLine } from "../../trace/format.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { tryFile, writeText } from "../base/output-file.ts";
import { readTrace } from "../base/trace-input.ts";
import type { ReplayFlags } from "./flags.ts";

/** To `--out`; a page goes into a file beside the trace, every other format to stdout where no file is named. */
export async function exportFile(
  file: string,
  format: ExportFormat,
  { all, out: named }: ReplayFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const out = named ?? (format === "html" ? besideOf(file, "html") : undefined);
  if (out !== undefined) tryFile(out, named === undefined ? undefined : "--out");
  const text = exportTrace(format, linesOf(file, terminal), {
    everything: all === true,
    page: readPage,
  });
  if (out === undefined) {
    terminal.out(text);
    return EXIT.holds;
  }
  await uninterrupted(() => writeText(out, text));
  terminal.out(`${out} is written\n`);
  return EXIT.holds;
}

function* linesOf(file: string, terminal: Terminal): Generator<TraceLine, undefined> {
  for (const { line } of readTrace(file, terminal)) yield line;
  return undefined;
}

function besideOf(file: string, format: ExportFormat): string {
  return `${file.replace(/\.jsonl$/u, "")}${EXPORT_ENDINGS[format]}`;
}
