/** The live scene as SVG: made once, then only moved. Shapes and words say everything; motion helps. */
import { escape } from "../../words/escape.ts";
import { px } from "../markup.ts";
import type { CoordinatorNow } from "../moment.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "../words.ts";

export interface SceneNow {
  /** True ms. */
  readonly at: number;
  readonly coordinators: readonly CoordinatorNow[];
  /** Whose lease holds the active key. */
  readonly holder: string | undefined;
  /** Since when nobody serves, ms ago; undefined: somebody does. */
  readonly vacantMs: number | undefined;
  /** `part`: how far along its way it is shown, 0 to 1. */
  readonly messages: readonly {
    readonly from: string;
    readonly to: string;
    readonly leg: string;
    readonly what: string;
    readonly part: number;
  }[];
}

const HEIGHT = 330;
const BOX = { width: 210, height: 128, y: 190 } as const;
const STORE = { y: 12, width: 210, height: 92 } as const;
const LEASE = { x: 16, y: 92, width: BOX.width - 32, height: 18 } as const;
/** Where the ways to the two end at etcd, from its middle. */
const DOCK = 65;

/** How wide it is drawn: on a small screen less far apart, so that words stay readable. */
function widthNow(): number {
  return innerWidth < 600 ? 450 : 760;
}

/** The left edge of each coordinator. */
function lefts(width: number): readonly [number, number] {
  return [8, width - BOX.width - 8];
}

/** From a coordinator to etcd. */
function wayOf(place: number, width: number): readonly [Spot, Spot] {
  return [
    { x: (lefts(width)[place] ?? 0) + BOX.width / 2, y: BOX.y },
    { x: width / 2 + (place === 0 ? -DOCK : DOCK), y: STORE.y + STORE.height },
  ];
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** `faster`: how much faster time passes. */
export function sceneFrame(faster: number): string {
  const width = widthNow();
  const boxes = lefts(width).map((x, place) => {
    const [start, end] = wayOf(place, width);
    return `<path class="scene-way" d="M${start.x} ${start.y}L${end.x} ${end.y}"/>
<g class="scene-one" data-place="${place}" transform="translate(${x} ${BOX.y})"><rect class="scene-box" width="${BOX.width}" height="${BOX.height}" rx="12"/><text class="scene-name" x="18" y="42">${"AB"[place]}</text><text class="scene-standing" x="${BOX.width - 18}" y="38" text-anchor="end"></text><text class="scene-lease-text" x="18" y="80"></text><rect class="scene-lease-ground" x="${LEASE.x}" y="${LEASE.y}" width="${LEASE.width}" height="${LEASE.height}" rx="4"/><rect class="scene-lease" x="${LEASE.x}" y="${LEASE.y}" width="0" height="${LEASE.height}" rx="4"/></g>`;
  });
  const middle = width / 2;
  return `<svg viewBox="0 0 ${width} ${HEIGHT}" aria-hidden="true">${boxes.join("")}
<rect class="scene-store" x="${middle - STORE.width / 2}" y="${STORE.y}" width="${STORE.width}" height="${STORE.height}" rx="12"/><text class="scene-store-name" x="${middle}" y="${STORE.y + 36}" text-anchor="middle">etcd</text><text class="scene-key" x="${middle}" y="${STORE.y + 68}" text-anchor="middle"></text><g class="scene-messages"></g></svg>
<div class="scene-words"><p class="scene-count" aria-hidden="true"><span></span> <b></b></p><p class="scene-said" role="status" aria-live="polite"></p><button type="button" class="kill" disabled>Kill it</button><p class="scene-note">The production code runs here, ${faster} times as fast as time.</p></div>`;
}

/** `still`: nothing glides; what is on its way is not shown. */
export function drawScene(scene: HTMLElement, now: SceneNow, still: boolean): void {
  for (const [place, one] of now.coordinators.entries()) {
    const box = scene.querySelector(`[data-place="${place}"]`);
    if (box === null) continue;
    box.setAttribute("class", `scene-one ${one.standing}`);
    put(box, ".scene-standing", `${STANDING_SHAPES[one.standing]} ${STANDING_NAMES[one.standing]}`);
    const { lease } = one;
    const left = lease === undefined ? 0 : Math.max(0, lease.leftMs);
    put(
      box,
      ".scene-lease-text",
      lease === undefined ? "no lease" : `lease: ${Math.ceil(left / 1000)} s left`,
    );
    const part = lease === undefined ? 0 : Math.min(1, left / lease.ttlMs);
    box.querySelector(".scene-lease")?.setAttribute("width", px(part * LEASE.width));
  }
  put(
    scene,
    ".scene-key",
    now.holder === undefined ? "active key: free" : `active key: ${now.holder.slice(-1).toUpperCase()}`,
  );
  const vacant = now.vacantMs;
  const count = scene.querySelector(".scene-count") as HTMLElement;
  count.classList.toggle("nobody", vacant !== undefined);
  const active = now.coordinators.find(({ standing }) => standing === "active");
  put(
    count,
    "span",
    vacant === undefined ? `${active?.name.slice(-1).toUpperCase() ?? ""} serves` : "nobody serves:",
  );
  put(count, "b", vacant === undefined ? "" : `${Math.floor(vacant / 1000)} s`);
  const width = scene.querySelector("svg")?.viewBox.baseVal.width ?? 0;
  const messages = scene.querySelector(".scene-messages") as SVGElement;
  messages.innerHTML = still ? "" : now.messages.map((one) => drawDot(one, now, width)).join("");
}

function put(within: Element, selector: string, text: string): void {
  const place = within.querySelector(selector);
  if (place !== null && place.textContent !== text) place.textContent = text;
}

function drawDot(
  { from, leg, part, to, what }: SceneNow["messages"][number],
  { coordinators }: SceneNow,
  width: number,
): string {
  const place = coordinators.findIndex(({ name }) => name === from || name === to);
  if (place < 0) return "";
  const [own, store] = wayOf(place, width);
  const [start, end] = leg === "request" ? [own, store] : [store, own];
  const [x, y] = [start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part];
  // A request and its answer are milliseconds apart; here each is shown on a side of its own.
  const side = leg === "request" ? -7 : 7;
  return `<circle class="scene-dot ${escape(leg)} ${escape(what)}" cx="${px(x + side)}" cy="${px(y)}" r="5"/>`;
}
