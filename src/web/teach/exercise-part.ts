/** An exercise on the page: what is asked, the means to answer, and the run that shows why an answer passes or not. */
import { html, render } from "lit-html";
import type { LessonAnswer } from "../../teach/engine.ts";
import type { Exercise, Setup } from "../../teach/lesson.ts";
import { taskOf } from "../../teach/opening.ts";
import { sentence } from "../../teach/words.ts";
import type { Markup } from "../markup.ts";
import { pictureInTurns } from "../picture.ts";
import { atInstant, startOf } from "../player.ts";
import { shownBy, type Viewer } from "../viewer.ts";
import type { LessonSight, Sight, StartingSight } from "./address.ts";
import { Busy } from "./busy.ts";
import { answerOf, drawFields } from "./exercise-form.ts";
import { foldedRun } from "./folded-run.ts";
import type { Graded } from "./jobs.ts";
import { inline, paragraphs } from "./prose.ts";
import { Sandbox } from "./sandbox.ts";
import type { Simulator, Watching } from "./simulator.ts";
import { rootHeader, treeOf } from "./tree.ts";

/** What to do on a page, where a terminal has words to type. */
const HOW =
  "Step or click to an instant and choose under *Interfere* what happens there; `…` beside a button sets how. Then hand in the run that comes of it.";

export interface ExerciseHooks {
  readonly simulator: Simulator;
  /** The exercise's own run was looked at, or another one made. */
  readonly changed: (sight: Sight) => void;
  /** `given`: what was handed in, as an address keeps it. */
  readonly handedIn: (given: number) => void;
  /** The way on, for whoever has passed. */
  readonly onward: Markup;
  /** Grades the answer; a text: it cannot be graded, and why. `byHand`: somebody handed it in just now. */
  readonly answered: (answer: LessonAnswer, byHand: boolean, watching: Watching) => Promise<Graded | string>;
}

export class ExercisePart {
  readonly element = document.createElement("section");
  readonly sandbox: Sandbox | undefined;
  readonly #exercise: Exercise;
  readonly #hooks: ExerciseHooks;
  readonly #busy = new Busy();
  /** Where it is handed in. */
  readonly #answering = document.createElement("section");
  /** What came of it; a text: it cannot be graded, and why. */
  #result: Graded | string | undefined;
  /** The run that it was said of, where one is made. */
  #handedIn: number | undefined;
  /** The run that shows it, and what it was made from. */
  #shown: { readonly viewer: Viewer; readonly setup: Setup } | undefined;

