/**
 * One run, to be looked at: the diagram with its transport, what happens in words, how everyone stands, and whatever is folded
 * below. Lessons, the playground and the exported page all show runs by it. Many can stand on one page; each keeps its own cursor.
 */
import { beatAfter } from "./beats.ts";
import type { PageCommand } from "./keys.ts";
import { clockText } from "./markup.ts";
import { drawPanels } from "./panels.ts";
import type { Message } from "../reading/message.ts";
import { Followers, type Pace } from "./followers.ts";
import type { Picture } from "./picture.ts";
import { atEvent, atInstant, firstWrong, onTurn, stepped, turnFrom, type PlayerCursor } from "./player.ts";
import { Playing } from "./playing.ts";
import { redraw } from "./redraw.ts";
import { Stage } from "./stage.ts";
import { Steps } from "./steps.ts";
import { drawFolds, drawViewer } from "./viewer-frame.ts";
import { usualHabits, type ViewerHabits, type ViewerOptions } from "./viewer-options.ts";
import { tellMoment } from "./tell-moment.ts";

/** So long it takes to come from one beat to the next where somebody reads on. */
const GLIDE_SECONDS = 0.5;

export class Viewer {
  readonly element = document.createElement("section");
  readonly picture: Picture;
  readonly #options: ViewerOptions;
  readonly #habits: ViewerHabits;
  readonly #stage: Stage;
  readonly #followers: Followers;
  readonly #playing: Playing;
  readonly #steps: Steps;
  /** Whoever plays is led from beat to beat; whoever scrolls is where they want to be. */
  #leading = false;
  #cursor: PlayerCursor;

