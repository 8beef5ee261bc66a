/**
 * The events as readable text beside the diagram. Only the rows in sight exist, so that a long run scrolls as a short one.
 */
import { html, render } from "lit-html";
import { countWhile } from "../reading/sorted.ts";
import type { Turn } from "../reading/turns.ts";
import { clockText, type Markup } from "./markup.ts";
import type { Picture } from "./picture.ts";
import { atEvent, type PlayerCursor } from "./player.ts";
import type { FoldedPart } from "./viewer-frame.ts";
import { consequence, SIGNS } from "./words.ts";

const ROW_PX = 48;
const SPARE_ROWS = 6;

export class EventList {
  readonly element = document.createElement("div");
  readonly #choose: (n: number) => void;
  #picture: Picture;
  /** By event: the weightiest turning point that it is. */
  #turns: ReadonlyMap<number, Turn>;
  #shown: readonly number[];
  #cursor: PlayerCursor = { n: 0, at: 0 };
  #matches: ReadonlySet<number> = new Set();

  constructor(picture: Picture, choose: (n: number) => void) {
    this.#choose = choose;
    this.#picture = picture;
    this.#turns = weightiest(picture.turns);
    this.#shown = picture.run.events.map(({ n }) => n);
    this.element.className = "events";
    this.element.role = "listbox";
    this.element.ariaLabel = "events";
    this.element.tabIndex = 0;
    this.element.addEventListener("scroll", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** Tells of another run from now on; to be listed anew. */
  turnTo(picture: Picture): void {
    this.#picture = picture;
    this.#turns = weightiest(picture.turns);
  }

  /** Which events are listed, and which of them are marked as found. */
  list(onlyTurns: boolean, matches: readonly number[] | undefined): void {
    const found = new Set(matches);
    this.#matches = found;
    this.#shown = this.#picture.run.events.flatMap(({ n }) =>
      (!onlyTurns || this.#turns.has(n)) && (matches === undefined || found.has(n)) ? [n] : [],
    );
    this.#draw();
    this.show(this.#cursor);
  }

  /** Marks the cursor's event and brings it into sight. */
  show(cursor: PlayerCursor): void {
    this.#cursor = cursor;
    const place = countWhile(this.#shown, (n) => n <= cursor.n) - 1;
    const top = Math.max(0, place) * ROW_PX;
    const { clientHeight, scrollTop } = this.element;
    if (top < scrollTop + ROW_PX || top + 2 * ROW_PX > scrollTop + clientHeight) {
      this.element.scrollTop = top - clientHeight / 2 + ROW_PX / 2;
    }
    this.#draw();
  }

  #draw(): void {
    const { clientHeight, scrollTop } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(this.#shown.length, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    const rows = this.#shown.slice(first, last).map((n, index) => this.#row(n, first + index));
    render(
      html`<div class="rows" style="height:${this.#shown.length * ROW_PX}px">
        ${rows.length === 0 ? html`<p class="nothing">No event is like that.</p>` : rows}
      </div>`,
      this.element,
    );
    this.element.setAttribute("aria-activedescendant", `event-${this.#cursor.n}`);
  }

  #row(n: number, place: number): Markup {
    const event = this.#picture.run.events[n - 1];
    const told = this.#picture.told[n - 1];
    if (event === undefined || told === undefined) return "";
    const turn = this.#turns.get(n);
    const here = n === this.#cursor.n;
    const sign =
      turn === undefined
        ? ""
        : html`<span class="sign ${turn.type}" title=${turn.text}>${SIGNS[turn.type]}</span>`;
    const under = turn?.type === "breach" ? turn.text : consequence(told);
    return html`<div
      class="event${here ? " here" : ""}${this.#matches.has(n) ? " found" : ""}"
      style="top:${place * ROW_PX}px"
      role="option"
      id="event-${n}"
      aria-selected=${here}
      @click=${() => this.#choose(n)}
    >
      <p><time>${clockText(event.at)}</time><b>${event.node}</b>${sign}<span>${told.cause}</span></p>
      <p class="under">${under}</p>
    </div>`;
  }
}

const WEIGHTS: Readonly<Record<Turn["type"], number>> = { breach: 4, fault: 3, role: 2, message: 1, key: 0 };

function weightiest(turns: readonly Turn[]): ReadonlyMap<number, Turn> {
  const found = new Map<number, Turn>();
  for (const turn of turns) {
    const known = found.get(turn.n);
    if (known === undefined || WEIGHTS[turn.type] > WEIGHTS[known.type]) found.set(turn.n, turn);
  }
  return found;
}

/** All events below a run, made when they are first looked at. */
export function eventsFold(picture: Picture): FoldedPart {
  let list: EventList | undefined;
  return {
    name: "events",
    title: `All ${picture.run.events.length} events as text`,
    open: false,
    draw(cursor, go) {
      list ??= new EventList(picture, (n) => go(atEvent(picture, n)));
      list.show(cursor);
      return html`${list.element}`;
    },
  };
}
