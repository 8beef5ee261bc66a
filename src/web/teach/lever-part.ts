/** A run whose numbers one may choose: it is simulated anew whenever one of them is dragged, the newest choice last. */
import { html, render } from "lit-html";
import type { LeverRun } from "../../teach/lesson.ts";
import { pictureInTurns, type Picture } from "../picture.ts";
import { atInstant, startOf, type PlayerCursor } from "../player.ts";
import { shownBy, type Viewer } from "../viewer.ts";
import { LeverSentence } from "./lever-sentence.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader } from "./tree.ts";

export interface LeverHooks {
  readonly simulator: Simulator;
  readonly changed: (values: readonly number[]) => void;
  /** The run of these values is shown, and no others are wanted yet. */
  readonly settled: (values: readonly number[]) => Promise<void>;
}

/** The run is shown from so long before its first fault on. */
const BEFORE_MS = 1000;

export class LeverPart {
  readonly element = document.createElement("section");
  readonly sentence: LeverSentence;
  readonly #run: LeverRun;
  readonly #hooks: LeverHooks;
  #viewer: Viewer | undefined;
  #running = false;

  constructor(run: LeverRun, chosen: readonly number[], hooks: LeverHooks) {
    this.#run = run;
    this.#hooks = hooks;
    this.sentence = new LeverSentence(run, chosen, () => {
      hooks.changed(this.sentence.values);
      void this.#follow();
    });
    this.element.className = "lever-part";
    this.#draw();
    void this.#follow();
  }

  dispose(): void {
    this.#viewer?.dispose();
  }

  #draw(): void {
    render(
      html`<h3>Your own numbers</h3>
        ${this.sentence.element}${this.#viewer?.element}`,
      this.element,
    );
  }

  async #follow(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let done: readonly number[] = [];
    while (done !== this.sentence.values) {
      done = this.sentence.values;
      await this.#show(done);
      if (done === this.sentence.values) await this.#hooks.settled(done);
    }
    this.#running = false;
  }

  async #show(values: readonly number[]): Promise<void> {
    const { scenario, variant } = this.#run.setup(...values);
    const lines = await this.#hooks.simulator.record(rootHeader({ scenario, variant, decisions: [] }));
    const picture = await pictureInTurns(lines);
    const fromMs = Math.max(0, (scenario.faults[0]?.atMs ?? 0) - BEFORE_MS);
    this.#viewer = shownBy(this.#viewer, picture, {
      label: "your own numbers",
      start: decisive(picture, fromMs),
      fromMs,
      sinceMs: fromMs,
    });
    this.#draw();
  }
}

/** Where two begin to serve, or nobody does; else where the last fault is over. */
function decisive(picture: Picture, fromMs: number): PlayerCursor {
  const odd = picture.counts.find(({ from, nodes }) => from > fromMs && nodes.length !== 1);
  const over = Math.max(0, ...picture.faults.map(({ from, to }) => to ?? from));
  return odd !== undefined
    ? atInstant(picture, odd.from)
    : over > 0
      ? atInstant(picture, over)
      : startOf(picture);
}
