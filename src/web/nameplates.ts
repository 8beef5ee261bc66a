/** The names of the diagram's rows, each with how it stands at the cursor. */
import { ETCD } from "../simulation/names.ts";
import type { Ghost } from "./canvas.ts";
import { STRIP_HEIGHT, type Layout } from "./layout.ts";
import { escape } from "../words/escape.ts";
import { nowAt } from "./moment.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

export function drawNameplates(
  picture: Picture,
  layout: Layout,
  cursor: PlayerCursor,
  ghost: Ghost | undefined,
): string {
  const { coordinators, etcd } = nowAt(picture, cursor);
  const rows = layout.rows.map(({ height, name, y }) => {
    const one = coordinators.find((coordinator) => coordinator.name === name);
    const now =
      one === undefined
        ? etcd === undefined
          ? "<small>what it changed</small>"
          : `<small>${escape(etcd.mode)}, revision ${etcd.revision}</small>`
        : `<small class="${one.standing}"><span aria-hidden="true">${STANDING_SHAPES[one.standing]}</span> ${STANDING_NAMES[one.standing]}${one.paused ? ", paused" : ""}</small>`;
    return `<div class="name${name === ETCD ? " etcd-name" : ""}" data-party="${escape(name)}" style="top:${y}px;height:${height}px"><b>${escape(name)}</b>${now}</div>`;
  });
  const below = (y: number, markup: string): string =>
    `<div class="name verdict-name" style="top:${y}px;height:${STRIP_HEIGHT}px">${markup}</div>`;
  const strip = (of: Picture, { role, y }: Layout["strips"][number], name: string): string => {
    const count = of.counts.findLast((one) => one.role === role && one.from <= cursor.at);
    const many = count?.nodes.length ?? 0;
    const words = many === 0 ? "nobody serves" : many === 1 ? "1 serves" : `${many} serve at once`;
    const which = layout.strips.length > 1 ? `${escape(role)}: ` : "";
    return below(y, `<b class="${many > 1 ? "several" : ""}">${name}${which}${words}</b>`);
  };
  const strips = [
    ...layout.strips.map((one) => strip(picture, one, "")),
    ...layout.ghostStrips.map((one) =>
      ghost === undefined ? "" : strip(ghost.picture, one, `${escape(ghost.name)}: `),
    ),
  ];
  const verdicts = layout.verdicts.map(({ property, y }) => below(y, `<b>✕ ${escape(property)}</b>`));
  return `<div style="height:${layout.height}px"></div>${rows.join("")}${strips.join("")}${verdicts.join("")}`;
}
