/**
 * The fencing token, drawn where it is: on the band of whoever holds it, on every write, and at etcd's gate, where an outdated one is
 * refused: 4 < 11.
 */
import { svg } from "lit-html";
import { ETCD } from "../simulation/names.ts";
import { within } from "../reading/sorted.ts";
import type { Canvas } from "./canvas.ts";
import { BAND_HEIGHT, dockOf } from "./layout.ts";
import { CHARACTER_PX, px, type Markup } from "./markup.ts";
import { waysOf } from "./ways.ts";

/** How wide a token is drawn. */
export function tokenWidth(token: number): number {
  return Math.max(16, String(token).length * 6.5 + 8);
}

/** `x`, `y`: its middle. */
export function drawToken(token: number, x: number, y: number, kind: string): Markup {
  const wide = tokenWidth(token);
  return svg`<g class="token ${kind}"><rect x=${px(x - wide / 2)} y=${px(y - 8)} width=${px(wide)} height="16" rx="8"/><text x=${px(x)} y=${px(y + 3.8)} text-anchor="middle">${token}</text></g>`;
}

/** How far along its way a write shows its token. */
const ON_THE_WAY = 0.42;

/** On each write in view that has room for one. */
export function drawTokensSent(canvas: Canvas): Markup {
  /** By sender: how far its tokens reach. */
  const free = new Map<string, number>();
  return canvas.messages.map((message) => {
    const { from, token } = message;
    const [way] = waysOf(canvas, message);
    if (token === undefined || way === undefined) return "";
    const part = way.end === "head" ? ON_THE_WAY : 0.5;
    // Of a long way that part that is in view.
    const [x1, x2] = [Math.max(way.x1, 0), Math.min(way.x2, canvas.width)];
    const x = x1 + (x2 - x1) * part;
    const along = way.x2 === way.x1 ? part : (x - way.x1) / (way.x2 - way.x1);
    if (x2 < 0 || x - tokenWidth(token) / 2 < (free.get(from) ?? Number.NEGATIVE_INFINITY)) return "";
    free.set(from, x + tokenWidth(token) / 2 + 4);
    return drawToken(token, x, way.y1 + (way.y2 - way.y1) * along, "sent");
  });
}

/** Where a write under an outdated token reached etcd. */
export function drawGate(canvas: Canvas): Markup {
  const { from, layout, picture, row, to, width, x } = canvas;
  if (layout.rows.every(({ name }) => name !== ETCD)) return "";
  const etcd = row(ETCD);
  return within(picture.outdated, from, to).map(({ applied, at, from: sender, newest, token }) => {
    const here = x(at);
    const edge = dockOf(etcd, row(sender));
    const words = applied ? "let in" : "refused";
    const room = tokenWidth(token) + tokenWidth(newest) + 20 + (words.length + 1) * CHARACTER_PX;
    const left = here + 10 + room > width && here > room ? here - 10 - room : here + 10;
    const middle = etcd.band + BAND_HEIGHT / 2;
    const [old, sign] = [left + tokenWidth(token) / 2, left + tokenWidth(token) + 10];
    const now = sign + 10 + tokenWidth(newest) / 2;
    const bar = applied
      ? `M${px(here - 16)} ${edge}h9M${px(here + 7)} ${edge}h9`
      : `M${px(here - 16)} ${edge}h32`;
    return svg`<g class="gate ${applied ? "open" : "shut"}"><rect class="gate-ground" x=${px(left - 9)} y=${etcd.band + 2} width=${px(room + 11)} height=${BAND_HEIGHT - 4} rx="4"/><path d=${bar} />${drawToken(token, old, middle, "old")}<text x=${px(sign)} y=${middle + 4} text-anchor="middle">&lt;</text>${drawToken(newest, now, middle, "new")}<text class="gate-text" x=${px(now + tokenWidth(newest) / 2 + 6)} y=${middle + 4}>${words}</text></g>`;
  });
}
