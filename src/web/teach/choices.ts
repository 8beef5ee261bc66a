/** What the world leaves open, in words, and to be chosen among: each answer that is not the one given makes another run. */
import { html } from "lit-html";
import type { OpenQuestion } from "../../run/questions.ts";
import { messageText } from "../../simulation/faults/message.ts";
import type { Leg } from "../../simulation/fault.ts";
import type { MeantDecision } from "../../simulation/meant-decisions.ts";
import { clockText, type Markup } from "../markup.ts";
import type { ChosenAnswer } from "./tree.ts";

const FATE_TEXTS: Readonly<Record<string, string>> = {
  arrives: "arrives",
  slow: "arrives slowly",
  late: "arrives late",
  lost: "is lost",
  doubled: "arrives twice",
};
const JITTER_TEXTS = ["no jitter", "a third of it", "two thirds of it", "all of it"] as const;

/** What it is the answer to. */
export function askedOf({ leg, node = "", purpose, question, timer = "" }: MeantDecision): string {
  switch (question) {
    case "fate":
      return `${node}: ${messageText(leg as Leg, purpose === "" ? undefined : purpose)}`;
    case "order":
      return "at once:";
    case "jitter":
      return `${node}: ${timer.split("@")[0] ?? timer} waits with`;
  }
}

export function answerText({ answer, means = "", question }: MeantDecision): string {
  switch (question) {
    case "fate":
      return FATE_TEXTS[means] ?? means;
    case "order":
      return `${means} first`;
    case "jitter":
      return JITTER_TEXTS[answer] ?? String(answer);
  }
}

/** `choose`: another answer is wanted. */
export function drawChoices(
  questions: readonly OpenQuestion[],
  choose: (choice: ChosenAnswer) => void,
): Markup {
  const rows = questions.map(({ answers, given }) => {
    const [asked] = answers;
    if (asked === undefined) return "";
    const buttons = answers.map((one, place) => {
      const { atMs = 0 } = one;
      return html`<button
        type="button"
        class="small"
        aria-pressed=${place === given}
        ?disabled=${place === given}
        @click=${() => choose({ ...one, atMs })}
      >
        ${answerText(one)}
      </button>`;
    });
    return html`<li>
      <span><time>${clockText(asked.atMs ?? 0)}</time> ${askedOf(asked)}</span>
      <span class="row">${buttons}</span>
    </li>`;
  });
  return html`<h3>Open, to be chosen</h3>
    <ol class="choices-open">
      ${rows.length === 0 ? html`<li>nothing more</li>` : rows}
    </ol>`;
}
