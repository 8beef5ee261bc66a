/** How much of the chart was seen, as one page that needs nothing else and runs no script. */
import { escape } from "../words/escape.ts";
import { boxesOf, type Chart, type ChartBox } from "./chart-boxes.ts";
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
  const mark: Mark = (path, eventType) => {
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
    `<div class="chart-place" tabindex="0" role="group" aria-label="statechart"><div class="statechart">${drawInner(boxesOf(chart), mark)}</div></div>`,
    ...(reasons.length === 0 ? [] : [`<h2>What never came</h2><dl>${reasons.join("")}</dl>`]),
  ];
  return page
    .replace(TITLE_PLACE, () => `${escape(title)} · leasehold`)
    .replace(CHART_PLACE, () => body.join("\n"));
}

/** What is said of a state, or of a way on from it by the type of its event: an element's class; empty: nothing. */
type Mark = (path: string, eventType?: string) => string;

function drawInner({ parallel, path, states, ways }: ChartBox, mark: Mark): string {
  const lines = ways.map(
    ({ event, eventType, guard, toKey }) =>
      `<li class="${mark(path, eventType)}">${event === "" ? "at once" : escape(event)}${guard === undefined ? "" : ` <i>if ${escape(guard)}</i>`} → ${escape(toKey)}</li>`,
  );
  const boxes = states.map(
    (state) =>
      `<li class="state ${state.states.length === 0 ? "leaf" : "box"} ${mark(state.path)}" data-path="${state.path}"><span>${escape(state.key)}</span>${drawInner(state, mark)}</li>`,
  );
  return `${lines.length === 0 ? "" : `<ul class="ways-on">${lines.join("")}</ul>`}${boxes.length === 0 ? "" : `<ul class="states${parallel ? " regions" : ""}">${boxes.join("")}</ul>`}`;
}
