/** The fixed parts of an exported page as HTML: its head, a place for the viewer, the list beside it, and the help. */
import { hasVariant } from "../reading/run.ts";
import { escape } from "../words/escape.ts";
import { PAGE_BINDINGS } from "./keys.ts";
import type { Picture } from "./picture.ts";
import { SIGNS } from "./event-list.ts";
import { LETTERS_SWITCH } from "./help-dialog.ts";
import { commandButton } from "./viewer-frame.ts";
import { STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

export function drawFrame({ run }: Picture): string {
  const { header } = run;
  const seed = header.seed === undefined ? "" : ` · seed ${header.seed}`;
  const { scenario, variant } = header;
  const setting = !hasVariant(header) ? "" : `${escape(variant)}${seed} · TTL ${scenario.ttlSeconds} s · `;
  return `<header>
<h1>${escape(scenario.title)} <small>${setting}<span id="count"></span></small></h1>
<nav>${commandButton("theme", "◑", "dark or light")}${commandButton("help", "?", "help")}</nav>
</header>
<div class="left"></div>
<aside>
<form class="search" role="search"><input id="search" type="search" placeholder="search events  (/)" aria-label="search events" autocomplete="off" spellcheck="false"><output id="found"></output>
<label><input id="turns" type="checkbox"> turning points only</label></form>
<div id="events" class="events" role="listbox" aria-label="events" tabindex="0"></div>
</aside>
${help()}`;
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
<h2>Keys</h2>${LETTERS_SWITCH}<dl class="keys">${keys.join("")}</dl></dialog>`;
}

const STANDING_MEANINGS = {
  active: `${STANDING_NAMES.active}: it may serve, by its own clock`,
  activating: "activating: holds the role, does not serve yet",
  standby: "standby: waits for the role",
  joining: "joining: registers or campaigns",
  leaving: "leaving: serves no more",
} as const;
