/**
 * The page of one trace: a viewer of the lines that stand in it, beside them all events as a list that can be searched. The
 * address keeps the event, so that a link leads to it.
 */
import type { TraceLine } from "../trace/format.ts";
import { AfterRest } from "./after-rest.ts";
import { EventList } from "./event-list.ts";
import { drawFrame } from "./frame.ts";
import { toggleHelp } from "./help-dialog.ts";
import { pageCommandOf, type PageCommand } from "./keys.ts";
import { pictureOf, type Picture } from "./picture.ts";
import { atEvent, nextMatch, startOf, type PlayerCursor } from "./player.ts";
import { changeTheme, lettersObeyed, showTheme } from "./preferences.ts";
import { promisesFold } from "./promises.ts";
import { Viewer } from "./viewer.ts";
import { searchTexts } from "./words.ts";

class Page {
  readonly #picture: Picture;
  readonly #viewer: Viewer;
  readonly #list: EventList;
  readonly #texts: readonly string[];
  readonly #writing = new AfterRest(() => history.replaceState(null, "", `#n=${this.#viewer.cursor.n}`));
  #matches: readonly number[] | undefined;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    place("page").innerHTML = drawFrame(picture);
    const linked = /^#n=(\d+)$/u.exec(location.hash)?.[1];
    this.#list = new EventList(picture, place("events"), (n) => this.#go(atEvent(picture, n)));
    this.#viewer = new Viewer(picture, {
      label: picture.run.header.scenario.title,
      start: linked === undefined ? startOf(picture) : atEvent(picture, Number(linked)),
      folds: [promisesFold(picture, false)],
      moved: (_, pace) => (pace === "now" ? this.#writing.now() : this.#writing.note()),
      follows: (cursor) => this.#list.show(cursor),
    });
    document.querySelector(".left")?.append(this.#viewer.element);
    this.#listen();
    this.#filter();
  }

  #listen(): void {
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
      const command = pageCommandOf(event, lettersObeyed());
      if (command === undefined || (typing && command !== "close")) return;
      if (place<HTMLDialogElement>("help").open && command !== "help") return;
      // What is unfolded by the space bar stays so.
      if (command === "play" && event.target instanceof Element && event.target.closest("summary") !== null)
        return;
      // A focused button is pressed by the space bar; here it plays, wherever the focus is.
      event.preventDefault();
      this.#do(command);
    });
    place("page").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("nav [data-command]") : null;
      if (pressed !== null) this.#do(pressed.dataset["command"] as PageCommand);
    });
    const search = place<HTMLInputElement>("search");
    search.addEventListener("input", () => this.#filter());
    search.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do("nextMatch");
    });
    place("turns").addEventListener("change", () => this.#filter());
  }

  #do(command: PageCommand): void {
    if (this.#viewer.do(command)) return;
    switch (command) {
      case "search":
        return place("search").focus();
      case "nextMatch":
      case "previousMatch": {
        const by = command === "nextMatch" ? 1 : -1;
        const n = nextMatch(this.#viewer.cursor, by, this.#matches ?? []);
        return n === undefined ? undefined : this.#go(atEvent(this.#picture, n));
      }
      case "turnsOnly": {
        const box = place<HTMLInputElement>("turns");
        box.checked = !box.checked;
        return this.#filter();
      }
      case "theme":
        return changeTheme();
      case "help":
        return toggleHelp(place<HTMLDialogElement>("help"));
      case "close":
        return place("search").blur();
      default:
        return undefined;
    }
  }

  #go(cursor: PlayerCursor): void {
    this.#viewer.go(cursor);
  }

  #filter(): void {
    const wanted = place<HTMLInputElement>("search").value.trim().toLowerCase();
    this.#matches =
      wanted === ""
        ? undefined
        : this.#texts.flatMap((text, index) => (text.includes(wanted) ? [index + 1] : []));
    place("found").textContent = this.#matches === undefined ? "" : `${this.#matches.length} found`;
    this.#list.list(place<HTMLInputElement>("turns").checked, this.#matches);
  }
}

function place<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.querySelector<Kind>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

showTheme();
const lines = JSON.parse(place("trace").textContent) as TraceLine[];
new Page(pictureOf(lines));
