/**
 * One lesson on the page: the text, a prediction, what ran and what it shows, an exercise that is graded by running the
 * answer. Everything after the prediction appears once it was made.
 */
import { grade, meet, runsOf, told, type LessonAnswer, type Grade } from "../../teach/engine.ts";
import type { Lesson } from "../../teach/lesson.ts";
import { lessons } from "../../teach/lessons/index.ts";
import { openingOf } from "../../teach/opening.ts";
import { letter } from "../../teach/words.ts";
import type { PageCommand } from "../keys.ts";
import { escape } from "../markup.ts";
import { atInstant, type PlayerCursor } from "../player.ts";
import type { LessonSight } from "./address.ts";
import { writeAddress } from "./address.ts";
import { drawCurve } from "./curve-figure.ts";
import { ExercisePart } from "./exercise-part.ts";
import { inline, paragraphs } from "./prose.ts";
import { pictureOfRun } from "./run-book.ts";
import { opening, type Sandbox } from "./sandbox.ts";
import { treeOf } from "./tree.ts";
import { Viewer } from "./viewer.ts";

export interface LessonHooks {
  readonly changed: (sight: LessonSight) => void;
  readonly predicted: (right: boolean) => void;
  readonly passed: (attempts: number) => void;
}

export class LessonPage {
  readonly element = document.createElement("article");
  readonly #lesson: Lesson;
  readonly #hooks: LessonHooks;
  readonly #viewers = new Map<string, Viewer>();
  #exercise: ExercisePart | undefined;
  #sight: LessonSight;
  #attempts = 0;

