/** The whole run in true proportions: who served when, where it broke, and what part is in view. Also the scrubber. */
import { svg } from "lit-html";
import type { Picture } from "./picture.ts";
import { px, type Markup } from "./markup.ts";

const LANE_HEIGHT = 7;
const TOP = 9;

export function overviewHeight({ run }: Picture): number {
  return TOP + run.processes.length * (LANE_HEIGHT + 2) + 5;
}

/** What stays the same while the cursor moves. */
export function drawOverview(picture: Picture, width: number): Markup {
  const { breaches, counts, faults, run } = picture;
  const x = (instant: number): string => px(placeOf(picture, width, instant));
  const lanes = run.processes.map((name, index) => {
    const y = TOP + index * (LANE_HEIGHT + 2);
    return (picture.lanes.get(name)?.bands ?? [])
      .filter(({ standing }) => standing !== "down" && standing !== "unknown")
      .map(({ from, standing, to }) => {
        const length = placeOf(picture, width, to - from);
        return svg`<rect class="mini ${standing}" x=${x(from)} y=${y} width=${px(Math.max(0.5, length))} height=${LANE_HEIGHT} />`;
      });
  });
  const several = counts.filter(({ nodes }) => nodes.length > 1);
  return [
    ...lanes,
    ...several.flatMap(({ from, nodes, to }) =>
      nodes.map(
        (node) =>
          svg`<rect class="mini-several" x=${x(from)} y=${TOP + node * (LANE_HEIGHT + 2)} width=${px(Math.max(3, placeOf(picture, width, to - from)))} height=${LANE_HEIGHT} />`,
      ),
    ),
    ...faults.map(
      ({ from }) => svg`<path class="mini-fault" transform="translate(${x(from)})" d="M-4 7h8l-4 -7z"/>`,
    ),
    ...breaches.map(
      ({ at }) => svg`<path class="mini-breach" transform="translate(${x(at)})" d="M-4 0l8 8m0 -8l-8 8"/>`,
    ),
  ];
}

/** `at`: the cursor; `from`, `to`: the instants in view. */
export function drawWindow(picture: Picture, width: number, at: number, from: number, to: number): Markup {
  const height = overviewHeight(picture);
  const [left, right, here] = [from, to, at].map((instant) => placeOf(picture, width, instant)) as [
    number,
    number,
    number,
  ];
  return svg`<rect class="window" x=${px(left)} y="0.5" width=${px(Math.max(3, right - left))} height=${height - 1} /><line class="cursor" x1=${px(here)} x2=${px(here)} y1="0" y2=${height} />`;
}

function placeOf({ run }: Picture, width: number, instant: number): number {
  return run.untilMs === 0 ? 0 : (instant / run.untilMs) * width;
}