  constructor(picture: Picture, options: ViewerOptions) {
    const { folds = [], ghost, habits = usualHabits(), hands } = options;
    this.picture = picture;
    this.#options = options;
    this.#habits = habits;
    this.#cursor = options.start;
    this.element.className = "viewer";
    this.element.setAttribute("aria-label", options.label);
    this.element.innerHTML =
      drawViewer(picture, options.label, options.sinceMs) + drawFolds(folds, habits.folds);
    this.#stage = new Stage(
      { picture, zoom: habits.zoom, trueTime: habits.trueTime, ...(ghost === undefined ? {} : { ghost }) },
      { names: this.#part("names"), box: this.#part("scroll"), overview: this.#part("overview") },
      {
        move: (cursor, pace) => this.go(cursor, pace),
        zoomed: (zoom) => (habits.zoom = zoom),
        ...(hands === undefined ? {} : { hands }),
      },
    );
    this.#playing = new Playing(habits.speed, {
      at: () => this.#cursor.at,
      after: (at, pixels) => this.#stage.after(at, pixels),
      show: (at) => {
        const cursor = atInstant(picture, at);
        this.#go(cursor, "soon");
        if (this.#leading) options.moved?.(cursor, "soon");
      },
      changed: () => this.#showPlaying(),
    });
    this.#steps = new Steps(this.#part("beats"), options.beats ?? [], {
      drawing: this.#part("stage"),
      read: (at) => this.#glide(at),
    });
    this.element.style.setProperty("--drawn", `${this.#stage.height}px`);
    this.#part("pace").textContent = this.#playing.pace;
    this.#showTime();
    this.#followers = new Followers([
      () => this.#steps.mark(this.#cursor.at),
      () => redraw(this.#part("panels"), drawPanels(picture, this.#cursor)),
      ...folds.map((fold) => {
        const details = this.#part<HTMLDetailsElement>(`${fold.name}-part`);
        const draw = fold.mount(details.querySelector<HTMLElement>(".fold-here") as HTMLElement, (cursor) =>
          this.go(cursor),
        );
        // What is folded away is not drawn.
        return () => {
          if (details.open) draw(this.#cursor);
        };
      }),
      () => this.#say(),
      () => options.follows?.(this.#cursor),
    ]);
    this.#listen();
    this.#go(options.start);
  }

  get cursor(): PlayerCursor {
    return this.#cursor;
  }

  /** Shows another instant, as if it had been chosen here. */
  go(cursor: PlayerCursor, pace: Pace = "now"): void {
    this.#leading = false;
    this.#playing.stop();
    this.#go(cursor, pace);
    this.#options.moved?.(cursor, pace);
  }

  /** Marks a message in the diagram; undefined: none. */
  choose(message: Message | undefined): void {
    this.#stage.choose(message);
  }

  /** Where a message's line stands on the screen. */
  placeOf(message: Message): DOMRect | undefined {
    return this.#stage.placeOf(message);
  }

  /** Puts more right below the drawing. */
  saysBelow(markup: string): void {
    redraw(this.#part("below"), markup);
  }

  /** False: the command means nothing here. */
  do(command: PageCommand): boolean {
    const { picture } = this;
    switch (command) {
      case "forward":
      case "back":
        this.go(stepped(picture, this.#cursor, command === "forward" ? 1 : -1));
        return true;
      case "nextTurn":
      case "previousTurn": {
        const by = command === "nextTurn" ? 1 : -1;
        const turn = turnFrom(picture, this.#cursor, by, ({ type }) => type === "role");
        if (turn !== undefined) this.go(onTurn(picture, turn));
        return true;
      }
      case "violation":
        this.go(firstWrong(picture) ?? this.#cursor);
        return true;
      case "start":
        this.go(atEvent(picture, 0));
        return true;
      case "end":
        this.go(atInstant(picture, picture.run.untilMs));
        return true;
      case "play":
        if (this.#playing.on) this.go(this.#cursor);
        else this.#play();
        return true;
      case "faster":
      case "slower":
        this.#playing.accelerate(command === "faster" ? 1 : -1);
        this.#habits.speed = this.#playing.speed;
        this.#part("pace").textContent = this.#playing.pace;
        return true;
      case "zoomIn":
      case "zoomOut":
        this.#stage.zoom(command === "zoomIn" ? 1 : -1);
        return true;
      case "trueTime":
        this.#habits.trueTime = !this.#habits.trueTime;
        this.#stage.keepTime(this.#habits.trueTime);
        this.#showTime();
        return true;
      default:
        return false;
    }
  }

  /** Brings into view what it shows now. */
  reveal(): void {
    if (!this.#steps.bring()) this.#part("stage").scrollIntoView({ block: "center" });
  }

  /** Puts text behind the beats. */
  tellsBeside(text: HTMLElement): void {
    this.#part("beats").append(text);
  }

  /** Stops what runs by itself; the element is about to go. */
  dispose(): void {
    this.#playing.stop();
    this.#steps.dispose();
  }

  #part<Kind extends Element = HTMLElement>(name: string): Kind {
    const found = this.element.querySelector<Kind>(`.${name}`);
    if (found === null) throw new Error(`the viewer has no .${name}`);
    return found;
  }

  #listen(): void {
    this.element.addEventListener("click", ({ target }) => {
      if (!(target instanceof Element)) return;
      const pressed = target.closest<HTMLElement>("[data-command]");
      if (pressed !== null) this.do(pressed.dataset["command"] as PageCommand);
      // Who presses play wants to see it, and what is said of it.
      if (pressed !== null) {
        this.#steps.hold();
        this.#part("stage").scrollIntoView({ block: "nearest" });
      }
      const jump = target.closest<HTMLElement>("[data-at]");
      if (jump !== null) this.go(atInstant(this.picture, Number(jump.dataset["at"])));
      const name = target.closest<HTMLElement>("[data-party]")?.dataset["party"];
      if (name !== undefined) this.#options.chosen?.(name);
    });
    for (const details of this.element.querySelectorAll("details")) {
      details.addEventListener("toggle", () => {
        this.#habits.folds.set(details.dataset["fold"] ?? "", details.open);
        this.#followers.follow("now");
      });
    }
  }

  #go(cursor: PlayerCursor, pace: Pace = "now"): void {
    this.#cursor = cursor;
    this.#stage.show(cursor);
    const { events } = this.picture.run;
    this.#part("clock").textContent = `${clockText(cursor.at)} · event ${cursor.n} of ${events.length}`;
    const slider = this.#part("overview");
    slider.setAttribute("aria-valuenow", String(Math.round(cursor.at)));
    slider.setAttribute("aria-valuetext", clockText(cursor.at));
    this.#followers.follow(pace);
  }

  /** Not while it plays: nobody reads, or hears, a sentence a frame. */
  #say(): void {
    if (!this.#playing.on) redraw(this.#part("said"), tellMoment(this.picture, this.#cursor));
  }

  #play(): void {
    const { fromMs = 0, untilMs = this.picture.run.untilMs } = this.#options;
    if (this.#cursor.at >= this.picture.run.untilMs) this.#go(atInstant(this.picture, fromMs));
    const end = this.#cursor.at < untilMs ? untilMs : this.picture.run.untilMs;
    this.#leading = true;
    this.#playing.start(Math.min(end, beatAfter(this.#options.beats ?? [], this.#cursor.at)?.at ?? end));
  }

  /** On to an instant, seen on its way; back at once. */
  #glide(at: number): void {
    const way = this.#stage.between(this.#cursor.at, at);
    const there = atInstant(this.picture, at);
    if (way <= 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.go(there);
    this.#leading = false;
    this.#playing.stop();
    this.#options.moved?.(there, "now");
    this.#playing.start(at, way / GLIDE_SECONDS);
  }

  #showTime(): void {
    this.element
      .querySelector("[data-command=trueTime]")
      ?.setAttribute("aria-pressed", String(this.#habits.trueTime));
  }

  #showPlaying(): void {
    this.#part("play").textContent = this.#playing.on ? "❚❚" : "▶";
    if (this.#playing.on) return;
    this.#followers.follow("now");
    if (this.#leading) this.#steps.bring();
    this.#leading = false;
  }
}
