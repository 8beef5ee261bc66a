/**
 * The page of one run: a viewer, beside it all events as a list that can be searched. The address keeps the event, so that a link
 * leads to it. A run that goes on is shown anew where it stands.
 */
import { html, render } from "lit-html";
import { hasVariant } from "../reading/run.ts";
import { AfterRest } from "./after-rest.ts";
import { EventList } from "./event-list.ts";
import { toggleHelp } from "./help-dialog.ts";
import { pageCommandOf, type PageCommand } from "./keys.ts";
import type { Markup } from "./markup.ts";
import type { Picture } from "./picture.ts";
import { atEvent, nextMatch, type PlayerCursor } from "./player.ts";
import { changeTheme, lettersObeyed } from "./preferences.ts";
import { promisesFold } from "./promises.ts";
import { Viewer } from "./viewer.ts";
import { commandButton } from "./viewer-frame.ts";
import type { ViewerOptions } from "./viewer-options.ts";
import { searchTexts } from "./words.ts";
import { ttlText } from "../words/ttl.ts";

export class RunPage {
  readonly #writing = new AfterRest(() => history.replaceState(null, "", `#n=${this.cursor.n}`));
  readonly #viewer: Viewer;
  readonly #list: EventList;
  #picture: Picture;
  #texts: readonly string[];
  /** What is sought. */
  #wanted = "";
  #turnsOnly = false;
  #matches: readonly number[] | undefined;
  #more: Markup = "";

  constructor(picture: Picture, start: PlayerCursor) {
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    this.#list = new EventList(picture, (n) => this.#go(n));
    this.#viewer = new Viewer(picture, this.#options(start));
    this.#filter();
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  get cursor(): PlayerCursor {
    return this.#viewer.cursor;
  }

  /** The same run, further on. */
  show(picture: Picture, cursor: PlayerCursor): void {
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    this.#list.turnTo(picture);
    this.#viewer.show(picture, this.#options(cursor));
    this.#filter();
  }

  /** Puts something beside the title. */
  tell(more: Markup): void {
    this.#more = more;
    this.#draw();
  }

  #options(start: PlayerCursor): ViewerOptions {
    return {
      label: this.#picture.run.header.scenario.title,
      start,
      folds: [promisesFold(this.#picture, false)],
      moved: (_, pace) => (pace === "now" ? this.#writing.now() : this.#writing.note()),
      follows: (cursor) => this.#list.show(cursor),
    };
  }

  #draw(): void {
    const { events, header } = this.#picture.run;
    const seed = header.seed === undefined ? "" : ` · seed ${header.seed}`;
    const { scenario, variant } = header;
    const setting = hasVariant(header) ? `${variant}${seed} · ${ttlText(scenario)} · ` : "";
    const press = (command: PageCommand): void => this.#do(command);
    const page = html`<header>
        <h1>${scenario.title} <small>${setting}${events.length} events</small></h1>
        ${this.#more}
        <nav>
          ${commandButton({ command: "theme", sign: "◑", label: "dark or light", press })}${commandButton({ command: "help", sign: "?", label: "help", press })}
        </nav>
      </header>
      <div class="left">${this.#viewer.element}</div>
      <aside>
        <form class="search" role="search" @submit=${(event: Event) => this.#submit(event)}>
          <input
            id="search"
            type="search"
            placeholder="search events  (/)"
            aria-label="search events"
            autocomplete="off"
            spellcheck="false"
            @input=${({ target }: Event) => this.#seek((target as HTMLInputElement).value)}
          /><output id="found">${this.#matches === undefined ? "" : `${this.#matches.length} found`}</output>
          <label
            ><input
              id="turns"
              type="checkbox"
              .checked=${this.#turnsOnly}
              @change=${() => this.#do("turnsOnly")}
            />
            turning points only</label
          >
        </form>
        ${this.#list.element}
      </aside>`;
    render(page, byId("page"));
  }

  #key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
    const command = pageCommandOf(event, lettersObeyed());
    if (command === undefined || (typing && command !== "close")) return;
    if (byId<HTMLDialogElement>("help").open && command !== "help") return;
    // What is unfolded by the space bar stays so.
    if (command === "play" && event.target instanceof Element && event.target.closest("summary") !== null)
      return;
    // A focused button is pressed by the space bar; here it plays, wherever the focus is.
    event.preventDefault();
    this.#do(command);
  }

  #do(command: PageCommand): void {
    if (this.#viewer.do(command)) return;
    switch (command) {
      case "search":
        return byId("search").focus();
      case "nextMatch":
      case "previousMatch": {
        const by = command === "nextMatch" ? 1 : -1;
        const n = nextMatch(this.cursor, by, this.#matches ?? []);
        return n === undefined ? undefined : this.#go(n);
      }
      case "turnsOnly":
        this.#turnsOnly = !this.#turnsOnly;
        return this.#filter();
      case "theme":
        return changeTheme();
      case "help":
        return toggleHelp(byId<HTMLDialogElement>("help"));
      case "close":
        return byId("search").blur();
      default:
        return undefined;
    }
  }

  #seek(wanted: string): void {
    this.#wanted = wanted;
    this.#filter();
  }

  #submit(event: Event): void {
    event.preventDefault();
    this.#do("nextMatch");
  }

  #go(n: number): void {
    this.#viewer.go(atEvent(this.#picture, n));
  }

  #filter(): void {
    const wanted = this.#wanted.trim().toLowerCase();
    this.#matches =
      wanted === ""
        ? undefined
        : this.#texts.flatMap((text, index) => (text.includes(wanted) ? [index + 1] : []));
    this.#draw();
    this.#list.list(this.#turnsOnly, this.#matches);
  }
}

/** What stands on the page under this id. */
export function byId<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.querySelector<Kind>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
