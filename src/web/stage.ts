/**
 * The diagram on the page: keeps picture, scale and cursor together, scrolls, zooms, and turns clicks and drags into
 * instants and messages. What stays when the cursor moves is drawn only when another part comes into view.
 */
import { render } from "lit-html";
import type { Message } from "../reading/message.ts";
import { drawAtCursor } from "./at-cursor.ts";
import { canvasOf, type Canvas } from "./canvas.ts";
import { drawDiagram } from "./diagram.ts";
import { drawPull, gripAt, pullOf, type Grip } from "./grips.ts";
import { layoutOf, type Layout } from "./layout.ts";
import { drawNameplates } from "./nameplates.ts";
import { OverviewStrip } from "./overview-strip.ts";
import { cursorAt } from "./place-cursor.ts";
import { followPointer, type Place } from "./pointer.ts";
import { atInstant, type PlayerCursor } from "./player.ts";
import { scaleOf, type Scale } from "./scale.ts";
import { Sheets } from "./sheets.ts";
import type { StageHooks, StageRun } from "./stage-parts.ts";
import type { ViewerHabits } from "./viewer-options.ts";
import { messageAt, waysOf } from "./ways.ts";

const ZOOMS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;
/** How much a wheel turned by one pixel zooms. */
const PER_WHEEL_PX = 0.004;

export class Stage {
  /** The names of the rows, and beside them the drawing. */
  readonly element = document.createElement("div");
  readonly #strip: OverviewStrip;
  readonly #habits: ViewerHabits;
  readonly #choose: (name: string) => void;
  #run: StageRun;
  /** Every instant that has a place of its own, in this run or the ghost's. */
  #instants: readonly number[];
  #layout: Layout;
  #scale: Scale;
  readonly #names = document.createElement("div");
  readonly #box = document.createElement("div");
  readonly #space = document.createElement("div");
  readonly #sheets = new Sheets();
  #cursor: PlayerCursor = { n: 0, at: 0 };
  #hovered: Message | undefined;
  #chosen: Message | undefined;
  /** Asking the document would lay it out anew each time. */
  #width = 0;
  #left = 0;
  #canvas: Canvas | undefined;
  #pending = false;

  constructor(run: StageRun, habits: ViewerHabits, hooks: StageHooks) {
    this.#run = run;
    this.#habits = habits;
    this.#instants = instantsOf(run);
    this.#layout = layoutOf(run.picture, run.ghost !== undefined);
    this.#scale = scaleOf(this.#instants, habits.zoom, habits.trueTime);
    this.element.className = "stage";
    this.#names.className = "names";
    this.#box.className = "scroll";
    this.#box.tabIndex = 0;
    this.#box.role = "group";
    this.#strip = new OverviewStrip((at, pace) => hooks.move(atInstant(this.#run.picture, at), pace));
    this.#space.append(this.#sheets.element);
    this.#box.append(this.#space);
    this.element.append(this.#names, this.#box);
    this.#choose = hooks.chosen;
    this.#frame();
    this.#listen(hooks);
  }

  /** Shows another run in the same place. */
  turnTo(run: StageRun): void {
    this.#run = run;
    this.#instants = instantsOf(run);
    this.#layout = layoutOf(run.picture, run.ghost !== undefined);
    this.#chosen = undefined;
    this.#hovered = undefined;
    this.#frame();
  }

  /** The whole run in true proportions. */
  get overview(): SVGElement {
    return this.#strip.element;
  }

  /** What changes with the run alone. */
  #frame(): void {
    const { label, picture } = this.#run;
    this.#box.ariaLabel = `space-time diagram: ${label}; all events are listed as text`;
    this.#strip.turnTo(picture, label);
    this.#stretch();
  }

