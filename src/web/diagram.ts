/**
 * Draws the part of a run that is in view as SVG: lanes, leases, messages, faults and verdicts, all that stays when the
 * cursor moves. View in, markup out; nothing here touches a document. What a thing is, its shape and a word say; colour only
 * helps.
 */
import { svg } from "lit-html";
import { ETCD } from "../simulation/names.ts";
import type { Band } from "../reading/lanes.ts";
import { effectsOf } from "../simulation/effects.ts";
import { faultText } from "../simulation/fault-words.ts";
import type { LeaseLife } from "../reading/leases.ts";
import { countWhile, within } from "../reading/sorted.ts";
import { tellBand } from "../reading/turns.ts";
import { instantsBetween, type Canvas } from "./canvas.ts";
import { drawGhost, drawParted } from "./ghost.ts";
import { AXIS_HEIGHT, BAND_HEIGHT, LEASE_HEIGHT, type Row } from "./layout.ts";
import { CHARACTER_PX, clockText, fitting, lengthText, px, type Markup } from "./markup.ts";
import { drawMessages } from "./messages.ts";
import { drawMargins } from "./margins.ts";
import { drawAtOnce, drawStrips } from "./strips.ts";
import { drawGate, drawToken, drawTokensSent, tokenWidth } from "./tokens.ts";

export function drawDiagram(canvas: Canvas): Markup {
  const { layout } = canvas;
  return [
    drawParted(canvas),
    drawAxis(canvas),
    ...layout.rows.map((row) => (row.name === ETCD ? drawEtcd(canvas, row) : drawCoordinator(canvas, row))),
    drawMargins(canvas),
    drawAtOnce(canvas),
    ...layout.rows.map((row) => drawBandWords(canvas, row)),
    drawMessages(canvas),
    drawTokensSent(canvas),
    drawGate(canvas),
    drawStrips(canvas),
    drawGhost(canvas),
    drawVerdicts(canvas),
  ];
}

/** Hatchings tell standings apart without colour. Put once into the drawing that holds the rest. */
export const PATTERNS = svg`<defs>
<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7"/><rect class="hatch-line" width="3" height="7"/></pattern>
<pattern id="still" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="still-line" width="2.5" height="6"/></pattern>
<pattern id="nobody" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="nobody-line" width="1.5" height="6"/></pattern>
<pattern id="broken" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="broken-ground" width="8" height="8"/><rect class="broken-line" width="3" height="8"/></pattern>
</defs>`;

function drawAxis({ from, instants, layout, scale, to, width, x }: Canvas): Markup {
  const parts: Markup[] = [];
  const bottom = layout.height;
  for (const gap of scale.breaks.slice(countWhile(scale.breaks, (one) => one.to < from))) {
    if (gap.from > to) break;
    const [start, end] = [x(gap.from), x(gap.to)];
    // In the middle of what is in view of it.
    const [left, right] = [Math.max(start, 0), Math.min(end, width)];
    const word = `⋯ ${lengthText(gap.to - gap.from)}`;
    const fits = word.length * CHARACTER_PX < right - left;
    parts.push(
      svg`<rect class="quiet" x=${px(start)} y=${AXIS_HEIGHT} width=${px(end - start)} height=${bottom - AXIS_HEIGHT} />`,
      svg`<text class="quiet-text" x=${px((left + right) / 2)} y="24" text-anchor="middle">${fits ? word : right - left > CHARACTER_PX ? "⋯" : ""}</text>`,
    );
  }
  let free = Number.NEGATIVE_INFINITY;
  let ticks = "";
  for (const at of instants) {
    const here = x(at);
    if (here < Math.max(free, -2) || here > width - 50) continue;
    free = here + 76;
    ticks += `M${px(here)} 14V${bottom}`;
    parts.push(svg`<text class="tick-text" x=${px(here + 3)} y="11">${clockText(at)}</text>`);
  }
  return svg`${parts}<path class="tick" d=${ticks} />`;
}

/** How far something is drawn beyond the end of the run. */
const TAIL_PX = 100;

function drawCoordinator(canvas: Canvas, row: Row): Markup {
  const { from, picture, to, x } = canvas;
  const lane = picture.lanes.get(row.name);
  if (lane === undefined) return "";
  const leases = picture.leases.filter(
    (life) => life.owner === row.name && life.to >= from && life.from <= to,
  );
  return [
    svg`<line class="lane-line" x1="0" x2=${px(canvas.width)} y1=${row.band + BAND_HEIGHT / 2} y2=${row.band + BAND_HEIGHT / 2} />`,
    ...leases.map((life) => drawLease(canvas, row, life)),
    ...lane.bands.map((band) => (band.to >= from && band.from <= to ? drawBand(canvas, row, band) : "")),
    ...lane.pauses.map((pause) => {
      if (pause.to < from || pause.from > to) return "";
      const start = x(pause.from);
      const length = Math.max(2, x(pause.to) - start);
      const word = fitting("❚❚ paused", length - 8);
      return svg`<rect class="paused" x=${px(start)} y=${row.band} width=${px(length)} height=${BAND_HEIGHT} />${
        word === ""
          ? ""
          : svg`<text class="paused-text halo" x=${px(start + length - 6)} y=${row.band + 16} text-anchor="end">${word}</text>`
      }`;
    }),
    drawMarks(canvas, row),
  ];
}

