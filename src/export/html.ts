/**
 * A run as one page that needs nothing else: the built page with the trace's lines put into it. Everything that the page
 * shows it reads off those lines, so the page is a trace file too.
 */
import { titleOf } from "../reading/run.ts";
import { escape } from "../words/escape.ts";
import type { TraceLine } from "../trace/format.ts";

/** Stands in the built page where the trace belongs. */
export const TRACE_PLACE = "<!--trace-->";
export const TITLE_PLACE = "<!--title-->";

/** `page`: the text of `dist/web/replay.html`. */
export function exportHtml(lines: Iterable<TraceLine>, page: string): string {
  const all = [...lines];
  const [header] = all;
  const title = header?.type === "header" ? titleOf(header) : "trace";
  for (const place of [TITLE_PLACE, TRACE_PLACE]) {
    if (!page.includes(place)) throw new RangeError(`the page has no place ${place}`);
  }
  const data = all.map((line) => embeddable(JSON.stringify(line))).join(",\n");
  return page
    .replace(TITLE_PLACE, () => `${escape(title)} · leasehold`)
    .replace(TRACE_PLACE, () => `<script type="application/json" id="trace">[\n${data}\n]</script>`);
}

/** JSON in which nothing can be taken for the end of a script, and whose line breaks JavaScript and HTML agree on. */
function embeddable(json: string): string {
  return json.replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
