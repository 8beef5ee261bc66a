/** The curve of the lesson about TTLs: what each costs after a crash, and how many stalls it does not survive. */
import { html, render, svg } from "lit-html";
import { DEFAULT_CLOCK_RATE_TOLERANCE } from "../../../models/timing.ts";
import { CURVE_TTLS, type Curve, type CurvePoint } from "../../teach/curve.ts";
import { percent } from "../../teach/words.ts";
import { lengthText, px, type Markup } from "../markup.ts";
import { isSmallScreen } from "../screen.ts";
import { Busy } from "./busy.ts";
import type { Simulator } from "./simulator.ts";

const [HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [300, 60, 44, 34, 60];
const FLOOR = HEIGHT - BOTTOM;

/** On a small screen it is drawn narrower, so that words stay readable. */
function wideNow(): number {
  return isSmallScreen() ? 400 : 760;
}

/** Where a value stands: of both axes the top is the most there is. */
interface Axes {
  readonly x: (ttlSeconds: number) => number;
  readonly waited: (ms: number) => number;
  readonly lost: (point: CurvePoint) => number;
}

function axesOf({ points }: Curve, wide: number): Axes {
  const widest = Math.max(...points.map(({ ttlSeconds }) => ttlSeconds));
  const longest = Math.max(...points.map(({ worstMs }) => worstMs));
  const y = (share: number): number => FLOOR - share * (FLOOR - TOP);
  return {
    x: (ttl) => LEFT + (ttl / widest) * (wide - LEFT - RIGHT),
    waited: (ms) => y(ms / longest),
    lost: ({ lost, stalls }) => y(lost / stalls),
  };
}

/** The figure, simulated when it is made, and anew under another margin; one TTL of one's own is marked in it. */
export class CurveFigure {
  readonly element = document.createElement("section");
  readonly #simulator: Simulator;
  readonly #choose: (ttlSeconds: number) => void;
  readonly #busy = new Busy();
  #tolerance = DEFAULT_CLOCK_RATE_TOLERANCE;
  #curve: Curve | undefined;
  #own: CurvePoint | undefined;

  /** `choose`: a point of the curve was clicked. */
  constructor(simulator: Simulator, choose: (ttlSeconds: number) => void) {
    this.#simulator = simulator;
    this.#choose = choose;
    void this.#make();
  }

  /** Marks one more TTL within the curve, from runs of its own. `tolerance`: the margin, as a part of the TTL; of another the curve is another. */
  async mark(ttlSeconds: number, tolerance: number): Promise<void> {
    if (tolerance !== this.#tolerance) {
      this.#tolerance = tolerance;
      void this.#make();
    }
    [this.#own] = (await this.#ask(ttlSeconds)).points;
    this.#draw();
  }

  #ask(ttlSeconds: number): Promise<Curve> {
    return this.#simulator.ask("curve", { ttls: [ttlSeconds], tolerance: this.#tolerance });
  }

  /** One TTL after another, so that whoever drags need not wait for all of them; the curve before stands until then. */
  async #make(): Promise<void> {
    const made = await this.#busy.during("Simulating some hundred runs", async ({ progress, signal }) => {
      const parts: Curve[] = [];
      for (const ttl of CURVE_TTLS) {
        progress?.(parts.length / CURVE_TTLS.length);
        parts.push(await this.#ask(ttl));
        signal?.throwIfAborted();
      }
      return { ...(parts[0] as Curve), points: parts.flatMap(({ points }) => points) };
    });
    this.#curve = made ?? this.#curve;
    this.#draw();
  }

  dispose(): void {
    this.#busy.cancel();
  }

  #draw(): void {
    const drawn = this.#curve && drawCurve(this.#curve, this.#own, this.#choose);
    render(html`${this.#busy.element}${drawn}`, this.element);
  }
}