function drawBand({ x }: Canvas, row: Row, band: Band): Markup {
  if (band.standing === "down" || band.standing === "unknown") return "";
  const start = x(band.from);
  return svg`<rect class="band ${band.standing}" x=${px(start)} y=${row.band} width=${px(endOf(x, band) - start)} height=${BAND_HEIGHT} rx="3"/>`;
}

/** What begins at the run's last instant would have gone on. */
function endOf(x: Canvas["x"], { from, to }: Band): number {
  return Math.max(x(from) + (to > from ? 2 : TAIL_PX), x(to));
}

/** Words of a band are bolder than others, and so broader. */
const BOLD = 0.9;

/** Above whatever marks the bands. */
function drawBandWords({ from, left, picture, scale, to, width, x }: Canvas, row: Row): Markup {
  const bands = picture.lanes.get(row.name)?.bands ?? [];
  return bands.map((band) => {
    if (band.to < from || band.from > to) return "";
    if (band.standing === "down" || band.standing === "unknown") return "";
    const { token = 0 } = band;
    const start = Math.max(x(band.from), -2) + 5;
    const badge = token === 0 ? 0 : tokenWidth(token) + 4;
    const end = Math.min(endOf(x, band), scale.width - left, width);
    const told = token === 0 ? tellBand(band, bands) : "ACTIVE";
    // Of "serves no more" a part would say the contrary.
    const word = widthOf(told) < end - start - badge - 5 ? told : "";
    return svg`${badge === 0 || end - start < badge ? "" : drawToken(token, start + badge / 2 - 2, row.band + 12, "held")}${
      word === ""
        ? ""
        : svg`<text class="band-text ${band.standing}" x=${px(start + badge + 2)} y=${row.band + 16}>${word}</text>`
    }`;
  });
}

/** A lease drains: the height of its bar is the share that is left. */
function drawLease({ from, instants, to, x }: Canvas, row: Row, life: LeaseLife): Markup {
  const bottom = row.lease + LEASE_HEIGHT;
  const start = Math.max(life.from, from);
  const end = Math.min(life.to, to);
  const corners: string[] = [];
  const { terms } = life;
  const earlier = countWhile(terms, (term) => term.from <= start) - 1;
  for (let index = Math.max(0, earlier); index < terms.length; index++) {
    const { from: renewed, until } = terms[index] as (typeof terms)[number];
    if (renewed > end) break;
    const first = Math.max(renewed, start);
    const next = Math.min(terms[index + 1]?.from ?? end, end);
    for (const at of [first, ...instantsBetween(instants, first, next), next]) {
      const part = Math.min(1, Math.max(0, (until - at) / life.ttlMs));
      corners.push(`${px(x(at))},${px(bottom - part * LEASE_HEIGHT)}`);
    }
  }
  if (corners.length === 0) return "";
  const shape = `${px(x(start))},${bottom} ${corners.join(" ")} ${px(x(end))},${bottom}`;
  const over =
    life.end === "open" || life.to > to
      ? ""
      : svg`<line class="lease-end" x1=${px(x(life.to))} x2=${px(x(life.to))} y1=${row.lease} y2=${bottom} />`;
  return svg`<polygon class="lease" points=${shape} /><line class="lease-floor" x1=${px(x(start))} x2=${px(x(end))} y1=${bottom} y2=${bottom} />${over}`;
}

/** Faults and turning points in words, each as far as there is room before the next. */
function drawMarks(canvas: Canvas, row: Row): Markup {
  const { from, picture, to, x } = canvas;
  const marks = within(picture.turns, from, to).filter(
    ({ node, type }) => type === "fault" && node === row.name,
  );
  const walls = picture.faults.flatMap(({ fault, from: began, node, to: ended }) => {
    const over = ended ?? picture.run.untilMs;
    if (effectsOf(fault).cut === undefined || node !== row.name || over < from || began > to) return [];
    const y = row.words < row.band ? row.band + BAND_HEIGHT + 7 : row.band - 7;
    return [svg`<line class="wall" x1=${px(x(began))} x2=${px(x(over))} y1=${y} y2=${y} />`];
  });
  let free = 0;
  const words = marks.map(({ at, text }, index) => {
    const here = x(at);
    const room = x(marks[index + 1]?.at ?? at + 1e9) - here - 12;
    const told = `▲ ${fitting(text, Math.max(room, 0))}`;
    const left = leftOf(canvas, told, here, free);
    free = left + widthOf(told) + 6;
    return svg`<line class="fault-line" x1=${px(here)} x2=${px(here)} y1=${row.words - 8} y2=${row.band + BAND_HEIGHT / 2} /><text class="fault-text halo" x=${px(left)} y=${row.words}>${told}</text>`;
  });
  return [walls, words];
}

