/**
 * One run, to be looked at: the diagram with its transport, what happens in words, how everyone stands, and whatever is folded
 * below. Lessons, the playground and the exported page all show runs by it. Many can stand on one page; each keeps its own cursor.
 */
import { render } from "lit-html";
import { beatAfter } from "./beats.ts";
import type { PageCommand } from "./keys.ts";
import { clockText, type Markup } from "./markup.ts";
import { drawPanels } from "./panels.ts";
import type { Message } from "../reading/message.ts";
import { Followers, type Pace } from "./followers.ts";
import type { Picture } from "./picture.ts";
import { atEvent, atInstant, firstWrong, onTurn, stepped, turnFrom, type PlayerCursor } from "./player.ts";
import { Playing } from "./playing.ts";
import { wantsStillness } from "./screen.ts";
import { Stage } from "./stage.ts";
import { Steps } from "./steps.ts";
import { drawVerdict } from "./verdict.ts";
import { viewerFrame, type FoldedPart } from "./viewer-frame.ts";
import { usualHabits, type ViewerHabits, type ViewerOptions } from "./viewer-options.ts";
import { tellMoment } from "./tell-moment.ts";

/** So long it takes to come from one beat to the next where somebody reads on. */
const GLIDE_SECONDS = 0.5;

export class Viewer {
  readonly element = document.createElement("section");
  readonly #habits: ViewerHabits;
  readonly #stage: Stage;
  readonly #steps: Steps;
  readonly #playing: Playing;
  #picture: Picture;
  #options: ViewerOptions;
  #verdict: Markup = "";
  #followers = new Followers([]);
  /** Whoever plays is led from beat to beat; whoever scrolls is where they want to be. */
  #leading = false;
  #cursor: PlayerCursor;

