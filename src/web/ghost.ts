/** Another run, drawn pale beside the one that is shown, on the same scale: what would have been. */
import { svg } from "lit-html";
import type { Canvas } from "./canvas.ts";
import { AXIS_HEIGHT, GHOST_HEIGHT } from "./layout.ts";
import { px, type Markup } from "./markup.ts";
import { drawCounts } from "./strips.ts";

/** Below everything else: the part in which the two differ. */
export function drawParted({ ghost, layout, width, x }: Canvas): Markup {
  if (ghost === undefined) return "";
  const start = x(ghost.partsAt);
  if (start > width) return "";
  return svg`<rect class="parted" x=${px(start)} y=${AXIS_HEIGHT} width=${px(Math.max(0, width - start))} height=${layout.height - AXIS_HEIGHT} /><line class="parted-at" x1=${px(start)} x2=${px(start)} y1=${AXIS_HEIGHT} y2=${layout.height} />`;
}

/** How each stood there, as a thin band beside its own, and how many served. */
export function drawGhost(canvas: Canvas): Markup {
  const { from, ghost, layout, to, x } = canvas;
  if (ghost === undefined) return "";
  const bands = layout.rows.flatMap((row) =>
    (ghost.picture.lanes.get(row.name)?.bands ?? [])
      .filter((band) => band.to >= from && band.from <= to)
      .filter(
        ({ standing }) =>
          standing === "active" ||
          standing === "activating" ||
          standing === "standby" ||
          standing === "running",
      )
      .map(
        (band) =>
          svg`<rect class="ghost ${band.standing}" x=${px(x(band.from))} y=${row.ghost} width=${px(Math.max(2, x(band.to) - x(band.from)))} height=${GHOST_HEIGHT} />`,
      ),
  );
  const strips = layout.ghostStrips.map(({ role, y }) => drawCounts(canvas, ghost.picture.counts, role, y));
  return svg`<g class="ghosts">${bands}${strips}</g>`;
}
