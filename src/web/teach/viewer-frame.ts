/** The fixed parts of a viewer as HTML; what moves is drawn into them. */
import { ICONS } from "../frame.ts";
import { PAGE_BINDINGS, type PageCommand } from "../keys.ts";
import { escape } from "../markup.ts";
import type { Picture } from "../picture.ts";
import { drawVerdict } from "../verdict.ts";

export function drawViewer(
  picture: Picture,
  { label, wide = false }: { readonly label: string; readonly wide?: boolean },
): string {
  const { run } = picture;
  const open = wide ? " open" : "";
  const names = run.processes.map((name) => `<option>${escape(name)}</option>`);
  return `<div class="transport" role="toolbar" aria-label="stepping through: ${escape(label)}">
${button("start", ICONS.start, "to the beginning")}${button("previousTurn", ICONS.previousTurn, "change of role before")}${button("back", ICONS.back, "one event back")}${button("play", "▶", "play or pause", "play")}${button("forward", ICONS.forward, "one event forward")}${button("nextTurn", ICONS.nextTurn, "next change of role")}${button("end", ICONS.end, "to the end")}
<span class="speed">${button("slower", "−", "slower")}<output class="pace">1×</output>${button("faster", "+", "faster")}</span>
<span class="zoom">${button("zoomOut", "⊖", "narrower")}${button("zoomIn", "⊕", "wider")}</span>
${drawVerdict(picture)}
<output class="clock"></output>
</div>
<svg class="overview" role="slider" tabindex="0" aria-label="instant: ${escape(label)}" aria-valuemin="0" aria-valuemax="${Math.round(run.untilMs)}"></svg>
<div class="stage"><div class="names"></div><div class="scroll" tabindex="0" role="group" aria-label="space-time diagram; below, all events are listed as text"></div></div>
<p class="said" role="status" aria-live="polite"></p>
<div class="panels"></div>
<div class="folds">
<details class="fold promises-part"${open}><summary>Promises</summary><div class="promises-here"></div></details>
<details class="fold chart-part"${open}><summary>Statechart</summary><label class="chart-choice">of <select class="charted">${names.join("")}</select></label><div class="chart-here" tabindex="0" role="group" aria-label="statechart"></div></details>
<details class="fold events-part"><summary>All events as text</summary><div class="events" role="listbox" aria-label="events" tabindex="0"></div></details>
</div>`;
}

function button(command: PageCommand, sign: string, label: string, name = ""): string {
  const key = PAGE_BINDINGS.find((one) => one.command === command)?.shown ?? "";
  return `<button type="button" class="${name}" data-command="${command}" title="${escape(label)} (${escape(key)})" aria-label="${escape(label)}">${sign}</button>`;
}
