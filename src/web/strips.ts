/**
 * How many serve, below the lanes: 0 is hatched and says how long, 1 is calm, 2 is red. Those who serve at once are marked red in
 * their lanes too, whoever promised what.
 */
import { svg } from "lit-html";
import type { ServingCount } from "../reading/serving-counts.ts";
import type { Canvas } from "./canvas.ts";
import { AXIS_HEIGHT, BAND_HEIGHT, type Layout } from "./layout.ts";
import { CHARACTER_PX, fitting, lengthText, px, type Markup } from "./markup.ts";

const BAR_HEIGHT = 18;
/** What is shorter on the scale is drawn as wide as this, to be seen. */
const LEAST_PX = 6;

export function drawStrips(canvas: Canvas): Markup {
  const { layout, picture } = canvas;
  return layout.strips.map(({ role, y }) => drawCounts(canvas, picture.counts, role, y));
}

/** One strip; `y`: the upper edge of its row. */
export function drawCounts(canvas: Canvas, counts: readonly ServingCount[], role: string, y: number): Markup {
  return inView(canvas, counts)
    .filter((count) => count.role === role)
    .map((count) => drawCount(canvas, count, y + 6));
}

/** The bands of those who serve one role at once, and a wash from the axis down to the strip. */
export function drawAtOnce(canvas: Canvas): Markup {
  const { layout, picture, row } = canvas;
  return inView(canvas, picture.counts)
    .filter(({ nodes }) => nodes.length > 1)
    .map((count) => {
      const { left, wide } = spanOf(canvas, count);
      const bands = count.nodes.map((node) => {
        const { band } = row(picture.run.processes[node] ?? "");
        return svg`<rect class="at-once" x=${px(left)} y=${band} width=${px(wide)} height=${BAND_HEIGHT} />`;
      });
      const bottom = bottomOf(layout, count.role);
      return svg`<rect class="at-once-wash" x=${px(left)} y=${AXIS_HEIGHT} width=${px(wide)} height=${bottom - AXIS_HEIGHT} />${bands}`;
    });
}

function inView({ from, to }: Canvas, counts: readonly ServingCount[]): readonly ServingCount[] {
  return counts.filter((count) => count.to >= from && count.from <= to);
}

function bottomOf({ height, strips }: Layout, role: string): number {
  return (strips.find((strip) => strip.role === role)?.y ?? height) + 6;
}

function spanOf({ x }: Canvas, { from, to }: ServingCount): { left: number; wide: number } {
  return { left: x(from), wide: Math.max(LEAST_PX, x(to) - x(from)) };
}

function drawCount(canvas: Canvas, count: ServingCount, y: number): Markup {
  const { left, wide } = spanOf(canvas, count);
  const many = count.nodes.length;
  const kind = many === 0 ? "nobody" : many === 1 ? "one" : "several";
  const bar = svg`<rect class="count ${kind}" x=${px(left)} y=${y} width=${px(wide)} height=${BAR_HEIGHT} />`;
  const length = lengthText(count.to - count.from);
  const words = many === 0 ? `nobody · ${length}` : many === 1 ? "1" : `${many} at once · ${length}`;
  // As far as the bar is in view; two at once are named even where there is no room inside.
  const start = Math.max(left, 0);
  const room = Math.min(left + wide, canvas.width) - start - 10;
  const inside = words.length * CHARACTER_PX <= room;
  if (many < 2 || inside) {
    const word = fitting(words, room);
    return word === ""
      ? bar
      : svg`${bar}<text class="count-text ${kind}" x=${px(start + 6)} y=${y + 13}>${word}</text>`;
  }
  const beside = left + wide + 5;
  const leftwards = beside + words.length * CHARACTER_PX > canvas.width;
  return svg`${bar}<text class="count-text beside halo" x=${px(leftwards ? left - 5 : beside)} y=${y + 13} text-anchor="${leftwards ? "end" : "start"}">${words}</text>`;
}
