/** The statechart below a run: of one coordinator at a time, with the states lit in which it is. */
import { html, nothing, render } from "lit-html";
import { boxesOf, type ChartBox, type ChartWay } from "../../export/chart-boxes.ts";
import { px, type Markup } from "../markup.ts";
import { nowAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import type { FoldedPart } from "../viewer-frame.ts";
import { chartOf } from "./chart.ts";
import { lightOf, type ChartLight } from "./chart-light.ts";

export class ChartFold implements FoldedPart {
  readonly name = "chart";
  readonly title = "Statechart";
  readonly open: boolean;
  readonly #picture: Picture;
  readonly #element = document.createElement("div");
  readonly #charts = new Map<string, ChartBox | undefined>();
  #charted: string;
  #cursor: PlayerCursor | undefined;
  /** The way that the arrow points. */
  #pointed: ChartWay | undefined;

  constructor(picture: Picture, open: boolean) {
    this.#picture = picture;
    this.open = open;
    this.#charted = picture.run.processes[0] ?? "";
    new ResizeObserver(() => this.#pointTheWay()).observe(this.#element);
  }

  readonly draw = (cursor: PlayerCursor): Markup => {
    this.#cursor = cursor;
    this.#draw();
    return html`${this.#element}`;
  };

  /** Whose chart is shown. */
  choose(name: string): void {
    if (!this.#picture.run.processes.includes(name)) return;
    this.#charted = name;
    this.#draw();
  }

  #draw(): void {
    // It was never looked at.
    if (this.#cursor === undefined) return;
    const chart = this.#chartOf(this.#charted);
    const light = chart && this.#light(chart, this.#cursor);
    const options = this.#picture.run.processes.map(
      (name) => html`<option .selected=${name === this.#charted}>${name}</option>`,
    );
    render(
      html`<label class="chart-choice"
          >of
          <select
            class="charted"
            @change=${({ target }: Event) => this.choose((target as HTMLSelectElement).value)}
          >
            ${options}
          </select></label
        >
        <div class="chart-here" tabindex="0" role="group" aria-label="statechart">
          ${
            chart === undefined || light === undefined
              ? html`<p>This version does not know the chart of that variant.</p>`
              : html`<div class="statechart">
                  ${drawInner(chart, light)}<svg class="chart-arrow" aria-hidden="true">
                    <path />
                  </svg>
                </div>`
          }
        </div>`,
      this.#element,
    );
    // Measuring costs more than drawing; and once all of it stands where it is seen.
    if (light?.taken === this.#pointed) return;
    this.#pointed = light?.taken;
    queueMicrotask(() => this.#pointTheWay());
  }

  #light(chart: ChartBox, cursor: PlayerCursor): ChartLight {
    const { finder } = this.#picture;
    const name = this.#charted;
    const now = nowAt(this.#picture, cursor).coordinators.find((one) => one.name === name);
    const last = finder.stepped(name, cursor.n);
    const steps = last === undefined || now?.chart.length === 0 ? [] : (last.steps ?? []);
    const earlier = finder.stepped(name, (last?.n ?? 0) - 1)?.steps?.at(-1)?.state;
    return lightOf(chart, steps.at(-2)?.state ?? earlier ?? [], steps.at(-1));
  }

  #chartOf(name: string): ChartBox | undefined {
    const { scenario, variant } = this.#picture.run.header;
    if (!this.#charts.has(name)) {
      const chart = chartOf(scenario, variant, name);
      this.#charts.set(name, chart && boxesOf(chart));
    }
    return this.#charts.get(name);
  }

  /** From a way's line to the state that it leads to: only the browser knows where the two stand. */
  #pointTheWay(): void {
    const placeOf = (selector: string): DOMRect | undefined =>
      this.#element.querySelector(selector)?.getBoundingClientRect();
    const way = this.#element.querySelector<HTMLElement>(".taken");
    const ground = placeOf(".statechart");
    const to = way && placeOf(`[data-path="${way.dataset["to"] ?? ""}"] > span`);
    const arrow = way && ground && to ? arrowOf(way.getBoundingClientRect(), to, ground) : "";
    this.#element.querySelector(".chart-arrow path")?.setAttribute("d", arrow);
  }
}

function drawInner({ parallel, states, ways }: ChartBox, light: ChartLight): Markup {
  const lines = ways.map(
    (way) =>
      html`<li class=${way === light.taken ? "taken" : ""} data-event=${way.event} data-to=${way.to}>
        ${way.event === "" ? "at once" : way.event}${way.guard === undefined ? "" : html` <i>if ${way.guard}</i>`}
        → ${way.toKey}
      </li>`,
  );
  const boxes = states.map((state) => {
    const [leaf, lit] = [state.states.length === 0, light.lit(state)];
    return html`<li
      class="state ${leaf ? "leaf" : "box"}${lit ? " lit" : ""}"
      data-path=${state.path}
      aria-current=${leaf && lit ? "true" : nothing}
    >
      <span>${state.key}</span>${drawInner(state, light)}
    </li>`;
  });
  return html`${
    lines.length === 0
      ? ""
      : html`<ul class="ways-on">
          ${lines}
        </ul>`
  }${
    boxes.length === 0
      ? ""
      : html`<ul class="states${parallel ? " regions" : ""}">
          ${boxes}
        </ul>`
  }`;
}

function arrowOf(from: DOMRect, to: DOMRect, ground: DOMRect): string {
  const [x1, y1] = [from.right - ground.left, from.top + from.height / 2 - ground.top];
  const rightwards = to.left > from.right;
  const [x2, y2] = [
    (rightwards ? to.left - 6 : to.right + 6) - ground.left,
    to.top + to.height / 2 - ground.top,
  ];
  const back = rightwards ? -7 : 7;
  return `M${px(x1)} ${px(y1)}C${px(x1 + 40)} ${px(y1)} ${px(x2 + 6 * back)} ${px(y2)} ${px(x2)} ${px(y2)}m${back} -5l${-back} 5l${back} 5`;
}
