/** The tree of runs, and two of them compared. */
import { html, nothing } from "lit-html";
import { concerns, struckBy } from "../../simulation/fault.ts";
import { faultText } from "../../simulation/fault-words.ts";
import { clockText, instantText, lengthText, type Markup } from "../markup.ts";
import type { Ghost } from "../canvas.ts";
import type { Picture } from "../picture.ts";
import { runVerdict } from "../words.ts";
import { answerText, askedOf } from "./choices.ts";
import { branches, forkOf, leavesAt, partsAt, type ForkTree } from "./tree.ts";

/** What run `k` is, in words. */
export function runName(tree: ForkTree, k: number): string {
  const fork = forkOf(tree, k);
  if (fork === undefined) return `run 1: ${tree.root.scenario.title}`;
  const { choice, fault } = fork;
  if (fault === undefined)
    return `run ${k + 1}: ${askedOf(choice)} ${answerText(choice)} at ${instantText(choice.atMs)}`;
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

export interface TreeHooks {
  readonly choose: (run: number) => void;
  /** Back to the run that the one shown was forked from. */
  readonly undo: () => void;
  readonly compare: (run: number) => void;
}

/** What is shown, and what beside it. */
export interface TreeNow {
  readonly run: number;
  readonly beside: number | undefined;
  readonly pictureOf: (k: number) => Picture | undefined;
}

export function drawTree(tree: ForkTree, now: TreeNow, { choose, compare, undo }: TreeHooks): Markup {
  const rows = branches(tree).map(({ depth, run }) => {
    const picture = now.pictureOf(run);
    const since = leavesAt(tree, run);
    const { kind, sign, text } = picture === undefined ? NOT_YET : runVerdict(picture, since);
    const current = run === now.run;
    const beside = current
      ? ""
      : html`<button
          type="button"
          class="small"
          aria-pressed=${run === now.beside}
          aria-label="compare with run ${run + 1}"
          @click=${() => compare(run)}
        >
          ⇄
        </button>`;
    return html`<li style="margin-left:${Math.min(depth, 6) * 14}px" class=${current ? "current" : ""}>
      <button
        type="button"
        class="run"
        data-run=${run}
        aria-current=${current ? "true" : nothing}
        @click=${() => choose(run)}
      >
        <span class=${kind} aria-hidden="true">${sign}</span> ${runName(tree, run)}<small
          >${text}</small
        ></button
      >${beside}
    </li>`;
  });
  return html`<ul class="tree">
      ${rows}
    </ul>
    ${
      forkOf(tree, now.run) &&
      html`<button type="button" class="small" data-undo @click=${undo}>
        Undo: back to the run before <kbd aria-hidden="true">u</kbd>
      </button>`
    }`;
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
): { readonly ghost: Ghost; readonly words: Markup } | undefined {
  const parted = partsAt(tree, one.run, other.run);
  if (parted === undefined) return undefined;
  return {
    ghost: { picture: other.picture, name: `run ${other.run + 1}`, partsAt: parted },
    words: drawComparison(tree, parted, one, other),
  };
}

/** What differs after two runs part: who serves when, and what breaks. */
function drawComparison(tree: ForkTree, parted: number, left: Shown, right: Shown): Markup {
  const column = ({ picture, run }: Shown): Markup => {
    const turns = picture.turns.filter(
      ({ at, serving, type }) =>
        at >= parted && (type === "fault" || type === "breach" || serving !== undefined),
    );
    const rows = turns.map(
      ({ at, node, text, type }) =>
        html`<li class=${type}>
          <time>${clockText(at)}</time> ${type === "breach" ? "✕ " : html`<b>${node}</b> `}${text}
        </li>`,
    );
    return html`<div>
      <h3>${runName(tree, run)}</h3>
      <ul>
        ${rows.length === 0 ? html`<li>nothing more changes</li>` : rows}
      </ul>
    </div>`;
  };
  return html`<section class="comparison" aria-label="comparison">
    <p>The same up to ${instantText(parted)}; from there on:</p>
    <div class="columns">${column(left)}${column(right)}</div>
  </section>`;
}