  constructor(picture: Picture, options: ViewerOptions) {
    this.#picture = picture;
    this.#options = options;
    this.#cursor = options.start;
    this.#habits = options.habits ?? usualHabits();
    this.element.className = "viewer";
    this.#stage = new Stage({ picture, ...options }, this.#habits, {
      move: (cursor, pace) => this.go(cursor, pace),
      chosen: (name) => this.#options.chosen?.(name),
      hands: options.hands,
    });
    this.#playing = new Playing(this.#habits.speed, {
      at: () => this.#cursor.at,
      after: (at, pixels) => this.#stage.after(at, pixels),
      show: (at) => {
        const cursor = atInstant(this.#picture, at);
        this.#go(cursor, "soon");
        if (this.#leading) this.#options.moved?.(cursor, "soon");
      },
      changed: () => this.#turnedOnOrOff(),
    });
    this.#steps = new Steps({
      drawing: this.#stage.element,
      read: (at) => this.#glide(at),
      go: (at) => this.go(atInstant(this.#picture, at)),
    });
    this.show(picture, options);
  }

  get picture(): Picture {
    return this.#picture;
  }

  get cursor(): PlayerCursor {
    return this.#cursor;
  }

  /** Shows another run in the same place: what was set stays so, and who has the focus keeps it. */
  show(picture: Picture, options: ViewerOptions): void {
    this.#leading = false;
    this.#playing.stop();
    this.#followers.forget();
    this.#picture = picture;
    this.#options = options;
    this.#cursor = options.start;
    this.element.ariaLabel = options.label;
    this.#verdict = drawVerdict(picture, options.sinceMs, () => this.#press("violation"));
    this.#stage.turnTo({ picture, ...options });
    this.element.style.setProperty("--drawn", `${this.#stage.height}px`);
    this.#steps.list(options.beats ?? [], options.behind ?? "");
    this.#draw();
    const { folds = [] } = options;
    const panels = this.#part("panels");
    const cards = (): Markup => drawPanels(picture, this.#cursor, (name) => options.chosen?.(name));
    this.#followers = new Followers([
      { draw: () => this.#steps.mark(this.#cursor.at) },
      { draw: () => render(cards(), panels), place: panels },
      ...folds.map((fold) => ({ draw: () => this.#drawFold(fold), place: this.#part(`${fold.name}-part`) })),
      { draw: () => this.#say() },
      { draw: () => options.follows?.(this.#cursor) },
    ]);
    this.#go(options.start);
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

  /** False: the command means nothing here. */
  do(command: PageCommand): boolean {
    const picture = this.#picture;
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
        this.#draw();
        return true;
      case "zoomIn":
      case "zoomOut":
        this.#stage.zoom(command === "zoomIn" ? 1 : -1);
        return true;
      case "trueTime":
        this.#stage.keepTime(!this.#habits.trueTime);
        this.#draw();
        return true;
      default:
        return false;
    }
  }

  /** Brings into view what it shows now. */
  reveal(): void {
    if (!this.#steps.bring()) this.#stage.element.scrollIntoView({ block: "center" });
  }

  /** From here on keys mean the drawing. */
  focus(): void {
    this.#stage.focus();
  }

  /** Stops what runs by itself; the element is about to go. */
  dispose(): void {
    this.#playing.stop();
    this.#followers.forget();
    this.#steps.dispose();
  }

  #part(name: string): HTMLElement {
    return this.element.querySelector(`.${name}`) as HTMLElement;
  }

  /** A button was pressed. */
  #press(command: PageCommand): void {
    this.do(command);
    // Who presses play wants to see it, and what is said of it.
    this.#steps.hold();
    this.#stage.element.scrollIntoView({ block: "nearest" });
  }

  #go(cursor: PlayerCursor, pace: Pace = "now"): void {
    this.#cursor = cursor;
    this.#stage.show(cursor);
    this.#draw();
    this.#followers.follow(pace);
  }

  #draw(): void {
    const { at, n } = this.#cursor;
    const { below = "", folds = [], label } = this.#options;
    const frame = viewerFrame(
      {
        label,
        verdict: this.#verdict,
        clock: `${clockText(at)} · event ${n} of ${this.#picture.run.events.length}`,
        playing: this.#playing.on,
        pace: this.#playing.pace,
        trueTime: this.#habits.trueTime,
        stage: this.#stage,
        beats: this.#steps.element,
        below,
        folds,
        unfolded: (fold) => this.#unfolded(fold),
      },
      {
        press: (command) => this.#press(command),
        folded: (fold, open) => {
          this.#habits.folds.set(fold.name, open);
          this.#followers.follow("now");
        },
      },
    );
    render(frame, this.element);
  }

  #unfolded({ name, open }: FoldedPart): boolean {
    return this.#habits.folds.get(name) ?? open;
  }

  /** What is folded away is not drawn. */
  #drawFold(fold: FoldedPart): void {
    if (!this.#unfolded(fold)) return;
    const drawn = fold.draw(this.#cursor, (cursor) => this.go(cursor));
    render(drawn, this.#part(`${fold.name}-part .fold-here`));
  }

  /** Not while it plays: nobody reads, or hears, a sentence a frame. */
  #say(): void {
    render(this.#playing.on ? "" : tellMoment(this.#picture, this.#cursor), this.#part("said"));
  }

  #play(): void {
    const { fromMs = 0, untilMs = this.#picture.run.untilMs } = this.#options;
    if (this.#cursor.at >= this.#picture.run.untilMs) this.#go(atInstant(this.#picture, fromMs));
    const end = this.#cursor.at < untilMs ? untilMs : this.#picture.run.untilMs;
    this.#leading = true;
    this.#playing.start(Math.min(end, beatAfter(this.#options.beats ?? [], this.#cursor.at)?.at ?? end));
  }

  /** On to an instant, seen on its way; back at once. */
  #glide(at: number): void {
    const way = this.#stage.between(this.#cursor.at, at);
    const there = atInstant(this.#picture, at);
    if (way <= 0 || wantsStillness()) return this.go(there);
    this.#leading = false;
    this.#playing.stop();
    this.#options.moved?.(there, "now");
    this.#playing.start(at, way / GLIDE_SECONDS);
  }

  #turnedOnOrOff(): void {
    this.#draw();
    if (this.#playing.on) return;
    this.#followers.follow("now");
    if (this.#leading) this.#steps.bring();
    this.#leading = false;
  }
}

/** A run, shown by the viewer that is there, or by a new one. */
export function shownBy(viewer: Viewer | undefined, picture: Picture, options: ViewerOptions): Viewer {
  if (viewer === undefined) return new Viewer(picture, options);
  viewer.show(picture, options);
  return viewer;
}
