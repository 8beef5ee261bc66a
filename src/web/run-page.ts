/**
 * The page of one run: a viewer, beside it all events as a list that can be searched. The address keeps the event, so that a link
 * leads to it. A run that goes on is shown anew where it stands.
 */
import { AfterRest } from "./after-rest.ts";
import { EventList } from "./event-list.ts";
import { drawFrame } from "./frame.ts";
import { toggleHelp } from "./help-dialog.ts";
import { pageCommandOf, type PageCommand } from "./keys.ts";
import type { Picture } from "./picture.ts";
import { atEvent, nextMatch, type PlayerCursor } from "./player.ts";
import { changeTheme, lettersObeyed } from "./preferences.ts";
import { promisesFold } from "./promises.ts";
import { Viewer } from "./viewer.ts";
import { usualHabits } from "./viewer-options.ts";
import { searchTexts } from "./words.ts";

export class RunPage {
  readonly #habits = usualHabits();
  readonly #writing = new AfterRest(() => history.replaceState(null, "", `#n=${this.#viewer.cursor.n}`));
  #picture: Picture;
  #viewer: Viewer;
  #list: EventList;
  #texts: readonly string[];
  #matches: readonly number[] | undefined;

  constructor(picture: Picture, start: PlayerCursor) {
    byId("page").innerHTML = drawFrame(picture);
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    [this.#viewer, this.#list] = this.#draw(picture, start);
    this.#listen();
    this.#filter();
  }

  get cursor(): PlayerCursor {
    return this.#viewer.cursor;
  }

  /** The same run, further on. */
  show(picture: Picture, cursor: PlayerCursor): void {
    this.#viewer.dispose();
    this.#viewer.element.remove();
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    [this.#viewer, this.#list] = this.#draw(picture, cursor);
    this.#filter();
  }

  #draw(picture: Picture, start: PlayerCursor): [Viewer, EventList] {
    byId("count").textContent = `${picture.run.events.length} events`;
    const list = new EventList(picture, byId("events"), (n) => this.#go(atEvent(picture, n)));
    const viewer = new Viewer(picture, {
      label: picture.run.header.scenario.title,
      start,
      habits: this.#habits,
      folds: [promisesFold(picture, false)],
      moved: (_, pace) => (pace === "now" ? this.#writing.now() : this.#writing.note()),
      follows: (cursor) => list.show(cursor),
    });
    document.querySelector(".left")?.append(viewer.element);
    return [viewer, list];
  }

  #listen(): void {
    document.addEventListener("keydown", (event) => {
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
    });
    byId("page").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("nav [data-command]") : null;
      if (pressed !== null) this.#do(pressed.dataset["command"] as PageCommand);
    });
    const search = byId<HTMLInputElement>("search");
    search.addEventListener("input", () => this.#filter());
    search.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do("nextMatch");
    });
    byId("turns").addEventListener("change", () => this.#filter());
  }

  #do(command: PageCommand): void {
    if (this.#viewer.do(command)) return;
    switch (command) {
      case "search":
        return byId("search").focus();
      case "nextMatch":
      case "previousMatch": {
        const by = command === "nextMatch" ? 1 : -1;
        const n = nextMatch(this.#viewer.cursor, by, this.#matches ?? []);
        return n === undefined ? undefined : this.#go(atEvent(this.#picture, n));
      }
      case "turnsOnly": {
        const box = byId<HTMLInputElement>("turns");
        box.checked = !box.checked;
        return this.#filter();
      }
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

  #go(cursor: PlayerCursor): void {
    this.#viewer.go(cursor);
  }

  #filter(): void {
    const wanted = byId<HTMLInputElement>("search").value.trim().toLowerCase();
    this.#matches =
      wanted === ""
        ? undefined
        : this.#texts.flatMap((text, index) => (text.includes(wanted) ? [index + 1] : []));
    byId("found").textContent = this.#matches === undefined ? "" : `${this.#matches.length} found`;
    this.#list.list(byId<HTMLInputElement>("turns").checked, this.#matches);
  }
}

/** What stands on the page under this id. */
export function byId<Kind extends Element = HTMLElement>(id: string): Kind {
  const found = document.querySelector<Kind>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
