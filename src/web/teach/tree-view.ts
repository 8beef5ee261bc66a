/** The tree of runs as HTML, and two of them compared. */
import { concerns, struckBy } from "../../simulation/fault.ts";
import { faultText } from "../../simulation/fault-words.ts";
import { escape } from "../../words/escape.ts";
import { clockText, instantText, lengthText } from "../markup.ts";
import type { Ghost } from "../canvas.ts";
import type { Picture } from "../picture.ts";
import { runVerdict } from "../words.ts";
import { branches, forkOf, partsAt, type ForkTree } from "./tree.ts";

/** What run `k` is, in words. */
export function runName(tree: ForkTree, k: number): string {
  const fault = forkOf(tree, k)?.fault;
  if (fault === undefined) return `run 1: ${tree.root.scenario.title}`;
  const struck = struckBy(fault);
  // Those of etcd that concern a coordinator name it themselves.
  const who = struck === undefined ? (concerns(fault) === undefined ? "etcd " : "") : `${struck} `;
  const back =
    "restartAfterMs" in fault && fault.restartAfterMs !== undefined
      ? `, back after ${lengthText(fault.restartAfterMs)}`
      : "";
  return `run ${k + 1}: ${who}${faultText(fault)} at ${instantText(fault.atMs)}${back}`;
}

/** Of a run that is still being simulated. */
const NOT_YET = { kind: "open", sign: "…", text: "" } as const;

export function drawTree(
  tree: ForkTree,
  current: number,
  beside: number | undefined,
  pictureOf: (k: number) => Picture | undefined,
): string {
  const rows = branches(tree).map(({ depth, run }) => {
    const picture = pictureOf(run);
    const since = forkOf(tree, run)?.fault.atMs;
    const { kind, sign, text } = picture === undefined ? NOT_YET : runVerdict(picture, since);
    const compare =
      run === current
        ? ""
        : `<button type="button" class="small" data-compare="${run}" aria-pressed="${run === beside}" aria-label="compare with run ${run + 1}">⇄</button>`;
    return `<li style="margin-left:${Math.min(depth, 6) * 14}px"${run === current ? ' class="current"' : ""}><button type="button" class="run" data-run="${run}"${run === current ? ' aria-current="true"' : ""}><span class="${kind}" aria-hidden="true">${sign}</span> ${escape(runName(tree, run))}<small>${escape(text)}</small></button>${compare}</li>`;
  });
  return `<ul class="tree">${rows.join("")}</ul>`;
}

/** One of the runs, drawn up. */
interface Shown {
  readonly run: number;
  readonly picture: Picture;
}

/** Another run beside one: what is drawn of it, and what differs in words. Undefined: they are one. */
export function besideIt(
  tree: ForkTree,
  one: Shown,
  other: Shown,
): { readonly ghost: Ghost; readonly words: string } | undefined {
  const parted = partsAt(tree, one.run, other.run);
  if (parted === undefined) return undefined;
  return {
    ghost: { picture: other.picture, name: `run ${other.run + 1}`, partsAt: parted },
    words: drawComparison(tree, parted, one, other),
  };
}

/** What differs after two runs part: who serves when, and what breaks. */
function drawComparison(tree: ForkTree, parted: number, left: Shown, right: Shown): string {
  const column = ({ picture, run }: Shown): string => {
    const turns = picture.turns.filter(
      ({ at, serving, type }) =>
        at >= parted && (type === "fault" || type === "breach" || serving !== undefined),
    );
    const rows = turns.map(
      ({ at, node, text, type }) =>
        `<li class="${type}"><time>${clockText(at)}</time> ${type === "breach" ? "✕ " : `<b>${escape(node)}</b> `}${escape(text)}</li>`,
    );
    return `<div><h3>${escape(runName(tree, run))}</h3><ul>${rows.join("") || "<li>nothing more changes</li>"}</ul></div>`;
  };
  return `<section class="comparison" aria-label="comparison"><p>The same up to ${instantText(parted)}; from there on:</p><div class="columns">${column(left)}${column(right)}</div></section>`;
}
