/** How to read the diagram, and every key: drawn, while the page is built, from the tables that the page obeys. */
import { LETTERS_SWITCH } from "../help-dialog.ts";
import { PAGE_BINDINGS, type PageCommand } from "../keys.ts";
import { escape } from "../../words/escape.ts";
import { FAULT_FORMS } from "./faults.ts";

const HERE: readonly PageCommand[] = [
  "forward",
  "back",
  "nextTurn",
  "previousTurn",
  "violation",
  "play",
  "faster",
  "slower",
  "start",
  "end",
  "zoomIn",
  "zoomOut",
  "trueTime",
  "theme",
  "help",
];

export function drawHelp(): string {
  const stepping = PAGE_BINDINGS.filter(({ command }) => HERE.includes(command)).map(
    ({ does, shown }) => [shown, does] as const,
  );
  const striking = FAULT_FORMS.flatMap(({ key, label, strikes }) =>
    key === undefined ? [] : [[key, `${label}${strikes === "etcd" ? " (etcd)" : ""}`] as const],
  );
  const more = [
    ["1 … 9", "choose a coordinator"],
    ["w  W", "choose the next, the previous message on its way"],
    ["Enter", "offer what can befall the chosen message"],
    ["d  D", "drop, delay the chosen message, or the newest on its way"],
    ["u", "back to the run that this one was forked from"],
    ["g", "compare with that run, or no more"],
    ["a b c …", "in a lesson: predict"],
  ] as const;
  const keys = [...stepping, ...striking, ...more].map(
    ([shown, does]) => `<dt><kbd>${escape(shown)}</kbd></dt><dd>${escape(does)}</dd>`,
  );
  return `<form method="dialog"><button aria-label="close">✕</button></form><h2>Reading the diagram</h2>
<p>Time runs from left to right, a lane for each coordinator and one for etcd. The filled band is the <b>active</b> one: it may serve, by its own clock. Below or above it drains the lease. Quiet time is drawn short and marked ⋯; the strip above shows the run in true proportions.</p>
<p>Messages: a request has a full head, a reply an open one, a watch event a diamond; dashed is late, dotted is unheard, ✕ is lost, ▬ is kept by a partition, a dot is on its way now. A broad pale line shows what led to the event at the cursor, and what it led to. Where one can interfere, a click on a message offers to drop, delay or double it. ▲ is a fault.</p>
<p>Whatever you inject makes <b>another run</b>, the same up to that instant. Nothing is deleted.</p>
<h2>Keys</h2>${LETTERS_SWITCH}<dl class="keys">${keys.join("")}</dl>`;
}
