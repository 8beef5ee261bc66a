/** The whole run in true proportions: who served when, where it broke, and what part is in view. Also the scrubber. */
import type { Picture } from "./picture.ts";
import { px } from "./markup.ts";

const LANE_HEIGHT = 7;
const TOP = 9;

export function overviewHeight({ run }: Picture): number {
  return TOP + run.coordinators.length * (LANE_HEIGHT + 2) + 5;
}

/** `at`: the cursor; `from`, `to`: the instants in view. */
export function drawOverview(picture: Picture, width: number, at: number, from: number, to: number): string {
  const { breaches, faults, run } = picture;
  const height = overviewHeight(picture);
  const x = (instant: number): number => (run.untilMs === 0 ? 0 : (instant / run.untilMs) * width);
  const lanes = run.coordinators.map((name, index) => {
    const y = TOP + index * (LANE_HEIGHT + 2);
    return (picture.lanes.get(name)?.bands ?? [])
      .filter(({ standing }) => standing !== "down")
      .map(
        ({ from: began, standing, to: ended }) =>
          `<rect class="mini ${standing}" x="${px(x(began))}" y="${y}" width="${px(Math.max(0.5, x(ended) - x(began)))}" height="${LANE_HEIGHT}"/>`,
      )
      .join("");
  });
  return [
    `<rect class="window" x="${px(x(from))}" y="0" width="${px(Math.max(3, x(to) - x(from)))}" height="${height}"/>`,
    ...lanes,
    ...faults.map(({ from: began }) => `<path class="mini-fault" d="M${px(x(began) - 4)} 7h8l-4 -7z"/>`),
    ...breaches.map(
      ({ at: broke }) => `<path class="mini-breach" d="M${px(x(broke) - 4)} 0l8 8m0 -8l-8 8"/>`,
    ),
    `<line class="cursor" x1="${px(x(at))}" x2="${px(x(at))}" y1="0" y2="${height}"/>`,
  ].join("");
}
