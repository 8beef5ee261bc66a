/** The formats that traces are exported to; apart from the exports, which are heavy to load. */

export const EXPORT_FORMATS = ["mermaid", "itf", "shiviz", "perfetto", "html"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How a file of each format is usually called. */
export const EXPORT_ENDINGS: Readonly<Record<ExportFormat, string>> = {
  mermaid: ".mmd",
  itf: ".itf.json",
  shiviz: ".shiviz.log",
  perfetto: ".perfetto.json",
  html: ".html",
};
