/**
 * One lesson on the page: the text, a prediction, what ran and what it shows, an exercise that is graded by running the
 * answer. Everything after the prediction appears once it was made.
 */
import { html, nothing, render } from "lit-html";
import type { Lesson, LeverRun } from "../../teach/lesson.ts";
import { lessons, untaughtIn } from "../../teach/lessons/index.ts";
import { openingOf } from "../../teach/opening.ts";
import type { LessonProgress } from "../../teach/progress.ts";
import { letter } from "../../teach/words.ts";
import type { PageCommand } from "../keys.ts";
import type { Markup } from "../markup.ts";
import type { Viewer } from "../viewer.ts";
import type { LessonSight } from "./address.ts";

import { CurveFigure } from "./curve-figure.ts";
import { ExercisePart } from "./exercise-part.ts";
import { LeverPart } from "./lever-part.ts";
import { inline, paragraphs } from "./prose.ts";
import { RunPart } from "./run-part.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Simulator } from "./simulator.ts";
import { StandingScene } from "./standing-scene.ts";

export interface LessonHooks {
  readonly simulator: Simulator;
  /** What was done of this lesson up to now, in any tab; undefined: nothing. */
  readonly done: () => LessonProgress | undefined;
  readonly changed: (sight: LessonSight) => void;
  readonly predicted: (right: boolean) => void;
  readonly passed: (attempts: number) => void;
}

export class LessonPage {
  readonly element = document.createElement("article");
  readonly #lesson: Lesson;
  readonly #hooks: LessonHooks;
  readonly #cast: StandingScene;
  /** Everything after the prediction; empty, and the exercise undefined: nothing was predicted yet. */
  #runs: readonly RunPart[] = [];
  #own: LeverPart | undefined;
  #curve: CurveFigure | undefined;
  #exercise: ExercisePart | undefined;
  /** What came of the prediction. */
  #met: { readonly right: boolean; readonly says: string } | undefined;
  #passed = false;
  #sight: LessonSight;
  #attempts = 0;

  constructor(lesson: Lesson, sight: LessonSight, hooks: LessonHooks) {
    this.#lesson = lesson;
    this.#hooks = hooks;
    this.#sight = sight;
    this.#cast = new StandingScene(hooks.simulator, lesson);
    this.element.className = ["lesson", ...untaughtIn(lesson).map((thing) => `before-${thing}`)].join(" ");
    this.draw();
    if (sight.predicted !== undefined && sight.predicted < lesson.choices.length)
      void this.#predict(sight.predicted, false);
  }

