/**
 * The diagram on the page: keeps picture, scale and cursor together, scrolls, zooms, and turns clicks and drags into
 * instants and messages. What stays when the cursor moves is drawn only when another part comes into view.
 */
import type { Message } from "../reading/message.ts";
import { within } from "../reading/sorted.ts";
import { drawAtCursor } from "./at-cursor.ts";
import { canvasOf, type Canvas, type Ghost } from "./canvas.ts";
import { drawDiagram, PATTERNS } from "./diagram.ts";
import { drawPull, gripAt, pullOf, type Grip } from "./grips.ts";
import { layoutOf, rowAt, type Layout } from "./layout.ts";
import { drawNameplates } from "./nameplates.ts";
import { drawOverview, drawWindow, overviewHeight } from "./overview.ts";
import { followPointer, type Place } from "./pointer.ts";
import { redraw } from "./redraw.ts";
import type { Picture } from "./picture.ts";
import { atEvent, atInstant, type PlayerCursor } from "./player.ts";
import { scaleOf, type Scale } from "./scale.ts";
import type { StageHooks, StagePlaces, StageView } from "./stage-parts.ts";
import { messageAt, waysOf } from "./ways.ts";

/** A click so near an event means the event. */
const NEAR_PX = 9;
const ZOOMS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;
/** How much a wheel turned by one pixel zooms. */
const PER_WHEEL_PX = 0.004;

export class Stage {
  readonly #picture: Picture;
  readonly #ghost: Ghost | undefined;
  /** Every instant that has a place of its own, in this run or the ghost's. */
  readonly #instants: readonly number[];
  readonly #zoomed: (zoom: number) => void;
  readonly #layout: Layout;
  readonly #names: HTMLElement;
  readonly #box: HTMLElement;
  readonly #space = document.createElement("div");
  readonly #drawing = svg("svg");
  readonly #overview: SVGElement;
  readonly #shape = svg("g");
  readonly #window = svg("g");
  readonly #still = svg("g");
  readonly #following = svg("g");
  readonly #pulling = svg("g");
  #scale: Scale;
  #zoom: number;
  #trueTime: boolean;
  #cursor: PlayerCursor = { n: 0, at: 0 };
  #hovered: Message | undefined;
  #chosen: Message | undefined;
  /** Asking the document would lay it out anew each time. */
  #width = 0;
  #left = 0;
  #strip = 0;
  #canvas: Canvas | undefined;
  #pending = false;

