/** What of the diagram follows the cursor: its line, what the leases have left, the messages that it meets or points at. */
import { svg } from "lit-html";
import { leaseLeftMs } from "../reading/leases.ts";
import type { Message } from "../reading/message.ts";
import type { Canvas } from "./canvas.ts";
import { chainOf } from "./causes.ts";
import { lengthText, px, type Markup } from "./markup.ts";
import { drawAhead } from "./margins.ts";
import { corridorOf, drawLabel, drawWays, isTroubled } from "./messages.ts";
import { partOfWay, underWayAt } from "./moment.ts";
import type { PlayerCursor } from "./player.ts";
import { waysOf } from "./ways.ts";

/** `pointed`: the message under the pointer, or chosen by a key. */
export function drawAtCursor(canvas: Canvas, cursor: PlayerCursor, pointed: Message | undefined): Markup {
  const { layout, messages, picture, row, width, x } = canvas;
  const here = x(cursor.at);
  const met = messages.filter(
    (one) => one !== pointed && (one.n === cursor.n || one.arrivals.some(({ n }) => n === cursor.n)),
  );
  let tip = Number.NEGATIVE_INFINITY;
  const labels = met.flatMap((message) => {
    if (isTroubled(message)) return [];
    // What came to the cursor stands left of its line, what leaves it right.
    const label = drawLabel(canvas, message, tip, { current: true, leftwards: message.n !== cursor.n });
    tip = label.tip;
    return [label.markup];
  });
  const leases = picture.leases.flatMap((life) => {
    const left = leaseLeftMs(life, cursor.at);
    const { lease } = row(life.owner);
    // Where a message with its words goes across, there is no room for more.
    const crossed = met.some((message) => {
      const corridor = corridorOf(canvas, message);
      return corridor.from < lease && lease < corridor.to;
    });
    if (left === undefined || crossed) return [];
    const side = here > width - 60 ? -1 : 1;
    return [
      svg`<text class="lease-text halo" x=${px(here + 5 * side)} y=${lease + 16} text-anchor="${side > 0 ? "start" : "end"}">${lengthText(Math.max(0, left))}</text>`,
    ];
  });
  const { follows, led } = chainOf(messages, cursor.n);
  return [
    drawAhead(canvas, cursor.at),
    drawWays(canvas, led, " led"),
    drawWays(canvas, follows, " follows"),
    drawWays(canvas, met, " current"),
    ...underWayAt(picture, cursor).map((message) => drawDot(canvas, message, cursor.at)),
    ...labels,
    ...leases,
    svg`<line class="cursor" x1=${px(here)} x2=${px(here)} y1="18" y2=${layout.height} />`,
    svg`<path class="cursor-head" d="M${px(here - 6)} 16h12l-6 8z"/>`,
    pointed === undefined
      ? ""
      : [
          drawWays(canvas, [pointed], " pointed"),
          drawLabel(canvas, pointed, Number.NEGATIVE_INFINITY, { current: true }).markup,
        ],
  ];
}

/** Where it is just now. */
function drawDot(canvas: Canvas, message: Message, at: number): Markup {
  const way = waysOf(canvas, message).at(0);
  if (way === undefined) return "";
  const part = partOfWay(message, at);
  return svg`<circle class="flying" cx=${px(canvas.x(Math.max(at, message.at)))} cy=${px(way.y1 + (way.y2 - way.y1) * part)} r="4.5"/>`;
}