  constructor(lesson: Lesson, sight: LessonSight, hooks: LessonHooks) {
    this.#lesson = lesson;
    this.#hooks = hooks;
    this.#sight = sight;
    this.element.className = "lesson";
    const { choices, question, text } = openingOf(lesson);
    const number = lessons.indexOf(lesson) + 1;
    const options = choices.map(
      (choice, index) =>
        `<li><button type="button" data-predict="${index}"><span aria-hidden="true">${letter(index)}</span> ${inline(choice)}</button></li>`,
    );
    this.element.innerHTML = `<p class="crumb"><a href="#">Lessons</a> › ${number} of ${lessons.length}</p>
<h2>${escape(lesson.title)}</h2><div class="prose">${paragraphs(text)}</div>
<section class="question" aria-labelledby="question-text"><h3>What do you think?</h3><p id="question-text">${inline(question)}</p><ol class="choices">${options.join("")}</ol><p class="met" role="status" aria-live="polite"></p></section>
<div class="after" hidden></div>`;
    this.element.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("[data-predict]") : null;
      if (pressed !== null) this.#predict(Number(pressed.dataset["predict"]), true);
    });
    if (sight.predicted !== undefined && sight.predicted < lesson.choices.length)
      this.#predict(sight.predicted, false);
  }

  /** The viewer that keys go to: the one that was used last, or the first that can be seen. */
  viewer(): Viewer | undefined {
    const view = this.#sight.view?.name ?? "";
    const tried = this.#exercise?.sandbox;
    return view === "exercise" && tried !== undefined
      ? tried.viewer
      : (this.#viewers.get(view) ?? [...this.#viewers.values()][0]);
  }

  do(command: PageCommand): boolean {
    return this.viewer()?.do(command) ?? false;
  }

  press(key: string): boolean {
    const choice = key.length === 1 ? key.charCodeAt(0) - 97 : -1;
    if (this.#sight.predicted === undefined && choice >= 0 && choice < this.#lesson.choices.length) {
      this.#predict(choice, true);
      return true;
    }
    return this.#sandboxInUse()?.press(key) ?? false;
  }

  dispose(): void {
    for (const viewer of this.#viewers.values()) viewer.dispose();
    this.#exercise?.dispose();
  }

  #sandboxInUse(): Sandbox | undefined {
    return this.#sight.view?.name === "exercise" || this.#exercise?.element.contains(document.activeElement)
      ? this.#exercise?.sandbox
      : undefined;
  }

  #predict(choice: number, byHand: boolean): void {
    const { right, says } = meet(this.#lesson, choice);
    const met = this.element.querySelector<HTMLElement>(".met") as HTMLElement;
    met.className = `met ${right ? "good" : "bad"}`;
    met.innerHTML = `<b>${right ? "✓ Right." : "✕ Not what happens."}</b> ${inline(says)}`;
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("[data-predict]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset["predict"]) === choice));
    const first = this.#sight.predicted === undefined || !byHand;
    if (byHand) {
      this.#change({ predicted: choice });
      this.#hooks.predicted(right);
    }
    if (first && this.#viewers.size === 0) this.#reveal();
  }

  #change(more: Partial<LessonSight>): void {
    this.#sight = { ...this.#sight, ...more };
    this.#hooks.changed(this.#sight);
  }

  #reveal(): void {
    const after = this.element.querySelector<HTMLElement>(".after") as HTMLElement;
    after.hidden = false;
    runsOf(this.#lesson).forEach((_, index) => after.append(this.#runPart(index)));
    if (this.#lesson.figure === "ttl-curve") {
      const figure = document.createElement("section");
      figure.innerHTML = drawCurve();
      after.append(figure);
    }
    const { view, tried } = this.#sight;
    this.#exercise = new ExercisePart(this.#lesson.exercise, tried, {
      changed: (sight) => this.#change({ tried: sight, view: { name: "exercise", cursor: sight.cursor } }),
      answered: (answer) => this.#answer(answer),
    });
    after.append(this.#exercise.element);
    const end = document.createElement("section");
    end.className = "end";
    after.append(end);
    if (view !== undefined) this.#viewers.get(view.name)?.element.scrollIntoView({ block: "center" });
  }

  #runPart(index: number): HTMLElement {
    const { caption, fromMs, setup, untilMs } = this.#lesson.runs[index] as Lesson["runs"][number];
    const name = `run${index}`;
    const part = document.createElement("section");
    part.className = "run-part";
    const { scenario, variant } = setup;
    const picture = pictureOfRun(scenario, variant);
    const linked = this.#sight.view?.name === name ? this.#sight.view.cursor : undefined;
    const viewer = new Viewer(picture, {
      label: caption,
      start: within(linked) ?? (fromMs === undefined ? { n: 0, at: 0 } : atInstant(picture, fromMs)),
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
      moved: (cursor) => this.#change({ view: { name, cursor } }),
    });
    this.#viewers.set(name, viewer);
    const cursor = opening(picture);
    const link = writeAddress({
      type: "playground",
      sight: { tree: treeOf(variant, scenario), run: 0, cursor },
    });
    part.innerHTML = `<h3>${inline(caption)} <a class="aside-link" href="${link}">open in the playground</a></h3>`;
    const shows = document.createElement("div");
    shows.className = "prose shows";
    shows.innerHTML = paragraphs(told(this.#lesson, index));
    part.append(viewer.element, shows);
    return part;
    function within(given: PlayerCursor | undefined): PlayerCursor | undefined {
      return (
        given && {
          n: Math.min(given.n, picture.run.events.length),
          at: Math.min(given.at, picture.run.untilMs),
        }
      );
    }
  }

  #answer(answer: LessonAnswer): Grade | string {
    let result: Grade;
    try {
      result = grade(this.#lesson.exercise, answer);
    } catch (error) {
      if (error instanceof RangeError) return error.message;
      throw error;
    }
    this.#attempts++;
    if (result.passed) {
      this.#hooks.passed(this.#attempts);
      this.#finish();
    }
    return result;
  }

  #finish(): void {
    const follows = lessons[lessons.indexOf(this.#lesson) + 1];
    const end = this.element.querySelector(".end");
    if (end === null) return;
    end.innerHTML = `<p class="moral">${inline(this.#lesson.moral)}</p><p class="row"><a class="button primary" href="${follows === undefined ? "#play" : `#lesson=${follows.id}`}">${follows === undefined ? "To the playground" : `Next: ${escape(follows.title)}`}</a><a class="button" href="#">All lessons</a></p>`;
    end.scrollIntoView({ block: "nearest" });
  }
}
