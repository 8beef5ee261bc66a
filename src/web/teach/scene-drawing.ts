/** The live scene. Shapes and words say everything; motion helps. */
import { html, svg } from "lit-html";
import { lastFrom, within } from "../../reading/sorted.ts";
import { px, type Markup } from "../markup.ts";
import { nowAt, type CoordinatorNow } from "../moment.ts";
import type { Picture } from "../picture.ts";
import { atInstant } from "../player.ts";
import { isSmallScreen } from "../screen.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "../words.ts";

export interface SceneNow {
  /** True ms. */
  readonly at: number;
  readonly coordinators: readonly CoordinatorNow[];
  /** Who holds the active key. */
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

/** A message can be seen for so long, virtual ms; in truth it takes 2 ms. */
const MESSAGE_MS = 5000;
/** The two beside each other. */
export const NARROW = 450;
const HEIGHT = 330;
const BOX = { width: 210, height: 128, y: 190 } as const;
const STORE = { y: 12, width: 250, height: 92 } as const;
const LEASE = { x: 16, y: 92, width: BOX.width - 32, height: 18 } as const;
/** Where the ways to the two end at etcd, from its middle. */
const DOCK = 65;

/** How wide it is drawn: on a small screen less far apart, so that words stay readable. */
export function widthNow(): number {
  return isSmallScreen() ? NARROW : 760;
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

/** What is to be seen of a run at an instant of it, true ms. */
export function sceneAt(picture: Picture, at: number): SceneNow {
  const cursor = atInstant(picture, at);
  const moment = nowAt(picture, cursor);
  const key = moment.keys.find(({ key }) => key.endsWith("/session/rootcoord"));
  // Whoever put it holds it, with a lease or without.
  const put = picture.changes.findLast(({ event, n }) => n <= cursor.n && event.kv.key === key?.key);
  const vacant = lastFrom(
    picture.counts.filter(({ from, to }) => from <= at && at < to),
    at,
  );
  return {
    at,
    coordinators: moment.coordinators,
    holder: key && (key.owner ?? put?.node),
    vacantMs: vacant?.nodes.length === 0 ? at - vacant.from : undefined,
    messages: within(picture.messages, at - MESSAGE_MS, at).map(({ at: sent, from, leg, what, to }) => ({
      from,
      to,
      leg,
      what,
      part: (at - sent) / MESSAGE_MS,
    })),
  };
}

/** `names`: one or two. `still`: nothing glides; what is on its way is not shown. Undefined: nothing runs yet. */
export function drawScene(
  names: readonly string[],
  now: SceneNow | undefined,
  still: boolean,
  width: number,
): Markup {
  const middle = width / 2;
  const boxes = names.map((name, place) => {
    const x = lefts(width)[place] ?? 0;
    const [start, end] = wayOf(place, width);
    const one = now?.coordinators[place];
    const lease = one?.lease;
    const left = Math.max(0, lease?.leftMs ?? 0);
    const part = Math.min(1, left / (lease?.ttlMs ?? 1));
    // Beside a letter there is room for how it stands, below any other name.
    const long = name.length > 2;
    return svg`<path class="scene-way" d="M${start.x} ${start.y}L${end.x} ${end.y}"/>
<g class="scene-one ${one?.standing ?? ""}" data-place=${place} transform="translate(${x} ${BOX.y})"><rect class="scene-box" width=${BOX.width} height=${BOX.height} rx="12"/><text class="scene-name ${long ? "long" : ""}" x="18" y=${long ? 32 : 42}>${name}</text><text class="scene-standing" x=${BOX.width - 18} y=${long ? 58 : 38} text-anchor="end">${one && `${STANDING_SHAPES[one.standing]} ${STANDING_NAMES[one.standing]}`}</text><text class="scene-lease-text" x="18" y="80">${one && (lease === undefined ? "no lease" : `lease: ${Math.ceil(left / 1000)} s left`)}</text><rect class="scene-lease-ground" x=${LEASE.x} y=${LEASE.y} width=${LEASE.width} height=${LEASE.height} rx="4"/><rect class="scene-lease" x=${LEASE.x} y=${LEASE.y} width=${px(part * LEASE.width)} height=${LEASE.height} rx="4"/></g>`;
  });
  const dots = now === undefined || still ? [] : now.messages.map((one) => drawDot(one, now, width));
  return html`<svg viewBox="0 0 ${width} ${HEIGHT}" aria-hidden="true">
    ${boxes}
    <rect
      class="scene-store"
      x=${middle - STORE.width / 2}
      y=${STORE.y}
      width=${STORE.width}
      height=${STORE.height}
      rx="12"
    />
    <text class="scene-store-name" x=${middle} y=${STORE.y + 36} text-anchor="middle">etcd</text>
    <text class="scene-key" x=${middle} y=${STORE.y + 68} text-anchor="middle">
      ${now && `active key: ${now.holder === undefined ? "free" : now.holder}`}
    </text>
    <g class="scene-messages">${dots}</g>
  </svg>`;
}

/** Who serves, or for how long nobody has. */
export function drawServing(now: SceneNow | undefined): Markup {
  const active = now?.coordinators.find(({ standing }) => standing === "active");
  const vacantMs = now?.vacantMs;
  const words =
    vacantMs === undefined
      ? active && `${active.name} serves`
      : html`nobody serves: <b>${Math.floor(vacantMs / 1000)} s</b>`;
  return html`<p class="scene-count${vacantMs === undefined ? "" : " nobody"}" aria-hidden="true">
    ${words}
  </p>`;
}

function drawDot(
  { from, leg, part, to, what }: SceneNow["messages"][number],
  { coordinators }: SceneNow,
  width: number,
): Markup {
  const place = coordinators.findIndex(({ name }) => name === from || name === to);
  if (place < 0) return "";
  const [own, store] = wayOf(place, width);
  const [start, end] = leg === "request" ? [own, store] : [store, own];
  const [x, y] = [start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part];
  // A request and its answer are milliseconds apart; here each is shown on a side of its own.
  const side = leg === "request" ? -7 : 7;
  return svg`<circle class="scene-dot ${leg} ${what}" cx=${px(x + side)} cy=${px(y)} r="5"/>`;
}
