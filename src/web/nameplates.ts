/** The names of the diagram's rows, each with how it stands at the cursor. */
import { ETCD } from "../simulation/names.ts";
import type { Layout } from "./layout.ts";
import { escape } from "./markup.ts";
import { nowAt } from "./moment.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

export function drawNameplates(picture: Picture, layout: Layout, cursor: PlayerCursor): string {
  const { coordinators, etcd } = nowAt(picture, cursor);
  const rows = layout.rows.map(({ height, name, y }) => {
    const one = coordinators.find((coordinator) => coordinator.name === name);
    const now =
      one === undefined
        ? etcd === undefined
          ? "<small>what it changed</small>"
          : `<small>${escape(etcd.mode)}, revision ${etcd.revision}</small>`
        : `<small class="${one.standing}"><span aria-hidden="true">${STANDING_SHAPES[one.standing]}</span> ${STANDING_NAMES[one.standing]}${one.paused ? ", paused" : ""}</small>`;
    return `<div class="name${name === ETCD ? " etcd-name" : ""}" style="top:${y}px;height:${height}px"><b>${escape(name)}</b>${now}</div>`;
  });
  const verdicts = layout.verdicts.map(
    ({ property, y }) =>
      `<div class="name verdict-name" style="top:${y}px;height:30px"><b>${property === undefined ? "✓ promises" : `✕ ${escape(property)}`}</b></div>`,
  );
  return `<div style="height:${layout.height}px"></div>${rows.join("")}${verdicts.join("")}`;
}
