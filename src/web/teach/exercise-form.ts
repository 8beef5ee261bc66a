/** How an exercise is answered on the page: its fields, and what is read from them. */
import { html } from "lit-html";
import type { LessonAnswer } from "../../teach/engine.ts";
import type { Exercise } from "../../teach/lesson.ts";
import { letter, sentence } from "../../teach/words.ts";
import type { Markup } from "../markup.ts";
import type { Sight } from "./address.ts";
import { inline } from "./prose.ts";
import { addedFaults } from "./tree.ts";

export function drawFields(exercise: Exercise): Markup {
  switch (exercise.type) {
    case "fault":
      return "";
    case "choice": {
      const options = exercise.options.map(
        ({ text }, index) =>
          html`<label class="option"
            ><input type="radio" name="answer" value=${index} />
            <span>${letter(index)}) ${inline(text)}</span></label
          >`,
      );
      return html`<fieldset>
        <legend>Choose one</legend>
        ${options}
      </fieldset>`;
    }
    case "number":
      return html`<label
        >${sentence(exercise.what)}
        <span
          ><input name="answer" inputmode="numeric" size="6" autocomplete="off" /> ${exercise.unit}</span
        ></label
      >`;
  }
}

/** A text: what is missing. `text`: the field's value; `tried`: the runs of an exercise that asks for faults. */
export function answerOf(exercise: Exercise, text: string, tried: Sight | undefined): LessonAnswer | string {
  switch (exercise.type) {
    case "fault": {
      const faults = tried === undefined ? [] : addedFaults(tried.tree, tried.run);
      return faults.length === 0
        ? "inject a fault first: this run is as it was given"
        : { type: "fault", faults };
    }
    case "choice":
      return text === "" ? "choose one first" : { type: "choice", option: Number(text) };
    case "number": {
      const { least, most } = exercise;
      const value = Number(text);
      return /^\d+$/u.test(text.trim()) && value >= least && value <= most
        ? { type: "number", value }
        : `write a whole number from ${least} to ${most}`;
    }
  }
}
