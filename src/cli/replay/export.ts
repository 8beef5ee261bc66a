/** `leasehold replay --export`: a trace in a format that other programs read. */
import { EXPORT_ENDINGS, type ExportFormat } from "../../export/formats.ts";
import { exportTrace } from "../../export/index.ts";
import { readPage } from "../../export/page-file.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { tryFile, tryOther, writeText } from "../base/output-file.ts";
import type { ReplayFlags } from "./flags.ts";
import { STDIN } from "../base/text-input.ts";
import { UserError } from "../base/user-error.ts";
import { linesUnder } from "./lines.ts";

/** To `--out`; a page goes into a file beside the trace, every other format to stdout where no file is named. */
export async function exportFile(
  file: string,
  header: TraceHeader,
  format: ExportFormat,
  { all, out: named, variant }: ReplayFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (named === undefined && format === "html" && file === STDIN)
    throw new UserError({
      where: "--export html",
      what: "a page is written beside its trace, and this one is no file",
      remedy: "name a place: --out page.html",
    });
  const out = named ?? (format === "html" ? besideOf(file, "html") : undefined);
  if (named !== undefined) tryOther(named, file, "--out");
  else if (out !== undefined) tryFile(out);
  const lines = Array.from(linesUnder(file, header, variant, terminal), ({ line }) => line);
  const text = exportTrace(format, lines, {
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

function besideOf(file: string, format: ExportFormat): string {
  return `${file.replace(/(?:\.jsonl)?(?:\.gz)?$/u, "")}${EXPORT_ENDINGS[format]}`;
}
