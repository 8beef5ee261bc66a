/** The statechart below a run: of one coordinator at a time, with the states lit in which it is. */
import { escape } from "../../words/escape.ts";
import { nowAt } from "../moment.ts";
import type { Picture } from "../picture.ts";
import type { PlayerCursor } from "../player.ts";
import { redraw } from "../redraw.ts";
import type { FoldedPart } from "../viewer-frame.ts";
import { drawChart, type Chart } from "../../export/chart-boxes.ts";
import { chartOf } from "./chart.ts";
import { lightChart } from "./chart-light.ts";

export class ChartFold implements FoldedPart {
  readonly name = "chart";
  readonly title = "Statechart";
  readonly open: boolean;
  readonly #picture: Picture;
  readonly #charts = new Map<string, Chart | undefined>();
  #charted: string;
  #select: HTMLSelectElement | undefined;
  #again: () => void = () => undefined;

  constructor(picture: Picture, open: boolean) {
    this.#picture = picture;
    this.open = open;
    this.#charted = picture.run.processes[0] ?? "";
  }

  readonly mount = (into: HTMLElement): ((cursor: PlayerCursor) => void) => {
    const names = this.#picture.run.processes.map((name) => `<option>${escape(name)}</option>`);
    into.innerHTML = `<label class="chart-choice">of <select class="charted">${names.join("")}</select></label><div class="chart-here" tabindex="0" role="group" aria-label="statechart"></div>`;
    const select = into.querySelector("select") as HTMLSelectElement;
    const place = into.querySelector(".chart-here") as HTMLElement;
    select.value = this.#charted;
    select.addEventListener("change", () => this.choose(select.value));
    this.#select = select;
    return (cursor) => {
      this.#again = () => {
        const chart = this.#chartOf(this.#charted);
        redraw(
          place,
          chart === undefined
            ? "<p>This version does not know the chart of that variant.</p>"
            : drawChart(chart),
        );
        this.#light(place, cursor);
      };
      this.#again();
    };
  };

  /** Whose chart is shown. */
  choose(name: string): void {
    if (!this.#picture.run.processes.includes(name)) return;
    this.#charted = name;
    if (this.#select !== undefined) this.#select.value = name;
    this.#again();
  }

  #light(place: HTMLElement, cursor: PlayerCursor): void {
    const { finder } = this.#picture;
    const name = this.#charted;
    const now = nowAt(this.#picture, cursor).coordinators.find((one) => one.name === name);
    const last = finder.stepped(name, cursor.n);
    const steps = last === undefined || now?.chart.length === 0 ? [] : (last.steps ?? []);
    const earlier = finder.stepped(name, (last?.n ?? 0) - 1)?.steps?.at(-1)?.state;
    lightChart(place, steps.at(-2)?.state ?? earlier ?? [], steps.at(-1));
  }

  #chartOf(name: string): Chart | undefined {
    const { scenario, variant } = this.#picture.run.header;
    if (!this.#charts.has(name)) this.#charts.set(name, chartOf(scenario, variant, name));
    return this.#charts.get(name);
  }
}
