/**
 * Two clocks: the claim, which the holder counts on its own, within the lease, which etcd counts. The margin is the gap between
 * their ends; a clock that drifts closes it, and one that stops turns it around.
 */
import { svg } from "lit-html";
import { leaseLeftMs, type LeaseLife } from "../reading/leases.ts";
import { lastFrom } from "../reading/sorted.ts";
import type { Canvas } from "./canvas.ts";
import { LEASE_HEIGHT } from "./layout.ts";
import { CHARACTER_PX, lengthText, px, type Markup } from "./markup.ts";

/** From the cursor to where claim and lease would end as things stand, and the gap between. */
export function drawAhead(canvas: Canvas, at: number): Markup {
  const { picture, row, x } = canvas;
  return picture.leases.map((life) => {
    const leftMs = leaseLeftMs(life, at);
    const claim = lastFrom(picture.claims.get(life.owner) ?? [], at)?.until ?? 0;
    if (leftMs === undefined || claim <= at || !Number.isFinite(claim)) return "";
    const floor = row(life.owner).lease + LEASE_HEIGHT;
    const lease = at + Math.max(0, leftMs);
    const line = (kind: string, until: number, y: number): Markup =>
      svg`<path class="ahead ${kind}" d="M${px(x(at))} ${y}H${px(x(until))}m0 -4v8"/>`;
    return [
      line("lease", lease, floor - 3),
      line("claim", claim, floor - 9),
      drawGap(canvas, life, claim, lease),
    ];
  });
}

/** Where a lease ran out: how long its holder's claim had been over by then, or went on. */
export function drawMargins(canvas: Canvas): Markup {
  const { from, picture, to } = canvas;
  return picture.leases
    .filter(({ end, to: over }) => end === "expired" && over >= from && over <= to)
    .map((life) => {
      const bands = picture.lanes.get(life.owner)?.bands ?? [];
      const at = bands.findLastIndex(
        ({ from: began, standing, to: ended }) =>
          standing === "active" && began < life.to && ended > life.from,
      );
      const served = bands[at];
      // Of whoever was killed the lease runs on, which is no margin.
      if (served === undefined || bands[at + 1]?.standing === "down") return "";
      return drawGap(canvas, life, served.to, life.to);
    });
}

function drawGap({ row, width, x }: Canvas, { owner }: LeaseLife, claim: number, lease: number): Markup {
  const kept = claim <= lease;
  const [left, right] = [x(Math.min(claim, lease)), x(Math.max(claim, lease))];
  if (right < 0 || left > width || right - left < 2) return "";
  const floor = row(owner).lease + LEASE_HEIGHT;
  const words = kept ? `margin ${lengthText(lease - claim)}` : `${lengthText(claim - lease)} too long`;
  const fits = words.length * CHARACTER_PX < right - left - 6;
  return svg`<rect class="margin ${kept ? "kept" : "gone"}" x=${px(left)} y=${floor - LEASE_HEIGHT} width=${px(right - left)} height=${LEASE_HEIGHT} />${
    fits
      ? svg`<text class="margin-text ${kept ? "kept" : "gone"} halo" x=${px((left + right) / 2)} y=${floor - 7} text-anchor="middle">${words}</text>`
      : ""
  }`;
}
