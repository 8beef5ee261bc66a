/** The fixed parts of a viewer as HTML; what moves is drawn into them. */
import { PAGE_BINDINGS, type PageCommand } from "./keys.ts";
import { escape } from "../words/escape.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { drawVerdict } from "./verdict.ts";

/** More about a run, below its drawing, shown when it is unfolded. */
export interface FoldedPart {
  /** A word for classes and for remembering. */
  readonly name: string;
  readonly title: string;
  /** Whether it is open at first. */
  readonly open: boolean;
  /** Puts what stays into its place; what comes back draws what the cursor moves. `go`: to another instant of the run. */
  readonly mount: (into: HTMLElement, go: (cursor: PlayerCursor) => void) => (cursor: PlayerCursor) => void;
}

/** `sinceMs`: from where on it is told what came of the run. */
export function drawViewer(picture: Picture, label: string, sinceMs = 0): string {
  const { run } = picture;
  return `<div class="staged"><div class="show"><div class="transport" role="toolbar" aria-label="stepping through: ${escape(label)}">
${commandButton("start", ICONS.start, "to the beginning")}${commandButton("previousTurn", ICONS.previousTurn, "change of role before")}${commandButton("back", ICONS.back, "one event back")}${commandButton("play", "▶", "play or pause", "play")}${commandButton("forward", ICONS.forward, "one event forward")}${commandButton("nextTurn", ICONS.nextTurn, "next change of role")}${commandButton("end", ICONS.end, "to the end")}
<span class="speed">${commandButton("slower", "−", "slower")}<output class="pace">1×</output>${commandButton("faster", "+", "faster")}</span>
<span class="zoom">${commandButton("zoomOut", "⊖", "narrower")}${commandButton("zoomIn", "⊕", "wider")}${commandButton("trueTime", "1:1", "1:1, true time: every second as wide as any other")}</span>
${drawVerdict(picture, sinceMs)}
<output class="clock"></output>
</div>
<svg class="overview" role="slider" tabindex="0" aria-label="instant: ${escape(label)}" aria-valuemin="0" aria-valuemax="${Math.round(run.untilMs)}"></svg>
<div class="stage"><div class="names"></div><div class="scroll" tabindex="0" role="group" aria-label="space-time diagram: ${escape(label)}; all events are listed as text"></div></div>
<p class="said" role="status" aria-live="polite"></p></div><div class="beats"></div></div>
<div class="below"></div>
<div class="panels"></div>`;
}

/** `habits`: which are open, where somebody has opened or closed them. */
export function drawFolds(folds: readonly FoldedPart[], habits: ReadonlyMap<string, boolean>): string {
  const drawn = folds.map(
    ({ name, open, title }) =>
      `<details class="fold ${name}-part" data-fold="${name}"${(habits.get(name) ?? open) ? " open" : ""}><summary>${escape(title)}</summary><div class="fold-here"></div></details>`,
  );
  return drawn.length === 0 ? "" : `<div class="folds">${drawn.join("")}</div>`;
}

/** Drawn, because not every font has them. */
const ICONS = {
  start: icon("M4 3v10M13 3L6 8l7 5z"),
  previousTurn: icon("M8 3L2 8l6 5zM14 3L8 8l6 5z"),
  back: icon("M11 3L5 8l6 5z"),
  forward: icon("M5 3l6 5l-6 5z"),
  nextTurn: icon("M2 3l6 5l-6 5zM8 3l6 5l-6 5z"),
  end: icon("M12 3v10M3 3l7 5l-7 5z"),
} as const;

function icon(path: string): string {
  return `<svg class="icon" width="16" height="16" aria-hidden="true"><path d="${path}"/></svg>`;
}

export function commandButton(command: PageCommand, sign: string, label: string, name = ""): string {
  const key = PAGE_BINDINGS.find((one) => one.command === command)?.shown ?? "";
  return `<button type="button" class="${name}" data-command="${command}" title="${escape(label)} (${escape(key)})" aria-label="${escape(label)}">${sign}</button>`;
}
