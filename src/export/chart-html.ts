/** How much of the chart was seen, as one page that needs nothing else and runs no script. */
import { escape } from "../words/escape.ts";
import { drawChart, type Chart, type ChartMark } from "./chart-boxes.ts";
import { TITLE_PLACE } from "./html.ts";

/** Stands in the built page where the chart belongs. */
const CHART_PLACE = "<!--chart-->";

export interface ChartSeen {
  readonly title: string;
  /** One by one. */
  readonly sentences: readonly string[];
  readonly chart: Chart;
  /** Whether a state, or a pair of a state and the type of an event, was seen; undefined: nothing is said of it. */
  readonly seen: (path: string, eventType?: string) => boolean | undefined;
  /** Pairs that were not, by the reason. */
  readonly missing: readonly { readonly why: string; readonly pairs: readonly string[] }[];
}

/** `page`: the text of `dist/web/chart.html`. */
export function exportChart({ chart, missing, seen, sentences, title }: ChartSeen, page: string): string {
  const mark: ChartMark = (path, eventType) => {
    const was = seen(path, eventType);
    return was === undefined ? "" : was ? "seen" : "never";
  };
  const reasons = missing.map(
    ({ pairs, why }) => `<dt>${escape(why)}</dt>${pairs.map((pair) => `<dd>${escape(pair)}</dd>`).join("")}`,
  );
  const body = [
    `<h1>${escape(title)}</h1>`,
    ...sentences.map((sentence) => `<p>${escape(sentence)}</p>`),
    `<p class="key"><span class="state seen">seen</span> somebody was found there, or left it by that event; <span class="state never"><span>what was</span></span> seen in no explored state</p>`,
    `<div class="chart-place" tabindex="0" role="group" aria-label="statechart">${drawChart(chart, mark)}</div>`,
    ...(reasons.length === 0 ? [] : [`<h2>What never came</h2><dl>${reasons.join("")}</dl>`]),
  ];
  return page
    .replace(TITLE_PLACE, () => `${escape(title)} · leasehold`)
    .replace(CHART_PLACE, () => body.join("\n"));
}
