/**
 * One lesson on the page: the text, a prediction, what ran and what it shows, an exercise that is graded by running the
 * answer. Everything after the prediction appears once it was made.
 */
import { CURVE_TTLS } from "../../teach/curve.ts";
import type { Lesson, LeverRun } from "../../teach/lesson.ts";
import { lessons } from "../../teach/lessons/index.ts";
import { openingOf } from "../../teach/opening.ts";
import type { LessonProgress } from "../../teach/progress.ts";
import { letter } from "../../teach/words.ts";
import { beatsOf } from "../beats.ts";
import type { PageCommand } from "../keys.ts";
import { escape } from "../../words/escape.ts";
import { pictureInTurns } from "../picture.ts";
import { atInstant, startOf, withinRun } from "../player.ts";
import type { Viewer } from "../viewer.ts";
import { usualHabits } from "../viewer-options.ts";
import { writeAddress, type LessonSight } from "./address.ts";
import { Busy } from "./busy.ts";
import { drawCurve, drawOwn } from "./curve-figure.ts";
import { ExercisePart } from "./exercise-part.ts";
import { LeverPart } from "./lever-part.ts";
import { inline, paragraphs } from "./prose.ts";
import { runViewer } from "./run-viewer.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Simulator } from "./simulator.ts";
import { rootHeader, treeOf } from "./tree.ts";

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
  readonly #viewers = new Map<string, Viewer>();
  readonly #habits = usualHabits();
  readonly #busy: Busy[] = [];
  #exercise: ExercisePart | undefined;
  #own: LeverPart | undefined;
  #sight: LessonSight;
  #attempts = 0;
  #disposed = false;

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
<h2>${escape(lesson.title)}</h2><div class="passed-before"></div><div class="prose">${paragraphs(text)}</div>
<section class="question" aria-labelledby="question-text"><h3>What do you think?</h3><p id="question-text">${inline(question)}</p><ol class="choices">${options.join("")}</ol><p class="met" role="status" aria-live="polite"></p></section>
<div class="after" hidden></div>`;
    this.element.addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element ? target.closest<HTMLElement>("[data-predict]") : null;
      if (pressed !== null) void this.#predict(Number(pressed.dataset["predict"]), true);
    });
    this.showDone();
    if (sight.predicted !== undefined && sight.predicted < lesson.choices.length)
      void this.#predict(sight.predicted, false);
  }

  /** The viewer that keys go to: the one that was used last, or that of the first run. */
  viewer(): Viewer | undefined {
    const view = this.#sight.view?.name ?? "";
    const tried = this.#exercise?.sandbox;
    return view === "exercise" && tried !== undefined
      ? tried.viewer
      : (this.#viewers.get(view) ?? this.#viewers.get("run0"));
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
    this.#disposed = true;
    for (const busy of this.#busy) busy.cancel();
    for (const viewer of this.#viewers.values()) viewer.dispose();
    this.#own?.dispose();
    this.#exercise?.dispose();
  }

  /** Whoever passed it, here or in another tab, sees so: with what to remember, and the way on. */
  showDone(): void {
    const attempts = this.#hooks.done()?.passedAfter;
    const box = this.element.querySelector(".passed-before");
    if (attempts === undefined || box === null) return;
    box.innerHTML = `<p><b><span aria-hidden="true">✓</span> Passed${attempts === 1 ? " at once" : ` after ${attempts} attempts`}.</b> ${inline(this.#lesson.moral)}</p><p class="row">${this.#onward()}</p>`;
  }

  #onward(): string {
    const follows = lessons[lessons.indexOf(this.#lesson) + 1];
    return `<a class="button primary" href="${follows === undefined ? "#play" : `#lesson=${follows.id}`}">${follows === undefined ? "To the playground" : `Next: ${escape(follows.title)}`}</a>`;
  }

  #sandboxInUse(): Sandbox | undefined {
    return this.#sight.view?.name === "exercise" || this.#exercise?.element.contains(document.activeElement)
      ? this.#exercise?.sandbox
      : undefined;
  }

  async #predict(choice: number, byHand: boolean): Promise<void> {
    for (const button of this.element.querySelectorAll<HTMLButtonElement>("[data-predict]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset["predict"]) === choice));
    const first = this.#exercise === undefined;
    if (byHand) this.#change({ predicted: choice });
    if (first) this.#reveal();
    const { right, says } = await this.#hooks.simulator.ask("meet", { lesson: this.#lesson.id, choice });
    if (this.#sight.predicted !== choice) return;
    const met = this.element.querySelector<HTMLElement>(".met") as HTMLElement;
    met.className = `met ${right ? "good" : "bad"}`;
    met.innerHTML = `<b>${right ? "✓ Right." : "✕ Not what happens."}</b> ${inline(says)}`;
    if (byHand) this.#hooks.predicted(right);
  }

  #change(more: Partial<LessonSight>): void {
    this.#sight = { ...this.#sight, ...more };
    this.#hooks.changed(this.#sight);
  }

  #reveal(): void {
    const after = this.element.querySelector<HTMLElement>(".after") as HTMLElement;
    after.hidden = false;
    this.#lesson.runs.forEach((_, index) => after.append(this.#runPart(index)));
    if (this.#lesson.own !== undefined) after.append(...this.#ownPart(this.#lesson.own));
    let appeared = false;
    this.#exercise = new ExercisePart(this.#lesson.exercise, this.#sight, {
      simulator: this.#hooks.simulator,
      changed: (sight) => {
        // Its appearing is no use of it: keys still mean the first run.
        if (appeared) this.#change({ tried: sight, view: { name: "exercise", cursor: sight.cursor } });
        appeared = true;
      },
      onward: this.#onward(),
      handedIn: (answer) => this.#change({ answer }),
      answered: async (answer, byHand, watching) => {
        const lesson = this.#lesson.id;
        const graded = await this.#hooks.simulator.ask("grade", { lesson, answer }, watching);
        if (typeof graded !== "string") this.#graded(graded.passed, byHand);
        return graded;
      },
    });
    after.append(this.#exercise.element);
    const end = document.createElement("section");
    end.className = "end";
    after.append(end);
  }

  #runPart(index: number): HTMLElement {
    const { caption, setup } = this.#lesson.runs[index] as Lesson["runs"][number];
    const part = document.createElement("section");
    part.className = "run-part";
    const { scenario, variant } = setup;
    const link = writeAddress({
      type: "playground",
      sight: { tree: treeOf(variant, scenario), run: 0, cursor: { n: 0, at: 0 } },
    });
    part.innerHTML = `<h3>${inline(caption)} <a class="aside-link" href="${link}">open in the playground</a></h3>`;
    const shows = document.createElement("div");
    shows.className = "prose shows";
    const busy = new Busy();
    this.#busy.push(busy);
    part.append(busy.element);
    void busy.during("Simulating", async (watching) => {
      const { simulator } = this.#hooks;
      const lesson = this.#lesson.id;
      const header = rootHeader({ scenario, variant, decisions: [] });
      const picture = await pictureInTurns(await simulator.record(header, watching), watching.signal);
      const told = await simulator.ask("told", { lesson, run: index }, watching);
      if (this.#disposed) return;
      const viewer = this.#runViewer(index, picture);
      part.append(viewer.element);
      shows.innerHTML = paragraphs(told);
      viewer.tellsBeside(shows);
      const link = part.querySelector("a");
      const cursor = startOf(picture);
      if (link !== null)
        link.href = writeAddress({
          type: "playground",
          sight: { tree: treeOf(variant, scenario), run: 0, cursor },
        });
      if (this.#sight.view?.name === `run${index}`) viewer.reveal();
    });
    return part;
  }

  #runViewer(index: number, picture: Awaited<ReturnType<typeof pictureInTurns>>): Viewer {
    const { caption, fromMs, untilMs } = this.#lesson.runs[index] as Lesson["runs"][number];
    const name = `run${index}`;
    const linked = this.#sight.view?.name === name ? this.#sight.view.cursor : undefined;
    const { viewer } = runViewer(picture, {
      label: caption,
      start: linked === undefined ? atInstant(picture, fromMs ?? 0) : withinRun(picture, linked),
      habits: this.#habits,
      beats: beatsOf(picture, fromMs ?? 0, untilMs ?? picture.run.untilMs),
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
      moved: (cursor) => this.#change({ view: { name, cursor } }),
    });
    this.#viewers.set(name, viewer);
    return viewer;
  }

  /** A run with numbers of one's own, and where there is a figure of many runs, its place in it. */
  #ownPart(own: LeverRun): HTMLElement[] {
    const { simulator } = this.#hooks;
    const figure = document.createElement("section");
    const busy = new Busy();
    this.#busy.push(busy);
    figure.append(busy.element);
    const drawn =
      this.#lesson.figure === undefined
        ? undefined
        : busy.during("Simulating some hundred runs", async (watching) => {
            const curve = await simulator.ask("curve", CURVE_TTLS, watching);
            figure.insertAdjacentHTML("beforeend", drawCurve(curve));
            return curve;
          });
    const part = new LeverPart(own, this.#sight.own ?? [], {
      simulator,
      habits: this.#habits,
      changed: (values) => this.#change({ own: values }),
      settled: async ([ttl = 0]) => {
        const curve = await drawn;
        const [point] = curve === undefined ? [] : (await simulator.ask("curve", [ttl])).points;
        if (curve !== undefined && point !== undefined) drawOwn(figure, curve, point);
      },
    });
    figure.addEventListener("click", ({ target }) => {
      const chosen = target instanceof Element ? target.closest<SVGElement>("[data-ttl]") : null;
      if (chosen !== null) part.sentence.set(0, Number(chosen.dataset["ttl"]));
    });
    this.#own = part;
    return [part.element, figure];
  }

  #graded(passed: boolean, byHand: boolean): void {
    if (byHand) this.#attempts++;
    if (!passed) return;
    if (byHand) this.#hooks.passed(this.#attempts);
    const end = this.element.querySelector(".end");
    if (end !== null)
      end.innerHTML = `<p class="moral">${inline(this.#lesson.moral)}</p><p class="row">${this.#onward()}<a class="button" href="#">All lessons</a></p>`;
    this.showDone();
  }
}
