/**
 * One run, to be looked at: the diagram with its transport, what happens in words, how everyone stands, the promises, the
 * statechart and all events as text. Many can stand on one page; each keeps its own cursor.
 */
import { EventList } from "../event-list.ts";
import type { PageCommand } from "../keys.ts";
import { clockText } from "../markup.ts";
import { nowAt } from "../moment.ts";
import { drawPanels } from "../panels.ts";
import type { Message } from "../../reading/message.ts";
import { Followers, type Pace } from "../followers.ts";
import type { Picture } from "../picture.ts";
import {
  atEvent,
  atInstant,
  firstWrong,
  onTurn,
  PIXELS_PER_SECOND,
  SPEEDS,
  stepped,
  turnFrom,
  type PlayerCursor,
} from "../player.ts";
import { redraw } from "../redraw.ts";
import { Stage } from "../stage.ts";
import { chartOf, drawChart, type Chart } from "./chart.ts";
import { drawPromises } from "./promises.ts";
import { drawViewer } from "./viewer-frame.ts";
import { tellMoment } from "../tell-moment.ts";

export interface ViewerOptions {
  readonly label: string;
  readonly start: PlayerCursor;
  /** Playing begins again here, and ends at `untilMs`; beyond is another story. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Whether promises and statechart are opened from the beginning. */
  readonly wide?: boolean;
  /** Told of every move of the cursor. */
  readonly moved?: (cursor: PlayerCursor, pace: Pace) => void;
  /** Draws what else on the page speaks of the cursor. */
  readonly follows?: (cursor: PlayerCursor) => void;
  /** Told when a party's name is clicked: a coordinator, or etcd. */
  readonly chosen?: (name: string) => void;
  /** Told when a message's line is clicked. */
  readonly picked?: (message: Message) => void;
}

export class Viewer {
  readonly element = document.createElement("section");
  readonly picture: Picture;
  readonly #options: ViewerOptions;
  readonly #stage: Stage;
  readonly #followers: Followers;
  #list: EventList | undefined;
  #cursor: PlayerCursor;
  #speed = SPEEDS.indexOf(1);
  #playedAt: number | undefined;
  #charted: string;
  readonly #charts = new Map<string, Chart | undefined>();

