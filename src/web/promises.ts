/** What each promise says of the run at the cursor: a strip over the whole run, and the reason at the instant it breaks. */
import type { TraceVerdict } from "../trace/format.ts";
import { sentenceOf, whyOpen } from "../trace/tell-verdict.ts";
import { escape } from "../words/escape.ts";
import { clockText, px } from "./markup.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { redraw } from "./redraw.ts";
import type { FoldedPart } from "./viewer-frame.ts";
import { promisesText } from "./words.ts";

const WIDE = 1000;

/** `open`: whether it is unfolded at first. */
export function promisesFold(picture: Picture, open: boolean): FoldedPart {
  return {
    name: "promises",
    title: `Promises: ${promisesText(picture.run)}`,
    open,
    mount: (into) => (cursor) => redraw(into, drawPromises(picture, cursor)),
  };
}

function drawPromises({ run }: Picture, { at }: PlayerCursor): string {
  const verdicts = run.end?.verdicts ?? [];
  if (verdicts.length === 0) return '<p class="nothing">Nobody judged this recording.</p>';
  const place = (instant: number): number => (run.untilMs === 0 ? 0 : (instant / run.untilMs) * WIDE);
  const rows = verdicts.map((verdict) => {
    const [sign, word, kind] = standing(verdict, at);
    const broke = verdict.violation?.at;
    const strip =
      verdict.verdict === "outside" || verdict.verdict === "not judged"
        ? `<line class="unjudged" x1="0" x2="${WIDE}" y1="6" y2="6"/>`
        : `<line class="holds" x1="0" x2="${px(place(broke ?? run.untilMs))}" y1="6" y2="6"/>${
            broke === undefined
              ? ""
              : `<rect class="broken-strip" x="${px(place(broke))}" y="1" width="${px(Math.max(8, WIDE - place(broke)))}" height="10"/>`
          }`;
    const jump =
      broke === undefined
        ? ""
        : ` <button type="button" class="small" data-at="${broke}">${clockText(broke)}</button>`;
    const reason =
      broke !== undefined && broke <= at
        ? `<p class="reason">${escape(verdict.violation === undefined ? "" : sentenceOf(verdict.violation))}</p>`
        : "";
    return `<li class="promise ${kind}"><b><span aria-hidden="true">${sign}</span> ${escape(verdict.property)}</b> <span class="word">${escape(word)}${jump}</span>
<svg viewBox="0 0 ${WIDE} 12" preserveAspectRatio="none" aria-hidden="true">${strip}<line class="cursor" x1="${px(place(at))}" x2="${px(place(at))}" y1="0" y2="12" vector-effect="non-scaling-stroke"/></svg>${reason}</li>`;
  });
  return `<ul class="promises">${rows.join("")}</ul>`;
}

function standing(judged: TraceVerdict, at: number): readonly [string, string, string] {
  switch (judged.verdict) {
    case "holds":
      return ["✓", "holds", "good"];
    case "violated":
      return (judged.violation?.at ?? 0) <= at ? ["✕", "violated at", "bad"] : ["✓", "holds until", "later"];
    case "outside":
      return ["–", "promises nothing here: an assumption is broken", "open"];
    case "inconclusive":
      return ["?", whyOpen(judged) ?? "the run ends too early to tell", "open"];
    case "not judged":
      return ["?", "not judged", "open"];
  }
}