  #listen({ hands, move }: StageHooks): void {
    const box = this.#box;
    box.addEventListener("scroll", () => {
      if (this.#left === box.scrollLeft) return;
      this.#left = box.scrollLeft;
      this.#redraw();
    });
    // A pinch on a touchpad comes as a wheel with Control.
    this.#sheets.element.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const x = event.clientX - this.#sheets.place.left;
        this.#zoomAt(this.#habits.zoom * Math.exp(-event.deltaY * PER_WHEEL_PX), x);
      },
      { passive: false },
    );
    const sized = new ResizeObserver(() => {
      this.#width = box.clientWidth;
      this.#sheets.cut(this.#width, this.#layout.height);
      this.#strip.resize();
      this.show(this.#cursor);
    });
    sized.observe(box);
    const messageNear = ({ reach, x, y }: Place): Message | undefined =>
      this.#canvas && messageAt(this.#canvas, x, y, reach);
    const taken = (place: Place): Grip | undefined => {
      const grip = this.#canvas && gripAt(this.#canvas, place);
      return grip !== undefined && hands?.takes(grip) === true ? grip : undefined;
    };
    followPointer(this.#sheets.element, {
      move: (place, pace) => move(this.#cursorAt(place), pace),
      takes: (place) => taken(place) !== undefined,
      pick: (place) => {
        const grip = taken(place);
        if (grip !== undefined) hands?.pick(grip, this.#onScreen(place));
      },
      ...(hands === undefined
        ? {}
        : {
            hold: (from: Place, to: Place) => {
              const grip = taken(from);
              const canvas = this.#canvas;
              this.#sheets.drawPulled(grip && canvas ? drawPull(canvas, grip, to) : "");
            },
            letGo: (from: Place, to: Place) => {
              const grip = taken(from);
              const pull = grip && this.#canvas && pullOf(this.#canvas, grip, to);
              this.#sheets.drawPulled("");
              if (pull !== undefined) hands.pull(pull);
            },
          }),
      hover: (place) => {
        const message = place && messageNear(place);
        this.#sheets.element.classList.toggle("over-grip", place !== undefined && taken(place) !== undefined);
        if (message === this.#hovered) return;
        this.#hovered = message;
        this.#redraw();
      },
    });
  }

  /** Moves the cursor there and, if it left the middle of the view, the view after it. */
  show(cursor: PlayerCursor): void {
    this.#cursor = cursor;
    this.#strip.show(cursor.at);
    const x = this.#scale.xOf(cursor.at);
    if (x < this.#left + this.#width * 0.15 || x > this.#left + this.#width * 0.85)
      this.#scrollTo(x - this.#width * (x < this.#left ? 0.7 : 0.3));
    this.#draw();
  }

  focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  /** Marks a message; undefined: none. */
  choose(message: Message | undefined): void {
    // From here on keys mean the message, not the button that was pressed last.
    if (message !== undefined) this.focus();
    if (message === this.#chosen) return;
    this.#chosen = message;
    this.#redraw();
  }

  /** Where a message's line stands on the screen. */
  placeOf(message: Message): DOMRect | undefined {
    const way = this.#canvas && waysOf(this.#canvas, message)[0];
    if (way === undefined) return undefined;
    const { left, top } = this.#sheets.place;
    return new DOMRect(
      left + way.x1,
      top + Math.min(way.y1, way.y2),
      way.x2 - way.x1,
      Math.abs(way.y2 - way.y1),
    );
  }

  #onScreen({ x, y }: Place): DOMRect {
    const { left, top } = this.#sheets.place;
    return new DOMRect(left + x, top + y, 0, 0);
  }

  /** To the next usual width, around the cursor. */
  zoom(by: 1 | -1): void {
    const next =
      by > 0
        ? ZOOMS.find((zoom) => zoom > this.#habits.zoom + 0.01)
        : ZOOMS.findLast((zoom) => zoom < this.#habits.zoom - 0.01);
    if (next === undefined) return;
    const x = this.#scale.xOf(this.#cursor.at) - this.#left;
    this.#zoomAt(next, x >= 0 && x <= this.#width ? x : this.#width / 2);
  }

  /** From now on every second is as wide as any other, or quiet time is drawn short. */
  keepTime(trueTime: boolean): void {
    this.#habits.trueTime = trueTime;
    this.#zoomAt(this.#habits.zoom, this.#width / 3, this.#cursor.at);
  }

  /** What stands at `x` in the view stays there. */
  #zoomAt(zoom: number, x: number, at = this.#scale.instantAt(this.#left + x)): void {
    this.#habits.zoom = Math.min(ZOOMS[ZOOMS.length - 1] ?? 1, Math.max(ZOOMS[0], zoom));
    this.#stretch();
    this.#scrollTo(this.#scale.xOf(at) - x);
    this.#draw();
  }

  /** The instant so many pixels of the diagram further on; for playing. */
  after(at: number, pixels: number): number {
    return this.#scale.instantAt(this.#scale.xOf(at) + pixels);
  }

  /** How high it is drawn, px. */
  get height(): number {
    return this.#layout.height;
  }

  /** How far apart two instants are drawn, px. */
  between(from: number, to: number): number {
    return this.#scale.xOf(to) - this.#scale.xOf(from);
  }

  #stretch(): void {
    this.#scale = scaleOf(this.#instants, this.#habits.zoom, this.#habits.trueTime);
    this.#sheets.cut(this.#width, this.#layout.height);
    this.#space.style.width = `${Math.ceil(this.#scale.width)}px`;
    this.#space.style.height = `${this.#layout.height}px`;
  }

  #scrollTo(wanted: number): void {
    const most = Math.max(0, Math.ceil(this.#scale.width) - this.#width);
    this.#left = Math.round(Math.min(most, Math.max(0, wanted)));
    this.#box.scrollLeft = this.#left;
  }

  #cursorAt({ x, y }: Place): PlayerCursor {
    return cursorAt(this.#run.picture, this.#scale, this.#layout, x + this.#left, y);
  }

  /** At most once a frame. */
  #redraw(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#draw();
    });
  }

  #draw(): void {
    const [picture, layout, scale, cursor] = [this.#run.picture, this.#layout, this.#scale, this.#cursor];
    const [left, width] = [this.#left, this.#width];
    // Only on the page has the diagram a width.
    if (width === 0) return;
    const last = this.#canvas;
    if (last?.left !== left || last.width !== width || last.scale !== scale) {
      this.#canvas = canvasOf({
        picture,
        layout,
        scale,
        left,
        width,
        ...(this.#run.ghost === undefined ? {} : { ghost: this.#run.ghost }),
      });
      this.#sheets.drawStill(drawDiagram(this.#canvas));
    }
    this.#sheets.drawFollowing(drawAtCursor(this.#canvas as Canvas, cursor, this.#hovered ?? this.#chosen));
    render(drawNameplates(this.#run, layout, cursor, this.#choose), this.#names);
    this.#strip.mark(cursor.at, scale.instantAt(left), scale.instantAt(left + width));
  }
}

function instantsOf({ ghost, picture }: StageRun): readonly number[] {
  if (ghost === undefined) return picture.instants;
  return [...new Set([...picture.instants, ...ghost.picture.instants])].sort((left, right) => left - right);
}
