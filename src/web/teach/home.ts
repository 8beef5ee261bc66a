/** The first page: a live scene, the lessons as one path with what was done of them, and the way to the playground. */
import { lessonGroups, lessons } from "../../teach/lessons/index.ts";
import type { Lesson } from "../../teach/lesson.ts";
import type { LessonProgress, LearnerProgress } from "../../teach/progress.ts";
import { escape } from "../../words/escape.ts";
import { lengthText } from "../markup.ts";
import { redraw } from "../redraw.ts";
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

  constructor(hooks: HomeHooks) {
    this.#hooks = hooks;
    this.element.className = "home";
    this.element.innerHTML = `<section class="lead" aria-label="a live run"><h2>One of them serves. Kill it.</h2><div class="scene-here"></div><p class="after-scene" role="status" aria-live="polite"></p></section><div class="path"></div>`;
    this.#scene = new Scene({ simulator: hooks.simulator, tookOver: (tookMs) => this.#why(tookMs) });
    this.#part("scene-here").append(this.#scene.element);
    this.draw();
    this.element.addEventListener("click", ({ target }) => {
      if (!(target instanceof Element)) return;
      if (target.closest("[data-forget]") !== null) {
        hooks.forget();
        this.draw();
      }
      // Exactly what is seen is opened.
      const link = target.closest<HTMLAnchorElement>("a[data-scene]");
      if (link !== null) link.href = this.#link();
    });
    this.element.addEventListener("change", ({ target }) => {
      const [file] = (target instanceof HTMLInputElement && target.files) || [];
      if (file !== undefined) hooks.open(file);
    });
  }

  draw(): void {
    redraw(this.#part("path"), drawPath(this.#hooks.progress()));
  }

  dispose(): void {
    this.#scene.dispose();
  }

  #part(name: string): HTMLElement {
    return this.element.querySelector(`.${name}`) as HTMLElement;
  }

  #why(tookMs: number): void {
    const next = nextOf(this.#hooks.progress());
    this.#part("after-scene").innerHTML =
      `<span>Nobody served for <b>${lengthText(tookMs)}</b>. Why a minute?</span> <a class="button primary" href="${next === undefined ? "#play" : `#lesson=${next.id}`}">Begin</a> <a data-scene href="#play">see every message of it</a>`;
  }

  #link(): string {
    const { at, scenario } = this.#scene.seen;
    const sight = { tree: treeOf("shipped", scenario), run: 0, cursor: { n: 0, at } };
    return writeAddress({ type: "playground", sight });
  }
}

function nextOf(progress: LearnerProgress): Lesson | undefined {
  return lessons.find(({ id }) => progress.get(id)?.passedAfter === undefined);
}

function drawPath(progress: LearnerProgress): string {
  const next = nextOf(progress);
  const passed = lessons.filter(({ id }) => progress.get(id)?.passedAfter !== undefined).length;
  const groups = lessonGroups.map(({ about, lessons: its, title }) => {
    const steps = its.map((lesson) => drawStep(lesson, progress.get(lesson.id), lesson === next));
    return `<li class="group"><h3>${escape(title)} <small>${escape(about)}</small></h3><ol class="lessons" start="${lessons.indexOf(its[0] as Lesson) + 1}">${steps.join("")}</ol></li>`;
  });
  return `<ol class="groups">${groups.join("")}</ol>
<p class="row"><a class="button primary" href="${next === undefined ? "#play" : `#lesson=${next.id}`}">${next === undefined ? "All passed: to the playground" : `${passed === 0 ? "Begin" : "Go on"}: ${escape(next.title)}`}</a><a class="button" href="#play">Playground</a><a class="button" href="#play&game">Break the mutant of the day</a></p>
<p class="foot">${passed} of ${lessons.length} passed. ${progress.size === 0 ? "" : '<button type="button" class="small" data-forget>Forget what I did</button> '}A trace file dropped anywhere here is opened: <label class="link"><input type="file" class="hidden-file" data-open accept=".jsonl,.json">choose one</label>.</p>`;
}

function drawStep({ id, point, title }: Lesson, done: LessonProgress | undefined, next: boolean): string {
  const passed = done?.passedAfter !== undefined;
  const number = lessons.findIndex((lesson) => lesson.id === id) + 1;
  return `<li${passed ? ' class="passed"' : ""}><a href="#lesson=${id}"${next ? ' class="next"' : ""}><span class="number" aria-hidden="true">${passed ? "✓" : number}</span><span><b>${escape(title)}</b><span class="point">${escape(point)}</span><small>${state(done, next)}</small></span></a></li>`;
}

function state(done: LessonProgress | undefined, next: boolean): string {
  if (done?.passedAfter !== undefined)
    return `passed${done.passedAfter === 1 ? " at once" : ` after ${done.passedAfter} attempts`}`;
  if (done !== undefined) return "begun";
  return next ? "next" : "";
}
