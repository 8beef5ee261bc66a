/** The first page: the lessons with what was done of them, and the way to the playground. */
import { lessons } from "../../teach/lessons/index.ts";
import type { LessonProgress, LearnerProgress } from "../../teach/progress.ts";
import { escape } from "../markup.ts";

export function drawHome(progress: LearnerProgress): string {
  const next = lessons.find(({ id }) => progress.get(id)?.passedAfter === undefined);
  const passed = lessons.filter(({ id }) => progress.get(id)?.passedAfter !== undefined).length;
  const rows = lessons.map(({ id, point, title }, index) => {
    const done = progress.get(id);
    return `<li${done?.passedAfter === undefined ? "" : ' class="passed"'}><a href="#lesson=${id}"${id === next?.id ? ' class="next"' : ""}><span class="number" aria-hidden="true">${done?.passedAfter === undefined ? index + 1 : "✓"}</span><span><b>${escape(title)}</b><span class="point">${escape(point)}</span><small>${state(done, id === next?.id)}</small></span></a></li>`;
  });
  return `<div class="home"><section class="lead"><h2>Leases, by playing with the production code</h2>
<p>Every run on these pages is made here and now: the election that runs in production, on a simulated etcd, in virtual time. Read a little, predict, look, and then break or repair something yourself.</p>
<p class="row"><a class="button primary" href="${next === undefined ? "#play" : `#lesson=${next.id}`}">${next === undefined ? "All passed: to the playground" : `${passed === 0 ? "Begin" : "Go on"}: ${escape(next.title)}`}</a><a class="button" href="#play">Playground</a></p></section>
<ol class="lessons">${rows.join("")}</ol>
<p class="foot">${passed} of ${lessons.length} passed. ${progress.size === 0 ? "" : '<button type="button" class="small" data-forget>Forget what I did</button> '}A trace file dropped anywhere here is opened: <label class="link"><input type="file" class="hidden-file" data-open accept=".jsonl,.json">choose one</label>.</p></div>`;
}

function state(done: LessonProgress | undefined, next: boolean): string {
  if (done?.passedAfter !== undefined)
    return `passed${done.passedAfter === 1 ? " at once" : ` after ${done.passedAfter} attempts`}`;
  if (done !== undefined) return "begun";
  return next ? "next" : "";
}