  constructor(
    { ghost, picture, trueTime, zoom }: StageView,
    { box, names, overview }: StagePlaces,
    hooks: StageHooks,
  ) {
    this.#picture = picture;
    this.#ghost = ghost;
    this.#zoom = zoom;
    this.#trueTime = trueTime;
    this.#zoomed = hooks.zoomed ?? (() => undefined);
    this.#instants =
      ghost === undefined
        ? picture.instants
        : [...new Set([...picture.instants, ...ghost.picture.instants])].sort((left, right) => left - right);
    this.#layout = layoutOf(picture, ghost !== undefined);
    this.#scale = scaleOf(this.#instants, zoom, trueTime);
    this.#names = names;
    this.#box = box;
    this.#overview = overview;
    this.#drawing.innerHTML = PATTERNS;
    this.#drawing.append(this.#still, this.#following, this.#pulling);
    this.#drawing.setAttribute("class", "diagram");
    this.#drawing.setAttribute("aria-hidden", "true");
    this.#drawing.setAttribute("height", String(this.#layout.height));
    overview.append(this.#window, this.#shape);
    overview.setAttribute("height", String(overviewHeight(picture)));
    this.#space.append(this.#drawing);
    box.append(this.#space);
    this.#stretch();
    this.#listen(hooks);
  }

  #listen({ hands, move }: StageHooks): void {
    const box = this.#box;
    box.addEventListener("scroll", () => {
      if (this.#left === box.scrollLeft) return;
      this.#left = box.scrollLeft;
      this.#redraw();
    });
    // A pinch on a touchpad comes as a wheel with Control.
    this.#drawing.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const x = event.clientX - this.#drawing.getBoundingClientRect().left;
        this.#zoomAt(this.#zoom * Math.exp(-event.deltaY * PER_WHEEL_PX), x);
      },
      { passive: false },
    );
    const sized = new ResizeObserver(() => {
      this.#width = box.clientWidth;
      this.#strip = this.#overview.clientWidth;
      this.#drawing.setAttribute("width", String(this.#width));
      redraw(this.#shape, drawOverview(this.#picture, this.#strip));
      this.show(this.#cursor);
    });
    sized.observe(box);
    const messageNear = ({ reach, x, y }: Place): Message | undefined =>
      this.#canvas && messageAt(this.#canvas, x, y, reach);
    const taken = (place: Place): Grip | undefined => {
      const grip = this.#canvas && gripAt(this.#canvas, place);
      return grip !== undefined && hands?.takes(grip) === true ? grip : undefined;
    };
    followPointer(this.#drawing, {
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
              redraw(this.#pulling, grip && canvas ? drawPull(canvas, grip, to) : "");
            },
            letGo: (from: Place, to: Place) => {
              const grip = taken(from);
              const pull = grip && this.#canvas && pullOf(this.#canvas, grip, to);
              redraw(this.#pulling, "");
              if (pull !== undefined) hands.pull(pull);
            },
          }),
      hover: (place) => {
        const message = place && messageNear(place);
        this.#drawing.classList.toggle("over-grip", place !== undefined && taken(place) !== undefined);
        if (message === this.#hovered) return;
        this.#hovered = message;
        this.#redraw();
      },
    });
    followPointer(this.#overview, {
      move: ({ x }, pace) =>
        move(atInstant(this.#picture, (x / Math.max(1, this.#strip)) * this.#picture.run.untilMs), pace),
      fingers: true,
    });
  }

  /** Moves the cursor there and, if it left the middle of the view, the view after it. */
  show(cursor: PlayerCursor): void {
    this.#cursor = cursor;
    const x = this.#scale.xOf(cursor.at);
    if (x < this.#left + this.#width * 0.15 || x > this.#left + this.#width * 0.85)
      this.#scrollTo(x - this.#width * (x < this.#left ? 0.7 : 0.3));
    this.#draw();
  }

  /** Marks a message; undefined: none. */
  choose(message: Message | undefined): void {
    // From here on keys mean the message, not the button that was pressed last.
    if (message !== undefined) this.#box.focus({ preventScroll: true });
    if (message === this.#chosen) return;
    this.#chosen = message;
    this.#redraw();
  }

  /** Where a message's line stands on the screen. */
  placeOf(message: Message): DOMRect | undefined {
    const way = this.#canvas && waysOf(this.#canvas, message)[0];
    if (way === undefined) return undefined;
    const { left, top } = this.#drawing.getBoundingClientRect();
    return new DOMRect(
      left + way.x1,
      top + Math.min(way.y1, way.y2),
      way.x2 - way.x1,
      Math.abs(way.y2 - way.y1),
    );
  }

  #onScreen({ x, y }: Place): DOMRect {
    const { left, top } = this.#drawing.getBoundingClientRect();
    return new DOMRect(left + x, top + y, 0, 0);
  }

  /** To the next usual width, around the cursor. */
  zoom(by: 1 | -1): void {
    const next =
      by > 0
        ? ZOOMS.find((zoom) => zoom > this.#zoom + 0.01)
        : ZOOMS.findLast((zoom) => zoom < this.#zoom - 0.01);
    if (next === undefined) return;
    const x = this.#scale.xOf(this.#cursor.at) - this.#left;
    this.#zoomAt(next, x >= 0 && x <= this.#width ? x : this.#width / 2);
  }

  /** From now on every second is as wide as any other, or quiet time is drawn short. */
  keepTime(trueTime: boolean): void {
    this.#trueTime = trueTime;
    this.#zoomAt(this.#zoom, this.#width / 3, this.#cursor.at);
  }

  /** What stands at `x` in the view stays there. */
  #zoomAt(zoom: number, x: number, at = this.#scale.instantAt(this.#left + x)): void {
    this.#zoom = Math.min(ZOOMS[ZOOMS.length - 1] ?? 1, Math.max(ZOOMS[0], zoom));
    this.#zoomed(this.#zoom);
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
    this.#scale = scaleOf(this.#instants, this.#zoom, this.#trueTime);
    this.#space.style.width = `${Math.ceil(this.#scale.width)}px`;
    this.#space.style.height = `${this.#layout.height}px`;
  }

  #scrollTo(wanted: number): void {
    const most = Math.max(0, Math.ceil(this.#scale.width) - this.#width);
    this.#left = Math.round(Math.min(most, Math.max(0, wanted)));
    this.#box.scrollLeft = this.#left;
  }

  #cursorAt({ x, y }: Place): PlayerCursor {
    const place = x + this.#left;
    const at = this.#scale.instantAt(place);
    // Between events to the millisecond: nobody means a fraction of one.
    const before = atInstant(this.#picture, Math.round(at));
    const near = [atEvent(this.#picture, before.n), atEvent(this.#picture, before.n + 1)]
      .map((cursor) => ({ cursor, off: Math.abs(this.#scale.xOf(cursor.at) - place) }))
      .filter(({ off }) => off <= NEAR_PX)
      .sort((left, right) => left.off - right.off)[0]?.cursor;
    if (near === undefined) return before;
    // Of several events at one instant, the last one in the lane that was hit.
    const name = rowAt(this.#layout, y)?.name;
    const own = within(this.#picture.run.events, near.at, near.at).findLast(({ node }) => node === name);
    return own === undefined ? atInstant(this.#picture, near.at) : atEvent(this.#picture, own.n);
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
    const [picture, layout, scale, cursor] = [this.#picture, this.#layout, this.#scale, this.#cursor];
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
        ...(this.#ghost === undefined ? {} : { ghost: this.#ghost }),
      });
      redraw(this.#still, drawDiagram(this.#canvas));
    }
    redraw(this.#following, drawAtCursor(this.#canvas as Canvas, cursor, this.#hovered ?? this.#chosen));
    redraw(this.#names, drawNameplates(picture, layout, cursor, this.#ghost));
    const [from, to] = [scale.instantAt(left), scale.instantAt(left + width)];
    redraw(this.#window, drawWindow(picture, this.#strip, cursor.at, from, to));
  }
}

function svg(name: "svg" | "g"): SVGElement {
  return document.createElementNS("http://www.w3.org/2000/svg", name);
}
