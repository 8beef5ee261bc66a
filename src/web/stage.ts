/**
 * The diagram on the page: keeps picture, scale and cursor together, scrolls, zooms, and turns clicks and drags into
 * instants. Give it another picture and it shows that.
 */
import { ETCD } from "../simulation/names.ts";
import { drawDiagram, PATTERNS } from "./diagram.ts";
import { layoutOf, rowAt, type Layout } from "./layout.ts";
import { escape } from "./markup.ts";
import { drawOverview, drawWindow, overviewHeight } from "./overview.ts";
import { redraw } from "./redraw.ts";
import type { Picture } from "./picture.ts";
import { atEvent, atInstant, type Cursor } from "./player.ts";
import { scaleOf, type Scale } from "./scale.ts";
import { nowAt } from "./moment.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

/** A click so near an event means the event. */
const NEAR_PX = 9;
const ZOOMS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;

export class Stage {
  readonly #picture: Picture;
  readonly #layout: Layout;
  readonly #names: HTMLElement;
  readonly #box: HTMLElement;
  readonly #space = document.createElement("div");
  readonly #drawing: SVGElement;
  readonly #overview: SVGElement;
  readonly #shape = svg("g");
  readonly #window = svg("g");
  readonly #content = svg("g");
  #scale: Scale;
  #zoom = ZOOMS.indexOf(1);
  #cursor: Cursor = { n: 0, at: 0 };
  #pending = false;

  constructor(
    picture: Picture,
    places: { readonly names: HTMLElement; readonly box: HTMLElement; readonly overview: SVGElement },
    move: (cursor: Cursor) => void,
  ) {
    this.#picture = picture;
    this.#layout = layoutOf(picture);
    this.#scale = scaleOf(picture.instants, 1);
    this.#names = places.names;
    this.#box = places.box;
    this.#overview = places.overview;
    this.#drawing = svg("svg");
    this.#drawing.innerHTML = PATTERNS;
    this.#drawing.append(this.#content);
    this.#overview.append(this.#window, this.#shape);
    this.#overview.setAttribute("height", String(overviewHeight(picture)));
    this.#drawing.setAttribute("class", "diagram");
    this.#drawing.setAttribute("aria-hidden", "true");
    this.#space.append(this.#drawing);
    this.#box.append(this.#space);
    this.#box.addEventListener("scroll", () => this.#redraw());
    new ResizeObserver(() => this.#redraw()).observe(this.#box);
    this.#stretch();
    dragged(this.#drawing, (x, y) => move(this.#cursorAt(x, y)));
    dragged(this.#overview, (x) => {
      const share = x / Math.max(1, this.#overview.clientWidth);
      move(atInstant(this.#picture, share * this.#picture.run.untilMs));
    });
  }

  /** Moves the cursor there and, if it left the middle of the view, the view after it. */
  show(cursor: Cursor): void {
    this.#cursor = cursor;
    const { clientWidth, scrollLeft } = this.#box;
    const x = this.#scale.xOf(cursor.at);
    if (x < scrollLeft + clientWidth * 0.15 || x > scrollLeft + clientWidth * 0.85) {
      this.#box.scrollLeft = x - clientWidth * (x < scrollLeft ? 0.7 : 0.3);
    }
    this.#redraw();
  }

  zoom(by: 1 | -1): void {
    this.#zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.#zoom + by));
    const { clientWidth } = this.#box;
    this.#stretch();
    this.#box.scrollLeft = this.#scale.xOf(this.#cursor.at) - clientWidth / 2;
    this.#redraw();
  }

  /** The instant so many pixels of the diagram further on; for playing. */
  after(at: number, pixels: number): number {
    return this.#scale.instantAt(this.#scale.xOf(at) + pixels);
  }

  #stretch(): void {
    this.#scale = scaleOf(this.#picture.instants, ZOOMS[this.#zoom] ?? 1);
    this.#space.style.width = `${Math.ceil(this.#scale.width)}px`;
    this.#space.style.height = `${this.#layout.height}px`;
  }

  #cursorAt(x: number, y: number): Cursor {
    const place = x + this.#box.scrollLeft;
    const at = this.#scale.instantAt(place);
    const before = atInstant(this.#picture, at);
    const near = [atEvent(this.#picture, before.n), atEvent(this.#picture, before.n + 1)]
      .map((cursor) => ({ cursor, off: Math.abs(this.#scale.xOf(cursor.at) - place) }))
      .filter(({ off }) => off <= NEAR_PX)
      .sort((left, right) => left.off - right.off)[0]?.cursor;
    if (near === undefined) return before;
    // Of several events at one instant, the last one in the lane that was hit.
    const name = rowAt(this.#layout, y)?.name;
    const own = this.#picture.run.events
      .filter((event) => event.at === near.at && event.node === name)
      .at(-1);
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
    const { clientWidth: width, scrollLeft: left } = this.#box;
    const { height } = this.#layout;
    this.#drawing.setAttribute("width", String(width));
    this.#drawing.setAttribute("height", String(height));
    const wide = this.#overview.clientWidth;
    const [picture, layout, scale, cursor] = [this.#picture, this.#layout, this.#scale, this.#cursor];
    redraw(this.#content, drawDiagram({ picture, layout, scale, cursor, left, width }));
    redraw(this.#names, this.#nameplates());
    redraw(this.#shape, drawOverview(picture, wide));
    redraw(
      this.#window,
      drawWindow(picture, wide, cursor.at, scale.instantAt(left), scale.instantAt(left + width)),
    );
  }

  #nameplates(): string {
    const { coordinators, etcd } = nowAt(this.#picture, this.#cursor);
    const rows = this.#layout.rows.map(({ height, name, y }) => {
      const one = coordinators.find((coordinator) => coordinator.name === name);
      const now =
        one === undefined
          ? `<small>${escape(etcd.mode)}, revision ${etcd.revision}</small>`
          : `<small class="${one.standing}"><span aria-hidden="true">${STANDING_SHAPES[one.standing]}</span> ${STANDING_NAMES[one.standing]}${one.paused ? ", paused" : ""}</small>`;
      return `<div class="name${name === ETCD ? " etcd-name" : ""}" style="top:${y}px;height:${height}px"><b>${escape(name)}</b>${now}</div>`;
    });
    const verdicts = this.#layout.verdicts.map(
      ({ property, y }) =>
        `<div class="name verdict-name" style="top:${y}px;height:30px"><b>${property === undefined ? "✓ promises" : `✕ ${escape(property)}`}</b></div>`,
    );
    return `<div style="height:${this.#layout.height}px"></div>${rows.join("")}${verdicts.join("")}`;
  }
}

function svg(name: "svg" | "g"): SVGElement {
  return document.createElementNS("http://www.w3.org/2000/svg", name);
}

/** Calls `move` with the place in `on` where a press begins and wherever it is dragged. */
function dragged(on: SVGElement, move: (x: number, y: number) => void): void {
  const tell = (event: PointerEvent): void => {
    const { left, top } = on.getBoundingClientRect();
    move(event.clientX - left, event.clientY - top);
  };
  on.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    // A finger scrolls the diagram; a tap still places the cursor.
    if (event.pointerType !== "touch") on.setPointerCapture(event.pointerId);
    tell(event);
  });
  on.addEventListener("pointermove", (event) => {
    if (on.hasPointerCapture(event.pointerId)) tell(event);
  });
}
