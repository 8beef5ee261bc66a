/** How to read the diagram of an exported page, and every key: drawn, while the page is built, from the tables that the page obeys. */
import { escape } from "../words/escape.ts";
import { LETTERS_SWITCH } from "./help-dialog.ts";
import { PAGE_BINDINGS } from "./keys.ts";
import { SIGNS, STANDING_NAMES, STANDING_SHAPES } from "./words.ts";

export function drawRunHelp(): string {
  const keys = PAGE_BINDINGS.map(
    ({ does, shown }) => `<dt><kbd>${escape(shown)}</kbd></dt><dd>${escape(does)}</dd>`,
  );
  const standings = (["active", "activating", "standby", "joining", "leaving"] as const).map(
    (one) =>
      `<dt><svg width="44" height="18"><rect class="band ${one}" x="1" y="1" width="42" height="16" rx="3"/></svg></dt><dd>${STANDING_SHAPES[one]} ${STANDING_MEANINGS[one]}</dd>`,
  );
  return `<form method="dialog"><button aria-label="close">✕</button></form>
<h2>Reading the diagram</h2>
<p>Time runs from left to right, a lane for each coordinator and one for etcd. Quiet time is drawn short and marked ⋯; the strip above shows the run in true proportions.</p>
<dl class="legend">${standings.join("")}
<dt><svg width="44" height="18"><polygon class="lease" points="1,17 1,2 43,14 43,17"/></svg></dt><dd>its lease at etcd, draining; renewed, it is full again</dd>
<dt><svg width="44" height="18"><rect class="paused" x="1" y="1" width="42" height="16"/></svg></dt><dd>❚❚ the process stands still</dd>
<dt class="sign">→</dt><dd>messages: request with a full head, reply with an open one, watch event with a diamond; dashed: late, dotted: nobody took it; ✕ lost, ▬ kept by a partition; a dot: on its way now</dd>
<dt class="sign">${SIGNS.fault} ${SIGNS.breach}</dt><dd>a fault; a promise that broke</dd></dl>
<h2>Keys</h2>${LETTERS_SWITCH}<dl class="keys">${keys.join("")}</dl>`;
}

const STANDING_MEANINGS = {
  active: `${STANDING_NAMES.active}: it may serve, by its own clock`,
  activating: "activating: holds the role, does not serve yet",
  standby: "standby: waits for the role, or tries for it",
  joining: "joining: registers",
  leaving: "leaving: serves no more",
} as const;
