/** The curve of the lesson about TTLs: what each costs after a crash, and how many stalls it does not survive. */
import type { Curve, CurvePoint } from "../../teach/curve.ts";
import { lengthText, px } from "../markup.ts";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [760, 300, 56, 44, 16, 60];

export function drawCurve({ places, points, stallsMs }: Curve): string {
  const longest = Math.max(...points.map(({ worstMs }) => worstMs));
  const widest = Math.max(...points.map(({ ttlSeconds }) => ttlSeconds));
  const x = (ttl: number): number => LEFT + (ttl / widest) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  const line = (value: (point: CurvePoint) => number): string =>
    points.map((point) => `${px(x(point.ttlSeconds))},${px(y(value(point)))}`).join(" ");
  const best = [...points]
    .reverse()
    .map(({ bestMs, ttlSeconds }) => `${px(x(ttlSeconds))},${px(y(bestMs / longest))}`);
  const rows = points.map(
    ({ bestMs, lost, stalls, ttlSeconds, worstMs }) =>
      `<tr><td>${ttlSeconds} s</td><td>${lengthText(bestMs)}</td><td>${lengthText(worstMs)}</td><td>${lost} of ${stalls}</td></tr>`,
  );
  const ticks = points
    .filter(({ ttlSeconds }) => ttlSeconds >= 10)
    .map(
      ({ ttlSeconds }) =>
        `<text x="${px(x(ttlSeconds))}" y="${HEIGHT - 26}" text-anchor="middle">${ttlSeconds} s</text>`,
    );
  const marks = points.map(
    ({ lost, stalls, ttlSeconds }) =>
      `<circle class="lost-mark" cx="${px(x(ttlSeconds))}" cy="${px(y(lost / stalls))}" r="4"/>`,
  );
  return `<figure class="curve"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(0)}" y2="${y(0)}"/><line class="axis" x1="${LEFT}" x2="${LEFT}" y1="${TOP}" y2="${y(0)}"/>
<polygon class="waits" points="${line(({ worstMs }) => worstMs / longest)} ${best.join(" ")}"/>
<polyline class="lost-line" points="${line(({ lost, stalls }) => lost / stalls)}"/>${marks.join("")}
${ticks.join("")}<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">TTL</text>
<text x="${LEFT - 6}" y="${TOP + 8}" text-anchor="end">${lengthText(longest)}</text><text class="lost-text" x="${px(x(points[0]?.ttlSeconds ?? 0) + 10)}" y="${px(y((points[0]?.lost ?? 0) / (points[0]?.stalls ?? 1)) + 4)}">${points[0]?.lost ?? 0} of ${points[0]?.stalls ?? 0} stalls cost the role</text></svg>
<figcaption>The band: how long nobody serves after a crash, from best to worst. The dotted line: of stalls of ${stallsMs.map((ms) => lengthText(ms)).join(", ")}, each at ${places} places between two renewals, how many cost the role. All of them were run just now.</figcaption>
<div class="table" tabindex="0" role="group" aria-label="the curve as numbers"><table><thead><tr><th>TTL</th><th>at best</th><th>at worst</th><th>stalls that cost the role</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></figure>`;
}