function drawCurve(curve: Curve, own: CurvePoint | undefined, choose: (ttlSeconds: number) => void): Markup {
  const { places, points, stallsMs, tolerance } = curve;
  const wide = wideNow();
  const { lost, waited, x } = axesOf(curve, wide);
  const [least, most] = [points[0], points.at(-1)] as [CurvePoint, CurvePoint];
  const line = (value: (point: CurvePoint) => number): string[] =>
    points.map((point) => `${px(x(point.ttlSeconds))},${px(value(point))}`);
  const band = [
    ...line(({ worstMs }) => waited(worstMs)),
    ...line(({ bestMs }) => waited(bestMs)).toReversed(),
  ];
  const rows = points.map(
    ({ bestMs, lost: its, stalls, ttlSeconds, worstMs }) =>
      html`<tr>
        <td>${ttlSeconds} s</td>
        <td>${lengthText(bestMs)}</td>
        <td>${lengthText(worstMs)}</td>
        <td>${its} of ${stalls}</td>
      </tr>`,
  );
  const ticks = points
    .filter(({ ttlSeconds }) => ttlSeconds >= 10 && ttlSeconds !== 15)
    .map(
      ({ ttlSeconds }) =>
        svg`<text x=${px(x(ttlSeconds))} y=${FLOOR + 18} text-anchor="middle">${ttlSeconds} s</text>`,
    );
  const marks = points.map(
    (point) =>
      svg`<g class="curve-point" data-ttl=${point.ttlSeconds} @click=${() => choose(point.ttlSeconds)}><title>${tellPoint(point)}</title><rect x=${px(x(point.ttlSeconds) - 12)} y=${TOP} width="24" height=${FLOOR - TOP} /><circle class="lost-mark" cx=${px(x(point.ttlSeconds))} cy=${px(lost(point))} r="4"/></g>`,
  );
  const right = wide - RIGHT;
  return html`<figure class="curve">
    <svg viewBox="0 0 ${wide} ${HEIGHT}" aria-hidden="true">
      <path class="axis" d="M${LEFT} ${TOP}V${FLOOR}H${right}V${TOP}" />
      <polygon class="waits" points=${band.join(" ")} />
      <polyline class="lost-line" points=${line(lost).join(" ")} />
      ${marks}
      <g class="own">${own && drawOwn(axesOf(curve, wide), own)}</g>
      ${ticks}
      <text x=${(LEFT + right) / 2} y=${HEIGHT - 8} text-anchor="middle">TTL</text>
      <text class="waits-text" x="2" y="16">nobody serves after a crash for</text>
      <text class="waits-text" x=${LEFT - 6} y=${TOP + 8} text-anchor="end">${lengthText(most.worstMs)}</text>
      <text class="waits-text" x=${LEFT - 6} y=${FLOOR} text-anchor="end">0</text>
      <text class="lost-text" x=${wide - 2} y="16" text-anchor="end">stalls that cost the role</text>
      <text class="lost-text" x=${right + 6} y=${TOP + 8}>${least.stalls}</text>
      <text class="lost-text" x=${right + 6} y=${FLOOR}>0</text>
    </svg>
    <p class="own-words" role="status" aria-live="polite">${own && tellPoint(own)}</p>
    <figcaption>
      The band, on the left scale: how long nobody serves after a crash, from best to worst. The dotted line,
      on the right: of stalls of ${stallsMs.map((ms) => lengthText(ms)).join(", ")}, each at ${places} places
      between two renewals, how many cost the role. All of them were run just now, under a margin of
      ${percent(tolerance)}.
    </figcaption>
    <div class="table" tabindex="0" role="group" aria-label="the curve as numbers">
      <table>
        <thead>
          <tr>
            <th>TTL</th>
            <th>at best</th>
            <th>at worst</th>
            <th>stalls that cost the role</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </figure>`;
}

function drawOwn({ lost, waited, x }: Axes, point: CurvePoint): Markup {
  const here = px(x(point.ttlSeconds));
  return svg`<path class="own-line" d="M${here} ${TOP}V${FLOOR}"/><path class="own-waits" d="M${here} ${px(waited(point.worstMs))}V${px(waited(point.bestMs))}"/><circle class="own-lost" cx=${here} cy=${px(lost(point))} r="6"/>`;
}

function tellPoint({ bestMs, lost, stalls, ttlSeconds, worstMs }: CurvePoint): string {
  return `TTL ${ttlSeconds} s: nobody serves for ${lengthText(bestMs)} to ${lengthText(worstMs)} after a crash, and ${lost} of ${stalls} stalls cost the role`;
}
