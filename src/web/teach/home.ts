/** The first page: a live scene, the lessons as one path with what was done of them, and the way to the playground. */
import { html, render } from "lit-html";
import { lessonGroups, lessons } from "../../teach/lessons/index.ts";
import type { Lesson } from "../../teach/lesson.ts";
import type { LessonProgress, LearnerProgress } from "../../teach/progress.ts";
import { lengthText, type Markup } from "../markup.ts";
import { writeAddress } from "./address.ts";
import { Scene } from "./scene.ts";
import type { Simulator } from "./simulator.ts";
import { treeOf } from "./tree.ts";

export interface HomeHooks {
  readonly simulator: Simulator;
  readonly progress: () => LearnerProgress;
  readonly forget: () => void;
  readonly open: (file: File) => void;
}

export class Home {
  readonly element = document.createElement("div");
  readonly #hooks: HomeHooks;
  readonly #scene: Scene;
  /** How long nobody served before the last that took over. */
  #tookMs: number | undefined;

  constructor(hooks: HomeHooks) {
    this.#hooks = hooks;
    this.element.className = "home";
    this.#scene = new Scene({
      simulator: hooks.simulator,
      tookOver: (tookMs) => {
        this.#tookMs = tookMs;
        this.draw();
      },
    });
    this.draw();
  }

  draw(): void {
    const progress = this.#hooks.progress();
    const next = nextOf(progress);
    const begin = next === undefined ? "#play" : `#lesson=${next.id}`;
    const why =
      this.#tookMs === undefined
        ? ""
        : html`<span>Nobody served for <b>${lengthText(this.#tookMs)}</b>. Why so long?</span>
            <a class="button primary" href=${begin}>Begin</a>
            <a data-scene href="#play" @click=${(event: Event) => this.#openSeen(event)}
              >see every message of it</a
            >`;
    const passed = lessons.filter(({ id }) => progress.get(id)?.passedAfter !== undefined).length;
    const onward =
      next === undefined
        ? "All passed: to the playground"
        : `${passed === 0 ? "Begin" : "Go on"}: ${next.title}`;
    render(
      html`<section class="lead" aria-label="a live run">
          <h2>One of them serves. Kill it.</h2>
          ${this.#scene.element}
          <p class="after-scene" role="status" aria-live="polite">${why}</p>
        </section>
        <div class="path">
          <ol class="groups">
            ${lessonGroups.map((group) => drawGroup(group, progress, next))}
          </ol>
          <p class="row">
            <a class="button primary" href=${begin}>${onward}</a><a class="button" href="#play">Playground</a
            ><a class="button" href="#play&game">Break the mutant of the day</a>
          </p>
          <p class="foot">
            ${passed} of ${lessons.length} passed.
            ${progress.size === 0 ? "" : html`<button type="button" class="small" data-forget @click=${() => this.#forget()}>Forget what I did</button> `}A
            trace file dropped anywhere here is opened:
            <label class="link"
              ><input
                type="file"
                class="hidden-file"
                data-open
                accept=".jsonl,.json"
                @change=${({ target }: Event) => this.#open(target as HTMLInputElement)}
              />choose one</label
            >.
          </p>
        </div>`,
      this.element,
    );
  }

  dispose(): void {
    this.#scene.dispose();
  }

  #forget(): void {
    this.#hooks.forget();
    this.draw();
  }

  #open({ files }: HTMLInputElement): void {
    const [file] = files ?? [];
    if (file !== undefined) this.#hooks.open(file);
  }

  /** Exactly what is seen is opened. */
  #openSeen({ currentTarget }: Event): void {
    (currentTarget as HTMLAnchorElement).href = this.#link();
  }

  #link(): string {
    const { at: now, scenario } = this.#scene.seen;
    const at = scenario.faults.at(-1)?.atMs ?? now;
    const sight = { tree: treeOf("shipped", scenario), run: 0, cursor: { n: 0, at } };
    return writeAddress({ type: "playground", sight });
  }
}

function nextOf(progress: LearnerProgress): Lesson | undefined {
  return lessons.find(({ id }) => progress.get(id)?.passedAfter === undefined);
}

function drawGroup(
  { about, lessons: its, title }: (typeof lessonGroups)[number],
  progress: LearnerProgress,
  next: Lesson | undefined,
): Markup {
  const steps = its.map((lesson) => drawStep(lesson, progress.get(lesson.id), lesson === next));
  return html`<li class="group">
    <h3>${title} <small>${about}</small></h3>
    <ol class="lessons" start=${lessons.indexOf(its[0] as Lesson) + 1}>
      ${steps}
    </ol>
  </li>`;
}

function drawStep(lesson: Lesson, done: LessonProgress | undefined, next: boolean): Markup {
  const passed = done?.passedAfter !== undefined;
  const { id, point, title } = lesson;
  return html`<li class=${passed ? "passed" : ""}>
    <a href="#lesson=${id}" class=${next ? "next" : ""}
      ><span class="number" aria-hidden="true">${passed ? "✓" : lessons.indexOf(lesson) + 1}</span
      ><span><b>${title}</b><span class="point">${point}</span><small>${state(done, next)}</small></span></a
    >
  </li>`;
}

function state(done: LessonProgress | undefined, next: boolean): string {
  if (done?.passedAfter !== undefined)
    return `passed${done.passedAfter === 1 ? " at once" : ` after ${done.passedAfter} attempts`}`;
  if (done !== undefined) return "begun";
  return next ? "next" : "";
}