  constructor(picture: Picture, options: ViewerOptions) {
    this.picture = picture;
    this.#options = options;
    this.#cursor = options.start;
    this.#charted = picture.run.processes[0] ?? "";
    this.element.className = "viewer";
    this.element.setAttribute("aria-label", options.label);
    this.element.innerHTML = drawViewer(picture, options);
    const { picked } = options;
    this.#stage = new Stage(
      picture,
      { names: this.#part("names"), box: this.#part("scroll"), overview: this.#part("overview") },
      {
        move: (cursor, pace) => this.go(cursor, pace),
        ...(picked === undefined ? {} : { pick: picked }),
      },
    );
    this.#followers = new Followers([
      () => redraw(this.#part("panels"), drawPanels(picture, this.#cursor)),
      () => this.#drawPromises(),
      () => this.#drawChart(),
      () => this.#drawEvents(),
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
    this.#pause();
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

  /** Whose statechart is shown. */
  chart(name: string): void {
    if (!this.picture.run.processes.includes(name)) return;
    this.#charted = name;
    this.#part<HTMLSelectElement>("charted").value = name;
    this.#drawChart();
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
        const turn = turnFrom(
          picture,
          this.#cursor,
          command === "nextTurn" ? 1 : -1,
          ({ type }) => type === "role",
        );
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
        if (this.#playedAt === undefined) this.#play();
        else this.#pause();
        return true;
      case "faster":
      case "slower":
        this.#accelerate(command === "faster" ? 1 : -1);
        return true;
      case "zoomIn":
      case "zoomOut":
        this.#stage.zoom(command === "zoomIn" ? 1 : -1);
        return true;
      default:
        return false;
    }
  }

  /** Stops what runs by itself; the element is about to go. */
  dispose(): void {
    this.#playedAt = undefined;
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
      // Who presses play wants to see it.
      if (pressed !== null) this.#part("stage").scrollIntoView({ block: "nearest" });
      const jump = target.closest<HTMLElement>("[data-at]");
      if (jump !== null) this.go(atInstant(this.picture, Number(jump.dataset["at"])));
      const name = this.#nameAt(target);
      if (name === undefined) return;
      this.chart(name);
      this.#options.chosen?.(name);
    });
    const charted = this.#part<HTMLSelectElement>("charted");
    charted.addEventListener("change", () => this.chart(charted.value));
    for (const details of this.element.querySelectorAll("details")) {
      details.addEventListener("toggle", () => this.#followers.follow("now"));
    }
  }

  /** Whose card or lane was hit. */
  #nameAt(target: Element): string | undefined {
    const card = target.closest(".card");
    if (card !== null)
      return this.picture.run.processes[[...(card.parentElement?.children ?? [])].indexOf(card)];
    const plate = target.closest(".name:not(.verdict-name)");
    return plate === null ? undefined : (plate.querySelector("b")?.textContent ?? undefined);
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
    if (this.#playedAt === undefined) redraw(this.#part("said"), tellMoment(this.picture, this.#cursor));
  }

  // What is folded away is not drawn.

  #drawPromises(): void {
    if (this.#open("promises-part"))
      redraw(this.#part("promises-here"), drawPromises(this.picture, this.#cursor));
  }

  #drawChart(): void {
    if (!this.#open("chart-part")) return;
    const now = nowAt(this.picture, this.#cursor).coordinators.find(({ name }) => name === this.#charted);
    const chart = this.#chartOf(this.#charted);
    redraw(
      this.#part("chart-here"),
      chart === undefined
        ? "<p>This version does not know the chart of that variant.</p>"
        : drawChart(chart, now?.chart ?? []),
    );
  }

  #drawEvents(): void {
    if (!this.#open("events-part")) return;
    if (this.#list === undefined) {
      this.#list = new EventList(this.picture, this.#part("events"), (n) =>
        this.go(atEvent(this.picture, n)),
      );
      this.#list.list(false, undefined);
    }
    this.#list.show(this.#cursor);
  }

  #chartOf(name: string): Chart | undefined {
    const { scenario, variant } = this.picture.run.header;
    if (!this.#charts.has(name)) this.#charts.set(name, chartOf(scenario, variant, name));
    return this.#charts.get(name);
  }

  #open(part: string): boolean {
    return this.#part<HTMLDetailsElement>(part).open;
  }

  #play(): void {
    const { fromMs = 0, untilMs = this.picture.run.untilMs } = this.#options;
    if (this.#cursor.at >= this.picture.run.untilMs) this.#go(atInstant(this.picture, fromMs));
    const end = this.#cursor.at < untilMs ? untilMs : this.picture.run.untilMs;
    this.#playedAt = performance.now();
    this.#showPlaying();
    const frame = (now: number): void => {
      if (this.#playedAt === undefined) return;
      const pixels = ((now - this.#playedAt) / 1000) * PIXELS_PER_SECOND * (SPEEDS[this.#speed] ?? 1);
      this.#playedAt = now;
      const next = this.#stage.after(this.#cursor.at, Math.max(0, pixels));
      const cursor = atInstant(this.picture, Math.min(next, end));
      this.#go(cursor, "soon");
      this.#options.moved?.(cursor, "soon");
      if (next >= end) this.#pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #pause(): void {
    if (this.#playedAt === undefined) return;
    this.#playedAt = undefined;
    this.#showPlaying();
    this.#followers.follow("now");
  }

  #showPlaying(): void {
    this.#part("play").textContent = this.#playedAt === undefined ? "▶" : "❚❚";
  }

  #accelerate(by: 1 | -1): void {
    this.#speed = Math.min(SPEEDS.length - 1, Math.max(0, this.#speed + by));
    this.#part("pace").textContent = `${SPEEDS[this.#speed] ?? 1}×`;
  }
}