  constructor(exercise: Exercise, { answer, tried }: LessonSight, hooks: ExerciseHooks) {
    this.#exercise = exercise;
    this.#hooks = hooks;
    this.element.className = "exercise";
    this.#answering.ariaLabel = "hand in";
    render(
      html`<form class="answer" @submit=${(event: Event) => this.#submit(event)}>
          ${drawFields(exercise)}<button type="submit" class="primary">
            ${exercise.type === "fault" ? "Hand in this run" : "Hand in"}
          </button>
        </form>
        ${this.#busy.element}`,
      this.#answering,
    );
    if (exercise.type === "fault") {
      this.sandbox = new Sandbox(sightOf(exercise.setup, tried), {
        label: "exercise",
        simulator: hooks.simulator,
        limit: { most: exercise.most, ...(exercise.kinds === undefined ? {} : { kinds: exercise.kinds }) },
        changed: (sight) => {
          this.#forgetRefusal(sight.run);
          hooks.changed(sight);
        },
      });
      // Where a run is made, there it is handed in, and its verdict stands above it.
      this.sandbox.addTool(this.#answering);
    }
    this.#draw();
    if (answer !== undefined) this.#restore(answer);
  }

  dispose(): void {
    this.#busy.cancel();
    this.sandbox?.dispose();
    this.#shown?.viewer.dispose();
  }

  #draw(): void {
    const { hint, type } = this.#exercise;
    const task = [...taskOf(this.#exercise), ...(type === "fault" ? [HOW] : [])];
    const shown = this.#shown;
    render(
      html`<h3>Now you</h3>
        <div class="prose">${paragraphs(task)}</div>
        <details class="hint">
          <summary>A hint</summary>
          <p>${inline(hint)}</p>
        </details>
        ${this.sandbox === undefined ? this.#answering : ""}
        <div class="result" role="status" aria-live="polite">${this.#drawResult()}</div>
        <div class="shown">
          ${this.sandbox?.element}${
            shown &&
            html`<h3>
                The run that shows it
                <small>${shown.setup.variant}, TTL ${shown.setup.scenario.ttlSeconds} s</small>
              </h3>
              ${shown.viewer.element}`
          }
        </div>`,
      this.element,
    );
  }

  #drawResult(): Markup {
    const result = this.#result;
    if (result === undefined) return "";
    if (typeof result === "string") return html`<p class="verdict-text">${sentence(result)}</p>`;
    const { passed, says } = result;
    // What was asked is far above by now.
    const asked = passed ? "" : taskOf(this.#exercise).join(" ");
    return html`${asked && html`<p class="asked">${inline(asked)}</p>`}
      <p class="verdict-text ${passed ? "good" : "bad"}">
        <b>${passed ? "✓ Passed." : "✕ Not yet."}</b> ${inline(says)}
      </p>
      ${passed ? html`<p class="row">${this.#hooks.onward}</p>` : ""}`;
  }

  /** Somebody comes back to what was handed in before. */
  #restore(answer: number): void {
    const { sandbox } = this;
    if (sandbox !== undefined) {
      void sandbox.settled.then(() => {
        if (sandbox.sight.run === answer) void this.#handIn("", false);
      });
      return;
    }
    const field = this.#answering.querySelector("form")?.elements.namedItem("answer");
    if (field instanceof HTMLInputElement || field instanceof RadioNodeList) field.value = String(answer);
    void this.#handIn(String(answer), false);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement).get("answer");
    void this.#handIn(String(given ?? ""), true);
  }

  async #handIn(given: string, byHand: boolean): Promise<void> {
    await this.sandbox?.settled;
    const answer = answerOf(this.#exercise, given, this.sandbox?.sight);
    const result = await this.#busy.during("Grading", async (watching) =>
      typeof answer === "string" ? answer : await this.#hooks.answered(answer, byHand, watching),
    );
    if (result === undefined) return;
    this.#result = result;
    this.#handedIn = this.sandbox?.sight.run;
    this.#draw();
    const box = this.element.querySelector(".result");
    if (typeof result === "string") return box?.scrollIntoView({ block: "nearest" });
    if (byHand) this.#hooks.handedIn(this.sandbox?.sight.run ?? Number(given.replace(",", ".")));
    await this.#showDeciding(result);
    // The verdict with its run below it, whatever the size of the screen.
    if (byHand) box?.scrollIntoView({ block: "start" });
  }

  /** What was said of one run is not true of the next. */
  #forgetRefusal(run: number): void {
    if (typeof this.#result !== "string" || run === this.#handedIn) return;
    this.#result = undefined;
    this.#draw();
  }

  /** The run that shows it stands at the instant that decides. */
  async #showDeciding({ decidesAt, shown }: Graded): Promise<void> {
    const mine = this.sandbox?.viewer;
    if (this.sandbox !== undefined) {
      if (mine !== undefined && decidesAt !== undefined) mine.go(atInstant(mine.picture, decidesAt));
      return;
    }
    const header = rootHeader({ ...shown, decisions: [] });
    const picture = await this.#busy.during("Simulating", async (watching) =>
      pictureInTurns(await this.#hooks.simulator.record(header, watching), watching.signal),
    );
    if (picture === undefined) return;
    const { options } = foldedRun(picture, {
      label: `${shown.scenario.title}, as ${shown.variant}`,
      start: decidesAt === undefined ? startOf(picture) : atInstant(picture, decidesAt),
    });
    this.#shown = { viewer: shownBy(this.#shown?.viewer, picture, options), setup: shown };
    this.#draw();
  }
}

function sightOf({ scenario, variant }: Setup, tried: Sight | undefined): StartingSight {
  const tree = treeOf(variant, scenario);
  // A link carries the learner's own faults; what they are added to is the exercise's.
  return tried === undefined
    ? { tree, run: 0, cursor: { n: 0, at: 0 } }
    : { ...tried, tree: { ...tree, forks: tried.tree.forks } };
}
