/** What each promise says of the run at the cursor: a strip over the whole run, and the reason at the instant it breaks. */
import { html, svg } from "lit-html";
import type { TraceVerdict } from "../trace/format.ts";
import { sentenceOf, whyOpen } from "../trace/tell-verdict.ts";
import { clockText, px, type Markup } from "./markup.ts";
import type { Picture } from "./picture.ts";
import { atInstant, type PlayerCursor } from "./player.ts";
import type { FoldedPart } from "./viewer-frame.ts";
import { promisesText } from "./words.ts";

const WIDE = 1000;

/** `open`: whether it is unfolded at first. */
export function promisesFold(picture: Picture, open: boolean): FoldedPart {
  const { run } = picture;
  return {
    name: "promises",
    title: `Promises: ${promisesText(run)}`,
    open,
    draw({ at }, go) {
      const verdicts = run.end?.verdicts ?? [];
      if (verdicts.length === 0) return html`<p class="nothing">Nobody judged this recording.</p>`;
      const rows = verdicts.map((verdict) =>
        drawPromise(verdict, at, run.untilMs, (broke) => go(atInstant(picture, broke))),
      );
      return html`<ul class="promises">
        ${rows}
      </ul>`;
    },
  };
}

function drawPromise(
  verdict: TraceVerdict,
  at: PlayerCursor["at"],
  untilMs: number,
  go: (at: number) => void,
): Markup {
  const { property, violation } = verdict;
  const place = (instant: number): number => (untilMs === 0 ? 0 : (instant / untilMs) * WIDE);
  const [sign, word, kind] = standing(verdict, at);
  const broke = violation?.at;
  const unjudged = verdict.verdict === "outside" || verdict.verdict === "not judged";
  const strip = unjudged
    ? svg`<line class="unjudged" x1="0" x2=${WIDE} y1="6" y2="6"/>`
    : svg`<line class="holds" x1="0" x2=${px(place(broke ?? untilMs))} y1="6" y2="6"/>${
        broke === undefined
          ? ""
          : svg`<rect class="broken-strip" x=${px(place(broke))} y="1" width=${px(Math.max(8, WIDE - place(broke)))} height="10"/>`
      }`;
  const jump =
    broke === undefined
      ? ""
      : html` <button type="button" class="small" @click=${() => go(broke)}>${clockText(broke)}</button>`;
  const reason =
    violation !== undefined && violation.at <= at
      ? html`<p class="reason">Told from the whole run: ${sentenceOf(violation)}</p>`
      : "";
  return html`<li class="promise ${kind}">
    <b><span aria-hidden="true">${sign}</span> ${property}</b> <span class="word">${word}${jump}</span>
    <svg viewBox="0 0 ${WIDE} 12" preserveAspectRatio="none" aria-hidden="true">
      ${strip}
      <line
        class="cursor"
        x1=${px(place(at))}
        x2=${px(place(at))}
        y1="0"
        y2="12"
        vector-effect="non-scaling-stroke"
      /></svg
    >${reason}
  </li>`;
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
