/**
 * The events as readable text beside the diagram. Only the rows in sight exist, so that a long run scrolls as a short one.
 */
import { countWhile } from "../reading/sorted.ts";
import type { Turn } from "../reading/turns.ts";
import { escape } from "../words/escape.ts";
import { clockText } from "./markup.ts";
import type { Picture } from "./picture.ts";
import { atEvent, type PlayerCursor } from "./player.ts";
import { redraw } from "./redraw.ts";
import type { FoldedPart } from "./viewer-frame.ts";
import { consequence } from "./words.ts";

const ROW_PX = 48;
const SPARE_ROWS = 6;

export class EventList {
  readonly #picture: Picture;
  readonly #box: HTMLElement;
  readonly #rows = document.createElement("div");
  readonly #turns = new Map<number, Turn>();
  #shown: readonly number[];
  #cursor: PlayerCursor = { n: 0, at: 0 };
  #matches: ReadonlySet<number> = new Set();

  constructor(picture: Picture, box: HTMLElement, choose: (n: number) => void) {
    this.#picture = picture;
    this.#box = box;
    this.#shown = picture.run.events.map(({ n }) => n);
    const rank = { breach: 4, fault: 3, role: 2, message: 1, key: 0 };
    for (const turn of picture.turns) {
      const known = this.#turns.get(turn.n);
      if (known === undefined || rank[turn.type] > rank[known.type]) this.#turns.set(turn.n, turn);
    }
    this.#rows.className = "rows";
    box.replaceChildren(this.#rows);
    box.onscroll = () => this.#draw();
    this.#rows.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest<HTMLElement>("[data-n]") : null;
      if (row !== null) choose(Number(row.dataset["n"]));
    });
    new ResizeObserver(() => this.#draw()).observe(box);
  }

  /** Which events are listed, and which of them are marked as found. */
  list(onlyTurns: boolean, matches: readonly number[] | undefined): void {
    const found = new Set(matches);
    this.#matches = found;
    this.#shown = this.#picture.run.events.flatMap(({ n }) =>
      (!onlyTurns || this.#turns.has(n)) && (matches === undefined || found.has(n)) ? [n] : [],
    );
    this.#rows.style.height = `${this.#shown.length * ROW_PX}px`;
    this.show(this.#cursor);
    this.#draw();
  }

  /** Marks the cursor's event and brings it into sight. */
  show(cursor: PlayerCursor): void {
    this.#cursor = cursor;
    const place = countWhile(this.#shown, (n) => n <= cursor.n) - 1;
    const top = Math.max(0, place) * ROW_PX;
    const { clientHeight, scrollTop } = this.#box;
    if (top < scrollTop + ROW_PX || top + 2 * ROW_PX > scrollTop + clientHeight) {
      this.#box.scrollTop = top - clientHeight / 2 + ROW_PX / 2;
    }
    this.#draw();
  }

  #draw(): void {
    const { clientHeight, scrollTop } = this.#box;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(this.#shown.length, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    const rows = this.#shown.slice(first, last).map((n, index) => this.#row(n, first + index));
    redraw(this.#rows, rows.join("") || '<p class="nothing">No event is like that.</p>');
    this.#box.setAttribute("aria-activedescendant", `event-${this.#cursor.n}`);
  }

  #row(n: number, place: number): string {
    const event = this.#picture.run.events[n - 1];
    const told = this.#picture.told[n - 1];
    if (event === undefined || told === undefined) return "";
    const turn = this.#turns.get(n);
    const here = n === this.#cursor.n;
    const sign =
      turn === undefined
        ? ""
        : `<span class="sign ${turn.type}" title="${escape(turn.text)}">${SIGNS[turn.type]}</span>`;
    const under = turn?.type === "breach" ? turn.text : consequence(told);
    return `<div class="event${here ? " here" : ""}${this.#matches.has(n) ? " found" : ""}" style="top:${place * ROW_PX}px" role="option" id="event-${n}" aria-selected="${here}" data-n="${n}"><p><time>${clockText(event.at)}</time><b>${escape(event.node)}</b>${sign}<span>${escape(told.cause)}</span></p><p class="under">${escape(under)}</p></div>`;
  }
}

/** All events below a run, made when they are first looked at. */
export function eventsFold(picture: Picture): FoldedPart {
  return {
    name: "events",
    title: `All ${picture.run.events.length} events as text`,
    open: false,
    mount(into, go) {
      let list: EventList | undefined;
      return (cursor) => {
        if (list === undefined) {
          into.innerHTML = '<div class="events" role="listbox" aria-label="events" tabindex="0"></div>';
          list = new EventList(picture, into.firstElementChild as HTMLElement, (n) =>
            go(atEvent(picture, n)),
          );
          list.list(false, undefined);
        }
        list.show(cursor);
      };
    },
  };
}

export const SIGNS: Readonly<Record<Turn["type"], string>> = {
  role: "⇄",
  fault: "▲",
  message: "⇢",
  key: "◆",
  breach: "✕",
};
