/** The statechart below a run: of one coordinator at a time, with the states lit in which it is, and the way that it took last. */
import { html, render } from "lit-html";
import type { Markup } from "../markup.ts";
import { nowAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import type { FoldedPart } from "../viewer-frame.ts";
import { bringIntoView, lightUp } from "./chart-light.ts";
import { linkBytesOf } from "./short-link.ts";

export class ChartFold implements FoldedPart {
  readonly name = "chart";
  readonly title = "Statechart";
  readonly open: boolean;
  readonly #picture: Picture;
  readonly #element = document.createElement("div");
  /** By variant; empty: it is not unpacked yet. */
  readonly #charts = new Map<string, Element | "" | undefined>();
  #charted: string;
  #cursor: PlayerCursor | undefined;

  constructor(picture: Picture, open: boolean) {
    this.#picture = picture;
    this.open = open;
    this.#charted = picture.run.processes[0] ?? "";
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
    const cursor = this.#cursor;
    // It was never looked at.
    if (cursor === undefined) return;
    const { finder, run } = this.#picture;
    const name = this.#charted;
    const setup = run.header.scenario.coordinators.find((one) => one.name === name);
    const variant = setup?.variant ?? run.header.variant;
    if (!this.#charts.has(variant)) {
      this.#charts.set(variant, "");
      void drawnFor(variant).then((one) => {
        this.#charts.set(variant, one);
        this.#draw();
      });
    }
    const drawn = setup && this.#charts.get(variant);
    const now = nowAt(this.#picture, cursor).coordinators.find((one) => one.name === name);
    const last = finder.stepped(name, cursor.n);
    const steps = last === undefined || now?.chart.length === 0 ? [] : (last.steps ?? []);
    const earlier = finder.stepped(name, (last?.n ?? 0) - 1)?.steps?.at(-1)?.state;
    const taken =
      drawn instanceof Element
        ? lightUp(drawn, steps.at(-2)?.state ?? earlier ?? [], steps.at(-1))
        : undefined;
    const options = run.processes.map((one) => html`<option .selected=${one === name}>${one}</option>`);
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
          ${drawn ?? html`<p>This version does not know the chart of that variant.</p>`}
        </div>`,
      this.#element,
    );
    const here = this.#element.querySelector(".chart-here");
    if (here !== null && taken !== undefined) bringIntoView(here, taken);
  }
}

/** As the page was built with it; undefined: this version does not know the variant. */
async function drawnFor(variant: string): Promise<Element | undefined> {
  const kept = document.querySelector<HTMLTemplateElement>(`[data-charts~="${CSS.escape(variant)}"]`);
  if (kept === null) return undefined;
  const unpacked = new Blob([linkBytesOf(kept.content.textContent)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const text = await new Response(unpacked).text();
  return new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
}
