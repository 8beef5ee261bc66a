/** An exercise on the page: what is asked, the means to answer, and the run that shows why an answer passes or not. */
import type { LessonAnswer, Grade } from "../../teach/engine.ts";
import type { Exercise } from "../../teach/lesson.ts";
import { taskOf } from "../../teach/opening.ts";
import { letter, sentence } from "../../teach/words.ts";
import { escape } from "../markup.ts";
import type { Sight } from "./address.ts";
import { inline, paragraphs } from "./prose.ts";
import { pictureOfRun } from "./run-book.ts";
import { opening, Sandbox } from "./sandbox.ts";
import { addedFaults, treeOf } from "./tree.ts";
import { Viewer } from "./viewer.ts";

/** What to do on a page, where a terminal has words to type. */
const HOW =
  "Step or click to an instant and choose under *Interfere* what happens there; `…` beside a button sets how. Then hand in the run that comes of it.";

export interface ExerciseHooks {
  readonly changed: (sight: Sight) => void;
  /** Grades the answer; a text: it cannot be graded, and why. */
  readonly answered: (answer: LessonAnswer) => Grade | string;
}

export class ExercisePart {
  readonly element = document.createElement("section");
  readonly sandbox: Sandbox | undefined;
  readonly #exercise: Exercise;
  readonly #hooks: ExerciseHooks;
  #shown: Viewer | undefined;

  constructor(exercise: Exercise, tried: Sight | undefined, hooks: ExerciseHooks) {
    this.#exercise = exercise;
    this.#hooks = hooks;
    this.element.className = "exercise";
    this.element.innerHTML = `<h3>Now you</h3><div class="prose">${paragraphs([...taskOf(exercise), ...(exercise.type === "fault" ? [HOW] : [])])}</div>
<details class="hint"><summary>A hint</summary><p>${inline(exercise.hint)}</p></details><div class="means"></div><div class="shown"></div>`;
    const means = this.element.querySelector(".means") as HTMLElement;
    const answering = document.createElement("section");
    answering.setAttribute("aria-label", "hand in");
    if (exercise.type === "fault") {
      this.sandbox = new Sandbox(sightOf(exercise, tried), {
        label: "exercise",
        limit: { most: exercise.most, ...(exercise.kinds === undefined ? {} : { kinds: exercise.kinds }) },
        changed: hooks.changed,
      });
      means.append(this.sandbox.element);
    }
    const form = document.createElement("form");
    form.className = "answer";
    form.innerHTML = `${fieldsOf(exercise)}<button type="submit" class="primary">${exercise.type === "fault" ? "Hand in this run" : "Hand in"}</button>`;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#handIn(form);
    });
    const result = document.createElement("div");
    result.className = "result";
    result.setAttribute("role", "status");
    result.setAttribute("aria-live", "polite");
    answering.append(form, result);
    // Where a run is made, there it is handed in.
    if (this.sandbox === undefined) means.append(answering);
    else this.sandbox.addTool(answering);
  }

  dispose(): void {
    this.sandbox?.dispose();
    this.#shown?.dispose();
  }

  #handIn(form: HTMLFormElement): void {
    const given = new FormData(form);
    const answer = this.#answerOf(String(given.get("answer") ?? ""));
    const result = typeof answer === "string" ? answer : this.#hooks.answered(answer);
    const box = this.element.querySelector(".result") as HTMLElement;
    const shown = this.element.querySelector(".shown") as HTMLElement;
    this.#shown?.dispose();
    this.#shown = undefined;
    shown.replaceChildren();
    if (typeof result === "string") {
      box.innerHTML = `<p class="verdict-text">${escape(sentence(result))}</p>`;
      return box.scrollIntoView({ block: "nearest" });
    }
    const { passed, says } = result;
    box.innerHTML = `<p class="verdict-text ${passed ? "good" : "bad"}"><b>${passed ? "✓ Passed." : "✕ Not yet."}</b> ${inline(says)}</p>`;
    box.scrollIntoView({ block: "nearest" });
    // What was handed in as a run stands there already.
    if (this.sandbox !== undefined) return;
    const { scenario, variant } = result.shown.observed;
    const picture = pictureOfRun(scenario, variant.name);
    this.#shown = new Viewer(picture, {
      label: `${scenario.title}, as ${variant.name}`,
      start: opening(picture),
    });
    shown.innerHTML = `<h3>The run that shows it <small>${escape(variant.name)}, TTL ${scenario.ttlSeconds} s</small></h3>`;
    shown.append(this.#shown.element);
  }

  #answerOf(text: string): LessonAnswer | string {
    switch (this.#exercise.type) {
      case "fault": {
        const { run, tree } = (this.sandbox as Sandbox).sight;
        const faults = addedFaults(tree, run);
        return faults.length === 0
          ? "inject a fault first: this run is as it was given"
          : { type: "fault", faults };
      }
      case "choice":
        return text === "" ? "choose one first" : { type: "choice", option: Number(text) };
      case "number": {
        const { least, most } = this.#exercise;
        const value = Number(text);
        return /^\d+$/u.test(text.trim()) && value >= least && value <= most
          ? { type: "number", value }
          : `write a whole number from ${least} to ${most}`;
      }
    }
  }
}

function sightOf({ setup }: Exercise & { type: "fault" }, tried: Sight | undefined): Sight {
  const tree = treeOf(setup.variant, setup.scenario);
  // A link carries the learner's own faults; what they are added to is the exercise's.
  return tried === undefined
    ? { tree, run: 0, cursor: { n: 0, at: 0 } }
    : { ...tried, tree: { ...tree, forks: tried.tree.forks } };
}

function fieldsOf(exercise: Exercise): string {
  switch (exercise.type) {
    case "fault":
      return "";
    case "choice": {
      const options = exercise.options.map(
        ({ text }, index) =>
          `<label class="option"><input type="radio" name="answer" value="${index}"> <span>${letter(index)}) ${inline(text)}</span></label>`,
      );
      return `<fieldset><legend>Choose one</legend>${options.join("")}</fieldset>`;
    }
    case "number":
      return `<label>${escape(sentence(exercise.what))} <span><input name="answer" inputmode="numeric" size="6" autocomplete="off"> ${escape(exercise.unit)}</span></label>`;
  }
}
