/** What of a drawn chart is lit: the states in which it is, and the way that it took last. */
import { chartEventOf } from "../../export/chart-boxes.ts";
import type { TraceStep } from "../../trace/format.ts";

/**
 * `before`: the states it was in; `step`: what led to those it is in; undefined: its process is down. Returns the way just taken, if it
 * is another one than was lit.
 */
export function lightUp(
  drawn: Element,
  before: readonly string[],
  step: TraceStep | undefined,
): SVGElement | undefined {
  const now = step?.state ?? [];
  for (const state of drawn.querySelectorAll<SVGElement>(".state")) {
    const lit = within(now, state.dataset["path"]);
    state.classList.toggle("lit", lit);
    if (lit && state.classList.contains("leaf")) state.ariaCurrent = "true";
    else state.removeAttribute("aria-current");
  }
  const event = chartEventOf(step?.event ?? "");
  const possible = [...drawn.querySelectorAll<SVGElement>(".way")].filter(
    ({ dataset }) => dataset["event"] === event && within(before, dataset["from"]),
  );
  // Where it went on at once from there, it is found no more where the way leads.
  const taken = possible.find(({ dataset }) => within(now, dataset["to"])) ?? possible[0];
  const last = drawn.querySelector(".taken");
  if (last === taken) return undefined;
  last?.classList.remove("taken");
  taken?.classList.add("taken");
  // Over all others.
  taken?.parentNode?.append(taken);
  return taken;
}

/** Scrolls `here` sideways, where the chart is wider, until all of the way is seen. */
export function bringIntoView(here: Element, way: Element): void {
  if (here.scrollWidth <= here.clientWidth) return;
  const [window, place] = [here.getBoundingClientRect(), way.getBoundingClientRect()];
  if (place.left >= window.left && place.right <= window.right) return;
  // One that is wider still is seen from its words on.
  const before = Math.max(0, (window.width - place.width) / 2);
  here.scrollLeft += place.left - window.left - before;
}

function within(paths: readonly string[], path = ""): boolean {
  return paths.some((one) => path === "" || one === path || one.startsWith(`${path}.`));
}
