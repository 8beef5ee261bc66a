/** How far the model of the logs' release explains them, and which known bugs they look like. */
import type { LogEdit } from "../../evidence/conform.ts";
import { placeText } from "../../evidence/fact.ts";
import type { LikelyBug } from "../../evidence/likely-bugs.ts";
import type { ModelledMember, ModelledSource } from "../../evidence/model.ts";
import { flow } from "../../words/cells.ts";
import { countOf } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import { hanging } from "./hanging.ts";
import { STEP_WORDS } from "./render-steps.ts";

/** As many of the words that a model had instead are named. */
const MOST_WORDS = 3;

export function modelLines(
  models: readonly ModelledSource[],
  bugs: readonly LikelyBug[],
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string[] {
  if (models.length === 0) return [];
  const lines = models.flatMap(({ members, source, variant }) => {
    const of = members.reduce((sum, { conformance }) => sum + conformance.of, 0);
    const explained = members.reduce((sum, { conformance }) => sum + conformance.explained, 0);
    const all =
      explained === of ? `${countOf(of, "step")}, all of it` : `${explained} of ${countOf(of, "step")}`;
    return [
      hanging(`${source.name}: ${variant.name} explains ${all}`, proseWidth),
      ...members.flatMap((member) => stuckLines(member, proseWidth)),
    ];
  });
  const alike = bugs.map(({ bug: { id, issues, title }, by }) => {
    const why = by === "promise" ? "it breaks the same promise" : "its coordinators say the same in a row";
    const numbers = issues.map((issue) => ` #${issue}`).join("");
    return hanging(`${id}${numbers}: ${title} (${why}; leasehold bugs ${id} shows it)`, proseWidth);
  });
  return [
    paint.bold("Model against log"),
    ...lines,
    "",
    ...(alike.length === 0 ? [] : [paint.bold("Known bugs that look like it"), ...alike, ""]),
  ];
}

function stuckLines({ conformance: { stuck }, nearest }: ModelledMember, width: number): string[] {
  if (stuck === undefined) return [];
  const { instead, line } = stuck;
  const words = instead.slice(0, MOST_WORDS).map((one) => STEP_WORDS[one]);
  const could = words.length === 0 ? "nothing more" : words.join(", or ");
  return [
    flow(
      `${placeText(line.place)} ${STEP_WORDS[line.milestone]}: no run of it says that there; it could say: ${could}`,
      width,
      "    ",
    ),
    flow(
      nearest === undefined || nearest === "far"
        ? "no run of it is near: another release or program, or many lines are missing"
        : `nearest run: ${nearest.map(editText).join("; ")}`,
      width,
      "    ",
    ),
  ];
}

function editText(edit: LogEdit): string {
  const words = STEP_WORDS[edit.milestone];
  if (edit.type === "extra") return `without ${placeText(edit.place)} (${words})`;
  return `with a line more ${edit.before === undefined ? "at the end" : `before ${placeText(edit.before)}`} (${words})`;
}
