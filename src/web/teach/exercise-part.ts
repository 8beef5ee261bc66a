/** An exercise on the page: what is asked, the means to answer, and the run that shows why an answer passes or not. */
import type { LessonAnswer } from "../../teach/engine.ts";
import type { Exercise, Setup } from "../../teach/lesson.ts";
import { taskOf } from "../../teach/opening.ts";
import { sentence } from "../../teach/words.ts";
import { escape } from "../../words/escape.ts";
import { pictureInTurns } from "../picture.ts";
import { atInstant, startOf } from "../player.ts";
import type { Viewer } from "../viewer.ts";
import { usualHabits } from "../viewer-options.ts";
import type { LessonSight, Sight, StartingSight } from "./address.ts";
import { Busy } from "./busy.ts";
import { answerOf, drawFields } from "./exercise-form.ts";
import type { Graded } from "./jobs.ts";
import { inline, paragraphs } from "./prose.ts";
import { runViewer } from "./run-viewer.ts";
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
  readonly onward: string;
  /** Grades the answer; a text: it cannot be graded, and why. `byHand`: somebody handed it in just now. */
  readonly answered: (answer: LessonAnswer, byHand: boolean, watching: Watching) => Promise<Graded | string>;
}

export class ExercisePart {
  readonly element = document.createElement("section");
  readonly sandbox: Sandbox | undefined;
  readonly #exercise: Exercise;
  readonly #hooks: ExerciseHooks;
  readonly #busy = new Busy();
  readonly #habits = usualHabits();
  #shown: Viewer | undefined;

  constructor(exercise: Exercise, { answer, tried }: LessonSight, hooks: ExerciseHooks) {
    this.#exercise = exercise;
    this.#hooks = hooks;
    this.element.className = "exercise";
    this.element.innerHTML = `<h3>Now you</h3><div class="prose">${paragraphs([...taskOf(exercise), ...(exercise.type === "fault" ? [HOW] : [])])}</div>
<details class="hint"><summary>A hint</summary><p>${inline(exercise.hint)}</p></details><div class="asked"></div><div class="result" role="status" aria-live="polite"></div><div class="shown"></div>`;
    const form = document.createElement("form");
    form.className = "answer";
    form.innerHTML = `${drawFields(exercise)}<button type="submit" class="primary">${exercise.type === "fault" ? "Hand in this run" : "Hand in"}</button>`;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#handIn(form, true);
    });
    const answering = document.createElement("section");
    answering.setAttribute("aria-label", "hand in");
    answering.append(form, this.#busy.element);
    if (exercise.type === "fault") {
      this.sandbox = new Sandbox(sightOf(exercise.setup, tried), {
        label: "exercise",
        simulator: hooks.simulator,
        limit: { most: exercise.most, ...(exercise.kinds === undefined ? {} : { kinds: exercise.kinds }) },
        changed: hooks.changed,
      });
      // Where a run is made, there it is handed in, and its verdict stands above it.
      this.#part("shown").append(this.sandbox.element);
      this.sandbox.addTool(answering);
    } else this.#part("asked").append(answering);
    if (answer !== undefined) this.#restore(form, answer);
  }

  dispose(): void {
    this.#busy.cancel();
    this.sandbox?.dispose();
    this.#shown?.dispose();
  }

  #part(name: string): HTMLElement {
    return this.element.querySelector(`.${name}`) as HTMLElement;
  }

  /** Somebody comes back to what was handed in before. */
  #restore(form: HTMLFormElement, answer: number): void {
    const { sandbox } = this;
    if (sandbox !== undefined) {
      void sandbox.settled.then(() => {
        if (sandbox.sight.run === answer) void this.#handIn(form, false);
      });
      return;
    }
    const field = form.elements.namedItem("answer");
    if (field instanceof HTMLInputElement || field instanceof RadioNodeList) field.value = String(answer);
    void this.#handIn(form, false);
  }

  async #handIn(form: HTMLFormElement, byHand: boolean): Promise<void> {
    await this.sandbox?.settled;
    const given = String(new FormData(form).get("answer") ?? "");
    const answer = answerOf(this.#exercise, given, this.sandbox?.sight);
    const result = await this.#busy.during("Grading", async (watching) =>
      typeof answer === "string" ? answer : await this.#hooks.answered(answer, byHand, watching),
    );
    if (result === undefined) return;
    const box = this.#part("result");
    if (typeof result === "string") {
      box.innerHTML = `<p class="verdict-text">${escape(sentence(result))}</p>`;
      return box.scrollIntoView({ block: "nearest" });
    }
    const { passed, says } = result;
    box.innerHTML = `<p class="verdict-text ${passed ? "good" : "bad"}"><b>${passed ? "✓ Passed." : "✕ Not yet."}</b> ${inline(says)}</p>${passed ? `<p class="row">${this.#hooks.onward}</p>` : ""}`;
    if (byHand) this.#hooks.handedIn(this.sandbox?.sight.run ?? Number(given.replace(",", ".")));
    await this.#showDeciding(result);
    // The verdict with its run below it, whatever the size of the screen.
    if (byHand) box.scrollIntoView({ block: "start" });
  }

  /** The run that shows it stands at the instant that decides. */
  async #showDeciding({ decidesAt, shown }: Graded): Promise<void> {
    const mine = this.sandbox?.viewer;
    if (this.sandbox !== undefined) {
      if (mine !== undefined && decidesAt !== undefined) mine.go(atInstant(mine.picture, decidesAt));
      return;
    }
    const { scenario, variant } = shown;
    const header = rootHeader({ scenario, variant, decisions: [] });
    const picture = await this.#busy.during("Simulating", async (watching) =>
      pictureInTurns(await this.#hooks.simulator.record(header, watching), watching.signal),
    );
    if (picture === undefined) return;
    this.#shown?.dispose();
    this.#shown = runViewer(picture, {
      label: `${scenario.title}, as ${variant}`,
      start: decidesAt === undefined ? startOf(picture) : atInstant(picture, decidesAt),
      habits: this.#habits,
    }).viewer;
    const heading = document.createElement("h3");
    heading.innerHTML = `The run that shows it <small>${escape(variant)}, TTL ${scenario.ttlSeconds} s</small>`;
    this.#part("shown").replaceChildren(heading, this.#shown.element);
  }
}

function sightOf({ scenario, variant }: Setup, tried: Sight | undefined): StartingSight {
  const tree = treeOf(variant, scenario);
  // A link carries the learner's own faults; what they are added to is the exercise's.
  return tried === undefined
    ? { tree, run: 0, cursor: { n: 0, at: 0 } }
    : { ...tried, tree: { ...tree, forks: tried.tree.forks } };
}
