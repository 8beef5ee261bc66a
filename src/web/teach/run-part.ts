/** A run of a lesson: simulated when its part is made, with what it shows as text behind its beats. */
import { html, render } from "lit-html";
import type { Lesson } from "../../teach/lesson.ts";
import { beatsOf } from "../beats.ts";
import { pictureInTurns, type Picture } from "../picture.ts";
import { atInstant, startOf, withinRun, type PlayerCursor } from "../player.ts";
import { usualHabits } from "../viewer-options.ts";
import { Viewer } from "../viewer.ts";
import { writeAddress } from "./address.ts";
import { Busy } from "./busy.ts";
import { foldedRun } from "./folded-run.ts";
import { inline, paragraphs } from "./prose.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader, treeOf } from "./tree.ts";

/** So that a wait of a minute fits the drawing. */
const WAITED_ZOOM = 0.5;

export interface RunPartHooks {
  readonly simulator: Simulator;
  readonly moved: (cursor: PlayerCursor) => void;
}

export class RunPart {
  readonly element = document.createElement("section");
  readonly #lesson: Lesson;
  readonly #index: number;
  readonly #hooks: RunPartHooks;
  readonly #busy = new Busy();
  #viewer: Viewer | undefined;
  #disposed = false;

  /** `linked`: a link leads to this instant of it. */
  constructor(lesson: Lesson, index: number, linked: PlayerCursor | undefined, hooks: RunPartHooks) {
    this.#lesson = lesson;
    this.#index = index;
    this.#hooks = hooks;
    this.element.className = "run-part";
    this.#draw({ n: 0, at: 0 });
    void this.#run(linked);
  }

  /** Undefined: it is still being simulated. */
  get viewer(): Viewer | undefined {
    return this.#viewer;
  }

  dispose(): void {
    this.#disposed = true;
    this.#busy.cancel();
    this.#viewer?.dispose();
  }

  get #its(): Lesson["runs"][number] {
    return this.#lesson.runs[this.#index] as Lesson["runs"][number];
  }

  /** `cursor`: where it is opened in the playground. */
  #draw(cursor: PlayerCursor): void {
    const { caption, setup } = this.#its;
    const sight = { tree: treeOf(setup.variant, setup.scenario), run: 0, cursor };
    render(
      html`<h3>
          ${inline(caption)}
          <a class="aside-link" href=${writeAddress({ type: "playground", sight })}>open in the playground</a>
        </h3>
        ${this.#busy.element}${this.#viewer?.element}`,
      this.element,
    );
  }

  async #run(linked: PlayerCursor | undefined): Promise<void> {
    await this.#busy.during("Simulating", async (watching) => {
      const { simulator } = this.#hooks;
      const header = rootHeader({ ...this.#its.setup, decisions: [] });
      const picture = await pictureInTurns(await simulator.record(header, watching), watching.signal);
      const given = { lesson: this.#lesson.id, run: this.#index };
      const told = await simulator.ask("told", given, watching);
      if (this.#disposed) return;
      this.#viewer = this.#viewerOf(picture, told, linked);
      this.#draw(startOf(picture));
      if (linked !== undefined) this.#viewer.reveal();
    });
  }

  #viewerOf(picture: Picture, told: readonly string[], linked: PlayerCursor | undefined): Viewer {
    const { caption, fromMs, inTrueTime, untilMs } = this.#its;
    const { options } = foldedRun(picture, {
      label: caption,
      start: linked === undefined ? atInstant(picture, fromMs ?? 0) : withinRun(picture, linked),
      beats: beatsOf(picture, fromMs ?? 0, untilMs ?? picture.run.untilMs),
      behind: html`<div class="prose shows">${paragraphs(told)}</div>`,
      fromMs,
      untilMs,
      ...(inTrueTime && { habits: { ...usualHabits(), trueTime: true, zoom: WAITED_ZOOM } }),
      moved: this.#hooks.moved,
    });
    return new Viewer(picture, options);
  }
}
