/** The page's fixed parts as HTML; what moves is drawn into them. */
import { escape } from "./markup.ts";
import { PAGE_BINDINGS, type PageCommand } from "./keys.ts";
import type { Picture } from "./picture.ts";
import { drawVerdict } from "./verdict.ts";
import { SIGNS } from "./event-list.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

export function drawFrame(picture: Picture): string {
  const { run } = picture;
  const { header } = run;
  const seed = header.seed === undefined ? "" : ` · seed ${header.seed}`;
  const { scenario, variant } = header;
  const setting =
    header.recorded === "logs" ? "" : `${escape(variant)}${seed} · TTL ${scenario.ttlSeconds} s · `;
  return `<header>
<h1>${escape(scenario.title)} <small>${setting}${run.events.length} events</small></h1>
${drawVerdict(picture)}
<nav>${button("theme", "◑", "dark or light")}${button("help", "?", "help")}</nav>
</header>
<div class="left">
<div class="transport" role="toolbar" aria-label="stepping">
${button("start", ICONS.start, "to the beginning")}${button("previousTurn", ICONS.previousTurn, "change of role before")}${button("back", ICONS.back, "one event back")}${button("play", "▶", "play or pause", ' id="play"')}${button("forward", ICONS.forward, "one event forward")}${button("nextTurn", ICONS.nextTurn, "next change of role")}${button("end", ICONS.end, "to the end")}
<span class="speed">${button("slower", "−", "slower")}<output id="speed">1×</output>${button("faster", "+", "faster")}</span>
<output id="clock" class="clock"></output>
<span class="zoom">${button("zoomOut", "⊖", "narrower")}${button("zoomIn", "⊕", "wider")}</span>
</div>
<svg id="overview" class="overview" role="slider" tabindex="0" aria-label="instant" aria-valuemin="0" aria-valuemax="${Math.round(run.untilMs)}"></svg>
<div class="stage"><div id="names" class="names"></div><div id="diagram" class="scroll" tabindex="0" role="group" aria-label="space-time diagram; the events are listed as text beside it"></div></div>
<p id="said" class="said" role="status" aria-live="polite"></p>
<div id="panels" class="panels"></div>
</div>
<aside>
<form class="search" role="search"><input id="search" type="search" placeholder="search events  (/)" aria-label="search events" autocomplete="off" spellcheck="false"><output id="found"></output>
<label><input id="turns" type="checkbox"> turning points only</label></form>
<div id="events" class="events" role="listbox" aria-label="events" tabindex="0"></div>
</aside>
${help()}`;
}

/** Drawn, because not every font has them. */
export const ICONS = {
  start: icon("M4 3v10M13 3L6 8l7 5z"),
  previousTurn: icon("M8 3L2 8l6 5zM14 3L8 8l6 5z"),
  back: icon("M11 3L5 8l6 5z"),
  forward: icon("M5 3l6 5l-6 5z"),
  nextTurn: icon("M2 3l6 5l-6 5zM8 3l6 5l-6 5z"),
  end: icon("M12 3v10M3 3l7 5l-7 5z"),
} as const;

function icon(path: string): string {
  return `<svg class="icon" width="16" height="16" aria-hidden="true"><path d="${path}"/></svg>`;
}

function button(command: PageCommand, sign: string, label: string, more = ""): string {
  const key = PAGE_BINDINGS.find((one) => one.command === command)?.shown ?? "";
  return `<button type="button" data-command="${command}" title="${escape(label)} (${escape(key)})" aria-label="${escape(label)}"${more}>${sign}</button>`;
}

function help(): string {
  const keys = PAGE_BINDINGS.map(
    ({ does, shown }) => `<dt><kbd>${escape(shown)}</kbd></dt><dd>${escape(does)}</dd>`,
  );
  const standings = (["active", "activating", "standby", "joining", "leaving"] as const).map(
    (one) =>
      `<dt><svg width="44" height="18"><rect class="band ${one}" x="1" y="1" width="42" height="16" rx="3"/></svg></dt><dd>${STANDING_SHAPES[one]} ${STANDING_MEANINGS[one]}</dd>`,
  );
  return `<dialog id="help" aria-label="help"><form method="dialog"><button aria-label="close">✕</button></form>
<h2>Reading the diagram</h2>
<p>Time runs from left to right, a lane for each coordinator and one for etcd. Quiet time is drawn short and marked ⋯; the strip above shows the run in true proportions.</p>
<dl class="legend">${standings.join("")}
<dt><svg width="44" height="18"><polygon class="lease" points="1,17 1,2 43,14 43,17"/></svg></dt><dd>its lease at etcd, draining; renewed, it is full again</dd>
<dt><svg width="44" height="18"><rect class="paused" x="1" y="1" width="42" height="16"/></svg></dt><dd>❚❚ the process stands still</dd>
<dt class="sign">→</dt><dd>messages: request with a full head, reply with an open one, watch event with a diamond; dashed: late, dotted: nobody took it; ✕ lost, ▬ kept by a partition; a dot: on its way now</dd>
<dt class="sign">${SIGNS.fault} ${SIGNS.breach}</dt><dd>a fault; a promise that broke</dd></dl>
<h2>Keys</h2><dl class="keys">${keys.join("")}</dl></dialog>`;
}

const STANDING_MEANINGS = {
  active: `${STANDING_NAMES.active}: it may serve, by its own clock`,
  activating: "activating: holds the role, does not serve yet",
  standby: "standby: waits for the role",
  joining: "joining: registers or campaigns",
  leaving: "leaving: serves no more",
} as const;
