/** The names of the diagram's rows, each with how it stands at the cursor. */
import { html } from "lit-html";
import { ETCD } from "../simulation/names.ts";
import { STRIP_HEIGHT, type Layout } from "./layout.ts";
import type { Markup } from "./markup.ts";
import { nowAt } from "./moment.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import type { StageRun } from "./stage-parts.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

/** `choose`: a name was clicked. */
export function drawNameplates(
  { ghost, picture }: StageRun,
  layout: Layout,
  cursor: PlayerCursor,
  choose: (name: string) => void,
): Markup {
  const { coordinators, etcd } = nowAt(picture, cursor);
  const rows = layout.rows.map(({ height, name, y }) => {
    const one = coordinators.find((coordinator) => coordinator.name === name);
    const now =
      one === undefined
        ? html`<small
            >${etcd === undefined ? "what it changed" : `${etcd.mode}, revision ${etcd.revision}`}</small
          >`
        : html`<small class=${one.standing}
            ><span aria-hidden="true">${STANDING_SHAPES[one.standing]}</span>
            ${STANDING_NAMES[one.standing]}${one.paused ? ", paused" : ""}</small
          >`;
    return html`<div
      class="name${name === ETCD ? " etcd-name" : ""}"
      style="top:${y}px;height:${height}px"
      @click=${() => choose(name)}
    >
      <b>${name}</b>${now}
    </div>`;
  });
  const below = (y: number, words: string, kind = ""): Markup =>
    html`<div class="name verdict-name" style="top:${y}px;height:${STRIP_HEIGHT}px">
      <b class=${kind}>${words}</b>
    </div>`;
  const strip = (of: Picture, { role, y }: Layout["strips"][number], name: string): Markup => {
    const count = of.counts.findLast((one) => one.role === role && one.from <= cursor.at);
    const many = count?.nodes.length ?? 0;
    const words = many === 0 ? "nobody serves" : many === 1 ? "1 serves" : `${many} serve at once`;
    const which = layout.strips.length > 1 ? `${role}: ` : "";
    return below(y, `${name}${which}${words}`, many > 1 ? "several" : "");
  };
  return html`<div style="height:${layout.height}px"></div>
    ${rows}${layout.strips.map((one) =>
      strip(picture, one, ""),
    )}${ghost && layout.ghostStrips.map((one) => strip(ghost.picture, one, `${ghost.name}: `))}${layout.verdicts.map(
      ({ property, y }) => below(y, `✕ ${property}`),
    )}`;
}
