/** The parts of a viewer and where they stand; what the cursor moves is drawn into them. */
import { html, nothing } from "lit-html";
import type { Markup } from "./markup.ts";
import { PAGE_BINDINGS, type PageCommand } from "./keys.ts";
import type { PlayerCursor } from "./player.ts";

/** More about a run, below its drawing, shown when it is unfolded. */
export interface FoldedPart {
  /** A word for classes and for remembering. */
  readonly name: string;
  readonly title: string;
  /** Whether it is open at first. */
  readonly open: boolean;
  /** What it shows at the cursor; asked while it is unfolded. `go`: to another instant of the run. */
  readonly draw: (cursor: PlayerCursor, go: (cursor: PlayerCursor) => void) => Markup;
}

export interface ViewerNow {
  readonly label: string;
  readonly verdict: Markup;
  readonly clock: string;
  readonly playing: boolean;
  readonly pace: string;
  readonly trueTime: boolean;
  readonly stage: { readonly overview: SVGElement; readonly element: HTMLElement };
  readonly beats: HTMLElement;
  /** Right below the drawing. */
  readonly below: Markup;
  readonly folds: readonly FoldedPart[];
  /** Whether it is unfolded. */
  readonly unfolded: (fold: FoldedPart) => boolean;
}

export interface ViewerHooks {
  readonly press: (command: PageCommand) => void;
  readonly folded: (fold: FoldedPart, open: boolean) => void;
}

export function viewerFrame(now: ViewerNow, { folded, press }: ViewerHooks): Markup {
  const button = (command: PageCommand, sign: Markup, label: string, pressed?: boolean): Markup =>
    commandButton({ command, sign, label, pressed, press });
  return html`<div class="staged">
      <div class="show">
        <div class="transport" role="toolbar" aria-label="stepping through: ${now.label}">
          ${button("start", ICONS.start, "to the beginning")}${button("previousTurn", ICONS.previousTurn, "change of role before")}${button("back", ICONS.back, "one event back")}${button("play", now.playing ? ICONS.pause : ICONS.play, now.playing ? "pause" : "play")}${button("forward", ICONS.forward, "one event forward")}${button("nextTurn", ICONS.nextTurn, "next change of role")}${button("end", ICONS.end, "to the end")}
          <span class="speed"
            >${button("slower", "−", "slower")}<output class="pace">${now.pace}</output
            >${button("faster", "+", "faster")}</span
          >
          <span class="zoom"
            >${button("zoomOut", "⊖", "narrower")}${button("zoomIn", "⊕", "wider")}${button("trueTime", "1:1", "1:1, true time: every second as wide as any other", now.trueTime)}</span
          >
          ${now.verdict}
          <output class="clock">${now.clock}</output>
        </div>
        ${now.stage.overview}${now.stage.element}
        <p class="said" role="status" aria-live="polite"></p>
      </div>
      ${now.beats}
    </div>
    <div class="below">${now.below}</div>
    <div class="panels"></div>
    ${now.folds.length === 0 ? "" : html`<div class="folds">${now.folds.map((fold) => drawFold(fold, now.unfolded(fold), (open) => folded(fold, open)))}</div>`}`;
}

function drawFold({ name, title }: FoldedPart, open: boolean, folded: (open: boolean) => void): Markup {
  return html`<details
    class="fold ${name}-part"
    data-fold=${name}
    ?open=${open}
    @toggle=${({ target }: Event) => folded((target as HTMLDetailsElement).open)}
  >
    <summary>${title}</summary>
    <div class="fold-here"></div>
  </details>`;
}

/** Drawn, because not every font has them. */
const ICONS = {
  start: icon("M4 3v10M13 3L6 8l7 5z"),
  previousTurn: icon("M8 3L2 8l6 5zM14 3L8 8l6 5z"),
  back: icon("M11 3L5 8l6 5z"),
  play: icon("M4 2l10 6l-10 6z"),
  pause: icon("M4 3h2v10h-2zM10 3h2v10h-2z"),
  forward: icon("M5 3l6 5l-6 5z"),
  nextTurn: icon("M2 3l6 5l-6 5zM8 3l6 5l-6 5z"),
  end: icon("M12 3v10M3 3l7 5l-7 5z"),
} as const;

function icon(path: string): Markup {
  return html`<svg class="icon" width="16" height="16" aria-hidden="true"><path d=${path} /></svg>`;
}

/** `pressed`: whether what it switches is on. */
export function commandButton({
  command,
  label,
  press,
  pressed,
  sign,
}: {
  readonly command: PageCommand;
  readonly sign: Markup;
  readonly label: string;
  readonly pressed?: boolean | undefined;
  readonly press: (command: PageCommand) => void;
}): Markup {
  const key = PAGE_BINDINGS.find((one) => one.command === command)?.shown ?? "";
  return html`<button
    type="button"
    data-command=${command}
    title="${label} (${key})"
    aria-label=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${() => press(command)}
  >
    ${sign}
  </button>`;
}
