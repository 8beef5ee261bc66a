/** Lights a chart that is drawn: where it is now, and as an arrow the way that it took last. */
import type { TraceStep } from "../../trace/format.ts";
import { px } from "../markup.ts";
import { chartEventOf } from "../../export/chart-boxes.ts";

/** `before`: the states it was in; `step`: what led to those it is in; undefined: its process is down. */
export function lightChart(place: HTMLElement, before: readonly string[], step: TraceStep | undefined): void {
  const now = step?.state ?? [];
  const within = (paths: readonly string[], path: string): boolean =>
    paths.some((one) => path === "" || one === path || one.startsWith(`${path}.`));
  for (const box of place.querySelectorAll<HTMLElement>("[data-path]")) {
    const lit = within(now, box.dataset["path"] ?? "");
    box.classList.toggle("lit", lit);
    if (lit && box.matches(".leaf")) box.setAttribute("aria-current", "true");
    else box.removeAttribute("aria-current");
  }
  const event = chartEventOf(step?.event ?? "");
  const ways = [...place.querySelectorAll<HTMLElement>("[data-to]")];
  const possible = ways.filter(
    (way) =>
      way.dataset["event"] === event &&
      within(before, way.closest<HTMLElement>("[data-path]")?.dataset["path"] ?? ""),
  );
  // Where it went on at once from there, it is found no more where the way leads.
  const taken = possible.find((way) => within(now, way.dataset["to"] ?? "")) ?? possible[0];
  for (const way of ways) way.classList.toggle("taken", way === taken);
  place
    .querySelector(".chart-arrow path")
    ?.setAttribute("d", taken === undefined ? "" : arrowOf(place, taken));
}

/** From a way's line to the state that it leads to. */
function arrowOf(place: HTMLElement, way: HTMLElement): string {
  const ground = place.querySelector(".statechart")?.getBoundingClientRect();
  const to = place.querySelector(`[data-path="${way.dataset["to"] ?? ""}"] > span`)?.getBoundingClientRect();
  if (ground === undefined || to === undefined) return "";
  const from = way.getBoundingClientRect();
  const [x1, y1] = [from.right - ground.left, from.top + from.height / 2 - ground.top];
  const rightwards = to.left > from.right;
  const [x2, y2] = [
    (rightwards ? to.left - 6 : to.right + 6) - ground.left,
    to.top + to.height / 2 - ground.top,
  ];
  const back = rightwards ? -7 : 7;
  return `M${px(x1)} ${px(y1)}C${px(x1 + 40)} ${px(y1)} ${px(x2 + 6 * back)} ${px(y2)} ${px(x2)} ${px(y2)}m${back} -5l${-back} 5l${back} 5`;
}