function widthOf(words: string): number {
  return (words.length * CHARACTER_PX) / BOLD;
}

/** Where the words at a mark begin: right of it, and near the edge of the view so far left that all are seen, if `free` lets them. */
function leftOf({ width }: Canvas, words: string, mark: number, free: number): number {
  const usual = mark + 3;
  return usual > width ? usual : Math.min(usual, Math.max(free, width - widthOf(words)));
}

const MODE_WORDS: Readonly<Record<string, string>> = {
  electing: "no leader",
  stalled: "stalled",
  stalledElecting: "stalled, no leader",
  down: "DOWN",
};

function drawEtcd(canvas: Canvas, row: Row): Markup {
  const { from, picture, scale, to, width, x, left } = canvas;
  const end = Math.min(width, scale.width - left);
  const parts: Markup[] = [
    svg`<rect class="etcd" x=${px(Math.max(0, x(0)))} y=${row.band} width=${px(Math.max(0, Math.min(end, x(picture.run.untilMs)) - Math.max(0, x(0))))} height=${BAND_HEIGHT} rx="3"/>`,
  ];
  for (const [index, { from: began, value }] of picture.modes.entries()) {
    const over = picture.modes[index + 1]?.from ?? picture.run.untilMs;
    if (value === "serving" || over < from || began > to) continue;
    const start = x(began);
    const length = Math.max(3, x(over) - start);
    const word = fitting(MODE_WORDS[value] ?? value, length - 10);
    parts.push(
      svg`<rect class="outage" x=${px(start)} y=${row.band} width=${px(length)} height=${BAND_HEIGHT} />`,
      word === ""
        ? ""
        : svg`<text class="outage-text halo" x=${px(Math.max(start, 0) + 6)} y=${row.band + 16}>${word}</text>`,
    );
  }
  let free = Number.NEGATIVE_INFINITY;
  let last = 0;
  let marks = "";
  for (const { at, event } of within(picture.changes, from, to)) {
    if (event.kv.modRevision === last) continue;
    last = event.kv.modRevision;
    const here = x(at);
    marks += `M${px(here)} ${row.band}v${BAND_HEIGHT}`;
    if (here < free) continue;
    const word = `r${last}`;
    free = here + word.length * 6.5 + 6;
    parts.push(svg`<text class="revision-text" x=${px(here + 3)} y=${row.band + 16}>${word}</text>`);
  }
  parts.push(svg`<path class="revision" d=${marks} />`);
  for (const { fault, from: began, node } of picture.faults) {
    if (node !== ETCD || began < from || began > to) continue;
    const told = `▲ ${faultText(fault)}`;
    parts.push(
      svg`<text class="fault-text halo" x=${px(leftOf(canvas, told, x(began), 0))} y=${row.y + 14}>${told}</text>`,
      svg`<line class="fault-line" x1=${px(x(began))} x2=${px(x(began))} y1=${row.y + 6} y2=${row.band} />`,
    );
  }
  return parts;
}

function drawVerdicts({ layout, picture, width, x }: Canvas): Markup {
  const until = x(picture.run.untilMs);
  return layout.verdicts.map(({ property, y }) => {
    const breach = picture.breaches.find((one) => one.property === property);
    const middle = y + 15;
    if (breach === undefined) return "";
    const here = x(breach.at);
    const word = `violated at ${clockText(breach.at)}`;
    const wide = widthOf(word);
    // Near the right edge the words stand before the cross, if there is room.
    const leftwards = here + 20 + wide > width && here <= width && here > 20 + wide;
    return svg`<line class="broken-at" x1=${px(here)} x2=${px(here)} y1=${AXIS_HEIGHT} y2=${y + 24} /><rect class="broken" x=${px(here)} y=${y + 6} width=${px(Math.max(TAIL_PX, until - here))} height="18"/><circle class="broken-mark" cx=${px(here)} cy=${middle} r="9"/><path class="broken-cross" d="M${px(here - 4)} ${middle - 4}l8 8m0 -8l-8 8"/><rect class="plate" x=${px(leftwards ? here - 17 - wide : here + 11)} y=${y + 7} width=${px(wide + 6)} height="16" /><text class="broken-text" x=${px(leftwards ? here - 15 : here + 15)} y=${middle + 4} text-anchor="${leftwards ? "end" : "start"}">${word}</text>`;
  });
}