  /** The viewer that keys go to: the one that was used last, or that of the first run. */
  viewer(): Viewer | undefined {
    const view = this.#sight.view?.name;
    const tried = this.#exercise?.sandbox;
    if (view === "exercise" && tried !== undefined) return tried.viewer;
    return (this.#runs.find((_, index) => view === `run${index}`) ?? this.#runs[0])?.viewer;
  }

  do(command: PageCommand): boolean {
    return this.viewer()?.do(command) ?? false;
  }

  press(key: string): boolean {
    const choice = key.length === 1 ? key.charCodeAt(0) - 97 : -1;
    if (this.#sight.predicted === undefined && choice >= 0 && choice < this.#lesson.choices.length) {
      void this.#predict(choice, true);
      return true;
    }
    return this.#sandboxInUse()?.press(key) ?? false;
  }

  dispose(): void {
    for (const part of [this.#cast, ...this.#runs, this.#own, this.#curve, this.#exercise]) part?.dispose();
  }

  /** Whoever passed it, here or in another tab, sees so: with what to remember, and the way on. */
  draw(): void {
    const lesson = this.#lesson;
    const { choices, question, text } = openingOf(lesson);
    const { predicted } = this.#sight;
    const options = choices.map(
      (choice, index) =>
        html`<li>
          <button
            type="button"
            data-predict=${index}
            aria-pressed=${predicted === undefined ? nothing : index === predicted}
            @click=${() => void this.#predict(index, true)}
          >
            <span aria-hidden="true">${letter(index)}</span> ${inline(choice)}
          </button>
        </li>`,
    );
    render(
      html`<p class="crumb"><a href="#">Lessons</a> › ${lessons.indexOf(lesson) + 1} of ${lessons.length}</p>
        <h2>${lesson.title}</h2>
        ${this.#drawPassed()}
        <div class="opening">
          ${this.#cast.element}
          <div>
            <div class="prose">${paragraphs(text)}</div>
            <section class="question" aria-labelledby="question-text">
              <h3>What do you think?</h3>
              <p id="question-text">${inline(question)}</p>
              <ol class="choices">
                ${options}
              </ol>
              ${this.#drawMet()}
            </section>
          </div>
        </div>
        <div class="after">
          ${this.#runs.map(({ element }) => element)}${this.#own?.element}${this.#curve?.element}${this.#exercise?.element}${
            this.#passed
              ? html`<section class="end">
                  <p class="moral">${inline(lesson.moral)}</p>
                  <p class="row">${this.#onward()}<a class="button" href="#">All lessons</a></p>
                </section>`
              : ""
          }
        </div>`,
      this.element,
    );
  }

  #drawPassed(): Markup {
    const attempts = this.#hooks.done()?.passedAfter;
    if (attempts === undefined) return "";
    return html`<div class="passed-before">
      <p>
        <b
          ><span aria-hidden="true">✓</span>
          Passed${attempts === 1 ? " at once" : ` after ${attempts} attempts`}.</b
        >
        ${inline(this.#lesson.moral)}
      </p>
      <p class="row">${this.#onward()}</p>
    </div>`;
  }

  #drawMet(): Markup {
    const met = this.#met;
    const words = met && html`<b>${met.right ? "✓ Right." : "✕ Not what happens."}</b> ${inline(met.says)}`;
    const kind = met === undefined ? "" : met.right ? " good" : " bad";
    return html`<p class="met${kind}" role="status" aria-live="polite">${words}</p>`;
  }

  #onward(): Markup {
    const follows = lessons[lessons.indexOf(this.#lesson) + 1];
    return html`<a class="button primary" href=${follows === undefined ? "#play" : `#lesson=${follows.id}`}
      >${follows === undefined ? "To the playground" : `Next: ${follows.title}`}</a
    >`;
  }

  #sandboxInUse(): Sandbox | undefined {
    return this.#sight.view?.name === "exercise" || this.#exercise?.element.contains(document.activeElement)
      ? this.#exercise?.sandbox
      : undefined;
  }

  async #predict(choice: number, byHand: boolean): Promise<void> {
    if (byHand) this.#change({ predicted: choice });
    if (this.#exercise === undefined) this.#reveal();
    this.draw();
    const met = await this.#hooks.simulator.ask("meet", { lesson: this.#lesson.id, choice });
    if (this.#sight.predicted !== choice) return;
    this.#met = met;
    this.draw();
    if (!byHand) return;
    this.element.querySelector(".met")?.scrollIntoView({ block: "nearest" });
    this.#hooks.predicted(met.right);
  }

  #change(more: Partial<LessonSight>): void {
    this.#sight = { ...this.#sight, ...more };
    this.#hooks.changed(this.#sight);
  }

  #reveal(): void {
    const { exercise, figure, id: lesson, own, runs } = this.#lesson;
    const { simulator } = this.#hooks;
    const { view } = this.#sight;
    this.#runs = runs.map((_, index) => {
      const name = `run${index}`;
      const linked = view?.name === name ? view.cursor : undefined;
      return new RunPart(this.#lesson, index, linked, {
        simulator,
        moved: (cursor) => this.#change({ view: { name, cursor } }),
      });
    });
    if (own !== undefined) {
      this.#own = this.#leverPart(own);
      if (figure !== undefined)
        this.#curve = new CurveFigure(simulator, (ttl) => this.#own?.sentence.set(0, ttl));
    }
    let appeared = false;
    this.#exercise = new ExercisePart(exercise, this.#sight, {
      simulator,
      changed: (sight) => {
        // Its appearing is no use of it: keys still mean the first run.
        if (appeared) this.#change({ tried: sight, view: { name: "exercise", cursor: sight.cursor } });
        appeared = true;
      },
      onward: this.#onward(),
      handedIn: (answer) => this.#change({ answer }),
      answered: async (answer, byHand, watching) => {
        const graded = await simulator.ask("grade", { lesson, answer }, watching);
        if (typeof graded !== "string") this.#graded(graded.passed, byHand);
        return graded;
      },
    });
  }

  /** A run with numbers of one's own; where there is a figure of many runs, its place in it. */
  #leverPart(own: LeverRun): LeverPart {
    return new LeverPart(own, this.#sight.own ?? [], {
      simulator: this.#hooks.simulator,
      changed: (values) => this.#change({ own: values }),
      settled: async ([ttl = 0, , margin = 0]) => this.#curve?.mark(ttl, margin / 100),
    });
  }

  #graded(passed: boolean, byHand: boolean): void {
    if (byHand) this.#attempts++;
    if (!passed) return;
    if (byHand) this.#hooks.passed(this.#attempts);
    this.#passed = true;
    this.draw();
  }
}
