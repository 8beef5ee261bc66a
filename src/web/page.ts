/**
 * The page of one trace: reads the lines that stand in it, draws them, and obeys keys, buttons and pointer. All state is the
 * cursor, whether it plays and how fast, and what is searched; the address keeps the event, so that a link leads to it.
 */
import type { TraceLine } from "../trace/format.ts";
import { AfterRest } from "./after-rest.ts";
import { EventList } from "./event-list.ts";
import { Followers, type Pace } from "./followers.ts";
import { drawFrame } from "./frame.ts";
import { pageCommandOf, type PageCommand } from "./keys.ts";
import { clockText } from "./markup.ts";
import { drawPanels } from "./panels.ts";
import { pictureOf, type Picture } from "./picture.ts";
import {
  atEvent,
  atInstant,
  firstWrong,
  nextMatch,
  onTurn,
  PIXELS_PER_SECOND,
  SPEEDS,
  stepped,
  turnFrom,
  type PlayerCursor,
} from "./player.ts";
import { redraw } from "./redraw.ts";
import { tellMoment } from "./tell-moment.ts";
import { Stage } from "./stage.ts";
import { searchTexts } from "./words.ts";

class Page {
  readonly #picture: Picture;
  readonly #stage: Stage;
  readonly #list: EventList;
  readonly #texts: readonly string[];
  readonly #followers: Followers;
  readonly #writing = new AfterRest(() => history.replaceState(null, "", `#n=${this.#cursor.n}`));
  #cursor: PlayerCursor = { n: 0, at: 0 };
  #speed = SPEEDS.indexOf(1);
  /** When the last frame of playing was drawn; undefined: it does not play. */
  #playedAt: number | undefined;
  #matches: readonly number[] | undefined;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#texts = searchTexts(picture);
    place("page").innerHTML = drawFrame(picture);
    const places = { names: place("names"), box: place("diagram"), overview: place<SVGElement>("overview") };
    this.#stage = new Stage(picture, places, { move: (cursor, pace) => this.#go(cursor, pace) });
    this.#list = new EventList(picture, place("events"), (n) => this.#go(atEvent(picture, n)));
    this.#followers = new Followers([
      () => redraw(place("panels"), drawPanels(picture, this.#cursor)),
      () => this.#list.show(this.#cursor),
      () => this.#say(),
    ]);
    this.#listen();
    this.#filter();
    const linked = /^#n=(\d+)$/u.exec(location.hash)?.[1];
    this.#go(
      linked === undefined ? (firstWrong(picture) ?? this.#opening()) : atEvent(picture, Number(linked)),
    );
  }

  /** Where a run without violation is opened: at the first one who serves. */
  #opening(): PlayerCursor {
    const first = this.#picture.turns.find(({ serving }) => serving === "begins");
    return first === undefined ? { n: 0, at: 0 } : onTurn(this.#picture, first);
  }

  #listen(): void {
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
      const command = pageCommandOf(event);
      if (command === undefined || (typing && command !== "close")) return;
      if (place<HTMLDialogElement>("help").open && command !== "help") return;
      // A focused button is pressed by the space bar; here it plays, wherever the focus is.
      event.preventDefault();
      this.#do(command);
    });
    place("page").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("[data-command]") : null;
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
    const picture = this.#picture;
    if (command !== "play" && command !== "faster" && command !== "slower") this.#pause();
    switch (command) {
      case "forward":
        return this.#go(stepped(picture, this.#cursor, 1));
      case "back":
        return this.#go(stepped(picture, this.#cursor, -1));
      case "nextTurn":
      case "previousTurn": {
        const turn = turnFrom(
          picture,
          this.#cursor,
          command === "nextTurn" ? 1 : -1,
          ({ type }) => type === "role",
        );
        return turn === undefined ? undefined : this.#go(onTurn(picture, turn));
      }
      case "violation":
        return this.#go(firstWrong(picture) ?? this.#cursor);
      case "start":
        return this.#go(atEvent(picture, 0));
      case "end":
        return this.#go(atInstant(picture, picture.run.untilMs));
      case "play":
        return this.#playedAt === undefined ? this.#play() : this.#pause();
      case "faster":
      case "slower":
        return this.#accelerate(command === "faster" ? 1 : -1);
      case "search":
        return place("search").focus();
      case "nextMatch":
      case "previousMatch": {
        const n = nextMatch(this.#cursor, command === "nextMatch" ? 1 : -1, this.#matches ?? []);
        return n === undefined ? undefined : this.#go(atEvent(picture, n));
      }
      case "turnsOnly": {
        const box = place<HTMLInputElement>("turns");
        box.checked = !box.checked;
        return this.#filter();
      }
      case "zoomIn":
      case "zoomOut":
        return this.#stage.zoom(command === "zoomIn" ? 1 : -1);
      case "theme":
        return changeTheme();
      case "help": {
        const help = place<HTMLDialogElement>("help");
        return help.open ? help.close() : help.showModal();
      }
      case "close":
        return place("search").blur();
    }
  }

  #go(cursor: PlayerCursor, pace: Pace = "now"): void {
    this.#cursor = cursor;
    this.#stage.show(cursor);
    place("clock").textContent =
      `${clockText(cursor.at)} · event ${cursor.n} of ${this.#picture.run.events.length}`;
    const slider = place("overview");
    slider.setAttribute("aria-valuenow", String(Math.round(cursor.at)));
    slider.setAttribute("aria-valuetext", clockText(cursor.at));
    this.#followers.follow(pace);
    if (pace === "now") this.#writing.now();
    else this.#writing.note();
  }

  /** Not while it plays: nobody reads, or hears, a sentence a frame. */
  #say(): void {
    if (this.#playedAt === undefined) redraw(place("said"), tellMoment(this.#picture, this.#cursor));
  }

  #play(): void {
    if (this.#cursor.at >= this.#picture.run.untilMs) this.#go(atEvent(this.#picture, 0));
    this.#playedAt = performance.now();
    place("play").textContent = "❚❚";
    const frame = (now: number): void => {
      if (this.#playedAt === undefined) return;
      const pixels = ((now - this.#playedAt) / 1000) * PIXELS_PER_SECOND * (SPEEDS[this.#speed] ?? 1);
      this.#playedAt = now;
      const next = atInstant(this.#picture, this.#stage.after(this.#cursor.at, Math.max(0, pixels)));
      this.#go(next, "soon");
      if (next.at >= this.#picture.run.untilMs) this.#pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #pause(): void {
    if (this.#playedAt === undefined) return;
    this.#playedAt = undefined;
    place("play").textContent = "▶";
    this.#go(this.#cursor);
  }

  #accelerate(by: 1 | -1): void {
    this.#speed = Math.min(SPEEDS.length - 1, Math.max(0, this.#speed + by));
    place("speed").textContent = `${SPEEDS[this.#speed] ?? 1}×`;
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

/** From what is seen now to the other; the system's choice holds until then. */
function changeTheme(): void {
  const root = document.documentElement;
  const dark =
    (root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "")) === "dark";
  root.dataset["theme"] = dark ? "light" : "dark";
}

const lines = JSON.parse(place("trace").textContent) as TraceLine[];
new Page(pictureOf(lines));
