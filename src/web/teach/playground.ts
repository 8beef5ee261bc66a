/** The playground: a run of one's own making, or one that was dropped, to interfere with. */
import { html, render } from "lit-html";
import { DEFAULT_CLOCK_RATE_TOLERANCE, MOST_CLOCK_RATE_TOLERANCE } from "../../../models/timing.ts";
import { variantNamed, variants } from "../../../models/variants.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import { minutesText, type Markup } from "../markup.ts";
import type { ViewerHabits } from "../viewer-options.ts";
import type { Sight, StartingSight } from "./address.ts";
import { freshSight, USUAL_CHOICE, type Choice } from "./fresh-sight.ts";
import { drawGame } from "./game.ts";
import { GameScore } from "./game-score.ts";
import { Sandbox } from "./sandbox.ts";
import type { Simulator } from "./simulator.ts";
import { addedFaults, rootHeader, treeOf } from "./tree.ts";

/** A trace that came from elsewhere. */
export function droppedSight({ decisions, scenario: its, variant }: TraceHeader): StartingSight {
  return { tree: treeOf(variant, its, decisions), run: 0 };
}

/** From which event on this version runs a trace otherwise than it was recorded; undefined: nowhere. */
export async function differsFrom(
  lines: readonly TraceLine[],
  sight: StartingSight,
  simulator: Simulator,
): Promise<number | undefined> {
  if (variantNamed(sight.tree.root.variant) === undefined) return 1;
  const again = await simulator.record(rootHeader(sight.tree.root));
  const differs = lines.findIndex(
    (line, index) => line.type === "event" && JSON.stringify(line) !== JSON.stringify(again[index]),
  );
  return differs < 0 ? undefined : differs;
}

export interface PlaygroundHooks {
  /** It is a mutant to be broken. */
  readonly game: boolean;
  readonly simulator: Simulator;
  readonly changed: (sight: Sight) => void;
  /** What it is called from now on. */
  readonly titled: (title: string) => void;
}

export class Playground {
  readonly element = document.createElement("div");
  readonly #hooks: PlaygroundHooks;
  #sandbox: Sandbox;

  /** `given`: the lines of a trace that was dropped. */
  constructor(sight: StartingSight, hooks: PlaygroundHooks, given?: readonly TraceLine[]) {
    this.#hooks = hooks;
    this.element.className = `playground${hooks.game ? " game" : ""}`;
    this.#sandbox = this.#begin(sight, given);
    this.#draw(sight);
  }

  get sandbox(): Sandbox {
    return this.#sandbox;
  }

  dispose(): void {
    this.#sandbox.dispose();
  }

  #draw({ tree: { root } }: StartingSight): void {
    const { scenario: its, variant } = root;
    const heading = this.#hooks.game
      ? drawGame(root)
      : html`${its.title} <small>${variant}, ${minutesText(its.horizonMs)}</small>`;
    render(
      html`<div class="head">
          <h2>${heading}</h2>
          <details class="another">
            <summary class="button">Another run…</summary>
            ${drawForm((event) => this.#again(event))}
          </details>
        </div>
        <div class="place">${this.#sandbox.element}</div>`,
      this.element,
    );
  }

  #again(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    form.closest("details")?.removeAttribute("open");
    const sight = freshSight(choiceOf(new FormData(form)));
    const { habits } = this.#sandbox;
    this.#sandbox.dispose();
    this.#sandbox = this.#begin(sight, undefined, habits);
    this.#draw(sight);
  }

  #begin(sight: StartingSight, given?: readonly TraceLine[], habits?: ViewerHabits): Sandbox {
    const { changed, game, simulator, titled } = this.#hooks;
    titled(game ? "Break the mutant of the day" : `Playground: ${sight.tree.root.scenario.title}`);
    const score = game ? new GameScore(sight.tree.root, simulator) : undefined;
    const sandbox = new Sandbox(sight, {
      label: "playground",
      // On a small screen the tools come sooner while these are folded.
      wide: matchMedia("(min-width: 1000px)").matches,
      simulator,
      ...(game ? { chooses: false } : {}),
      changed: (seen) => {
        changed(seen);
        if (sandbox.viewer !== undefined)
          score?.follow(sandbox.viewer.picture, addedFaults(seen.tree, seen.run).length);
      },
      ...(habits === undefined ? {} : { habits }),
      ...(given === undefined ? {} : { given }),
    });
    if (score !== undefined) sandbox.addTool(score.element);
    return sandbox;
  }
}

/** Of the TTL, percent. */
const USUAL_MARGIN = 100 * DEFAULT_CLOCK_RATE_TOLERANCE;
const MOST_MARGIN = 100 * MOST_CLOCK_RATE_TOLERANCE;

function drawForm(submit: (event: SubmitEvent) => void): Markup {
  const options = variants.map(
    ({ name, summary }) => html`<option value=${name}>${name}: ${summary}</option>`,
  );
  const number = (name: string, label: string, least: number, most: number, value: unknown): Markup =>
    html`<label
      >${label} <input type="number" name=${name} min=${least} max=${most} value=${value} required
    /></label>`;
  const { coordinators, minutes, ttlSeconds } = USUAL_CHOICE;
  return html`<form class="values" @submit=${submit}>
    ${number("coordinators", "coordinators", 1, 7, coordinators)}${number("ttlSeconds", "TTL, seconds", 2, 300, ttlSeconds)}${number("margin", "margin, %", 0, MOST_MARGIN, USUAL_MARGIN)}${number("minutes", "minutes", 1, 30, minutes)}
    <label
      >protocol
      <select name="variant">
        ${options}
      </select></label
    ><button type="submit" class="primary">Run</button>
  </form>`;
}

function choiceOf(given: FormData): Choice {
  const number = (name: string): number => Number(given.get(name));
  const margin = number("margin");
  return {
    coordinators: number("coordinators"),
    ttlSeconds: number("ttlSeconds"),
    ...(margin === USUAL_MARGIN ? {} : { clockRateTolerance: margin / 100 }),
    minutes: number("minutes"),
    variant: String(given.get("variant")),
  };
}
