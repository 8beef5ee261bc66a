/** What of a drawn chart is lit: the states in which it is, and the way that it took last. */
import { chartEventOf } from "../../export/chart-boxes.ts";
import type { TraceStep } from "../../trace/format.ts";

/** `before`: the states it was in; `step`: what led to those it is in; undefined: its process is down. */
export function lightUp(drawn: Element, before: readonly string[], step: TraceStep | undefined): void {
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
  if (last === taken) return;
  last?.classList.remove("taken");
  taken?.classList.add("taken");
  // Over all others.
  taken?.parentNode?.append(taken);
}

function within(paths: readonly string[], path = ""): boolean {
  return paths.some((one) => path === "" || one === path || one.startsWith(`${path}.`));
}
