/** Exports of traces: a trace's lines in, the text of another format out. Nothing here touches files. */
import type { TraceLine } from "../trace/format.ts";
import type { ExportFormat } from "./formats.ts";
import { exportHtml } from "./html.ts";
import { exportItf } from "./itf.ts";
import { exportMermaid } from "./mermaid.ts";
import { exportPerfetto } from "./perfetto.ts";
import { readRun } from "../reading/reading.ts";
import { exportShiviz } from "./shiviz.ts";

export interface ExportOptions {
  /** Mermaid: every message, not only turning points. */
  readonly everything?: boolean;
  /** HTML: gives the text of the built page; `page-file.ts` reads it. */
  readonly page?: () => string;
}

/**
 * A trace in another format. `lines` are a checked trace's: header, events, end. Holds the whole trace in memory. Throws a
 * RangeError for a trace without header, and for `html` without a page.
 */
export function exportTrace(
  format: ExportFormat,
  lines: Iterable<TraceLine>,
  { everything = false, page }: ExportOptions = {},
): string {
  switch (format) {
    case "mermaid":
      return exportMermaid(readRun(lines), { everything });
    case "itf":
      return exportItf(readRun(lines));
    case "shiviz":
      return exportShiviz(readRun(lines));
    case "perfetto":
      return exportPerfetto(readRun(lines));
    case "html":
      if (page === undefined) throw new RangeError("an HTML export needs the built page");
      return exportHtml(lines, page());
  }
}
